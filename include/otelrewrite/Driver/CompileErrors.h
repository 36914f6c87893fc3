//===- CompileErrors.h - whose fault is a compile error? --------*- C++ -*-===//
//
// A rewritten package that does not compile is compiled once more as it was. If
// that fails too, the errors are the user's and are shown as plain go shows
// them; if it does not, they are in what rules injected, and the rules are
// named.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_COMPILEERRORS_H
#define OTELREWRITE_DRIVER_COMPILEERRORS_H

#include "otelrewrite/Toolexec/CompileRewriter.h"

namespace otelrewrite {

struct TracedCompile {
  /// The compiler, with what stands before it.
  llvm::ArrayRef<std::string> Prefix;
  /// Its arguments, and those for the package as it was.
  std::vector<std::string> Words, Plain;
  const RewrittenCompile *Result = nullptr;
  const Plan *ThePlan = nullptr;
};

/// Runs the compiler; its exit status. Prints what it prints.
int runTraced(const TracedCompile &Compile);

/// The rules that may have written what the error at \p Position
/// (`file:line:…`) is about, as `rule `NAME` (FILE:LINE)`; all of the package
/// where that cannot be told.
std::vector<std::string> findCulprits(llvm::StringRef Position,
                                      const RewrittenCompile &Result,
                                      const Plan &ThePlan);

} // namespace otelrewrite

#endif
