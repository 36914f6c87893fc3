//===- Process.h - other programs -------------------------------*- C++ -*-===//
//
// Finding, running and becoming other programs. POSIX.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_PROCESS_H
#define OTELREWRITE_DRIVER_PROCESS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <utility>
#include <vector>

namespace otelrewrite {

/// Settings that replace or join this process's environment.
using Environment = std::vector<std::pair<std::string, std::string>>;

struct ProcessResult {
  /// The exit status, or 128 + the number of the signal that ended it.
  int Status = 0;
  std::string Out, Err;
};

/// The program's file in PATH.
llvm::Expected<std::string> findProgram(llvm::StringRef Name);

/// Runs \p Program and collects what it prints. Standard input is empty.
llvm::Expected<ProcessResult> runProcess(llvm::StringRef Program,
                                         llvm::ArrayRef<std::string> Args,
                                         const Environment &Env = {});

/// Runs \p Program with this process's standard streams; waits. Signals from
/// the terminal reach it as they would if it had been started directly.
llvm::Expected<int> runForeground(llvm::StringRef Program,
                                  llvm::ArrayRef<std::string> Args,
                                  const Environment &Env = {});

/// Becomes \p Program: signals, exit status and process id are then its own.
/// Returns only on failure.
llvm::Error execProcess(llvm::StringRef Program,
                        llvm::ArrayRef<std::string> Args,
                        const Environment &Env = {});

} // namespace otelrewrite

#endif
