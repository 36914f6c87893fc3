//===- Setup.h - preparing an instrumented build ----------------*- C++ -*-===//
//
// The first phase: from a go command line to the command line that builds the
// same thing instrumented. Finds the packages, matches the rules, writes the
// importers, plans and module files below the user's cache directory, and
// remembers the result until something it depends on changes. Writes nothing
// below the user's module.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_SETUP_H
#define OTELREWRITE_DRIVER_SETUP_H

#include "otelrewrite/Driver/GoTool.h"
#include "otelrewrite/Driver/Settings.h"
#include "otelrewrite/Driver/State.h"

namespace otelrewrite {

struct SetupResult {
  enum class Outcome : uint8_t {
    Prepared,
    /// The program cannot be looked at, and the go command has the word on it:
    /// Reason is ours, its message is better.
    LeaveToGo,
    /// Diagnostics and Reason have been worded for the user.
    Failed,
  };
  Outcome Result = Outcome::Prepared;
  PreparedBuild Build;
  bool WasPreparedBefore = false;
  std::string Reason;
  /// Rendered errors in rule files.
  std::string Diagnostics;
};

/// Hears what setup is at, where it has something to do.
using SetupProgress = llvm::function_ref<void(llvm::StringRef)>;

/// Prepares \p Command, whose -C the caller has followed.
llvm::Expected<SetupResult> prepareBuild(const Settings &S, GoTool &Go,
                                         const GoCommand &Command,
                                         SetupProgress Say = {});

/// The words to run instead of \p Command.
std::vector<std::string> getInstrumentedWords(const GoCommand &Command,
                                              const PreparedBuild &Build);

} // namespace otelrewrite

#endif
