//===- CompileRewriter.h - a marked compile, instrumented -------*- C++ -*-===//
//
// From a compile command and the plan its mark names to the files to write into
// the action's object directory and the command to run instead. Reads the
// command's inputs; writes and starts nothing.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_TOOLEXEC_COMPILEREWRITER_H
#define OTELREWRITE_TOOLEXEC_COMPILEREWRITER_H

#include "otelrewrite/Toolexec/Plan.h"
#include "otelrewrite/Toolexec/SourcePackage.h"
#include "otelrewrite/Toolexec/ToolCommand.h"

#include <string>
#include <vector>

namespace otelrewrite {

struct RewrittenCompile {
  enum class Outcome : uint8_t {
    Untouched, ///< the mark reached a package that the plan is not for
    Rewritten,
    /// Parsing failed, see Package: the compiler has the word on its own input,
    /// and if it accepts that, the parser is wrong and the build must not
    /// silently go on.
    Unparsable,
  };
  struct Output {
    std::string Path, Text;
    /// The input that this takes the place of, and what it differs by. Empty
    /// for a file that is added.
    std::string Original;
    EditSet Edits;
  };

  Outcome Result = Outcome::Untouched;
  std::vector<std::string> Words; ///< the compiler's arguments
  std::vector<Output> Outputs;    ///< to be written before it runs
};

/// \p Exports names an import configuration with the archives of packages that
/// inserted code imports. \p ToolImportPath is TOOLEXEC_IMPORTPATH. \p Package
/// takes the inputs and must be empty; \p Diags is for errors of the rewrite
/// itself, in its files.
llvm::Expected<RewrittenCompile>
rewriteCompile(CompileCommand Command, const Plan &Plan,
               llvm::StringRef ToolImportPath, SourcePackage &Package,
               DiagnosticEngine &Diags, llvm::StringRef Exports = "");

/// Under -cover the go command names the importer by a path that does not exist
/// (it is an overlay's). Returns the words to run cover with and the stand-in
/// files to write: the importer takes no part in coverage, and rewriteCompile()
/// puts the real one back.
RewrittenCompile rewriteCover(llvm::ArrayRef<std::string> Args);

} // namespace otelrewrite

#endif
