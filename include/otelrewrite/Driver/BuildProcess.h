//===- BuildProcess.h - the go command as a child ---------------*- C++ -*-===//
//
// Runs a build whose end something has to follow, such as a summary. To whoever
// started this process it is as if it were the go command itself: signals go
// to the child, and the child's death is this process's. A child never outlives
// this process. Linux.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_BUILDPROCESS_H
#define OTELREWRITE_DRIVER_BUILDPROCESS_H

#include "otelrewrite/Driver/Process.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace otelrewrite {

struct BuildStatus {
  int ExitCode = 0;
  int Signal = 0; ///< what ended the child, or 0
};

/// Sees a build while it runs.
struct BuildWatcher {
  /// What the child prints on standard error, as it comes.
  llvm::function_ref<void(llvm::StringRef)> Output;
  /// Called about five times a second.
  llvm::function_ref<void()> Tick;
};

/// Runs \p Program with this process's standard streams, but for standard error
/// where \p Watcher is given; waits.
llvm::Expected<BuildStatus> runBuild(llvm::StringRef Program,
                                     llvm::ArrayRef<std::string> Args,
                                     const Environment &Env,
                                     const BuildWatcher *Watcher = nullptr);

/// Ends this process by \p Signal, as if it had not been handled.
[[noreturn]] void endBySignal(int Signal);

} // namespace otelrewrite

#endif
