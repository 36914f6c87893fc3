//===- RewriteAction.h - otel-rewrite's rewriting ---------------*- C++ -*-===//
//
// Reads rules and files, runs match and instrument, and prints what was asked
// for. Diagnostics go to standard error.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_TOOLS_REWRITEACTION_H
#define OTELREWRITE_TOOLS_REWRITEACTION_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace otelrewrite {

struct RewriteOptions {
  std::vector<std::string> RulePaths; ///< files, or directories of *.toml
  std::string ImportPath;             ///< empty: the package's name
  std::string ModuleVersion;
  /// `PATH=DIR`: where packages are whose files rules add.
  std::vector<std::string> Packages;
  std::string GoVersion; ///< for PatchRuntime
  std::string OutputFile, OutputDir;
  enum class Kind : uint8_t {
    Text,        ///< the rewritten file, complete in itself
    Directory,   ///< all files of the package, with the generated one
    Diff,        ///< unified diffs
    DumpMatches, ///< one line for each match, refusal and idle rule
    DumpEdits,   ///< one line for each edit
    Verify,      ///< rewrite many packages and compare with their sources
    Time,        ///< rewrite many packages and print how long that takes
  };
  Kind Output = Kind::Text;
  bool PatchRuntime = false; ///< apply the runtime's edits, not rules
  unsigned Rounds = 1;       ///< for Time
  bool HeapContext = false;  ///< write what needs no patched runtime
};

/// Returns the process's exit code: 0, 1 for errors in the input, 2 for wrong
/// usage.
int rewriteFiles(llvm::ArrayRef<std::string> Paths,
                 const RewriteOptions &Options, llvm::raw_ostream &OS);

} // namespace otelrewrite

#endif
