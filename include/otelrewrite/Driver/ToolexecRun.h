//===- ToolexecRun.h - one call of `otel toolexec` --------------*- C++ -*-===//
//
// The second phase: the go command runs this in place of each tool. A command
// without a mark becomes the tool at once; a marked compile is rewritten first.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_TOOLEXECRUN_H
#define OTELREWRITE_DRIVER_TOOLEXECRUN_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace otelrewrite {

/// Names a file to which each compile adds one byte, where somebody watches.
inline constexpr llvm::StringLiteral ProgressVariable = "OTEL_BUILD_PROGRESS";

/// \p Words follow `otel toolexec`:
///   [--plans=DIR] [--wrap=N] [WRAPPER WORDS…] TOOL ARGS…
/// where N words of another -toolexec program stand before the tool. Without
/// --plans nothing has been prepared: the tool runs as it is, and that the
/// program is not instrumented is said when it is linked, or is an error where
/// \p IsStrict. Returns the exit status, if at all.
int runToolexec(llvm::ArrayRef<llvm::StringRef> Words, bool IsStrict);

} // namespace otelrewrite

#endif
