//===- GoTool.h - the go command of an invocation ---------------*- C++ -*-===//
//
// Where the go command is, what its environment says, and calls of `go list`
// with the settings of the user's command.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_GOTOOL_H
#define OTELREWRITE_DRIVER_GOTOOL_H

#include "otelrewrite/Driver/GoCommand.h"
#include "otelrewrite/Driver/GoList.h"
#include "otelrewrite/Driver/Process.h"

#include <map>
#include <string>
#include <vector>

namespace otelrewrite {

class GoTool {
public:
  static llvm::Expected<GoTool> find();

  llvm::StringRef getProgram() const { return Program; }

  /// Runs `go env -json` once.
  llvm::Error loadEnvironment();
  /// The value of \p Name as `go env` has it.
  llvm::StringRef getEnv(llvm::StringRef Name) const;

  llvm::Expected<ProcessResult> run(llvm::ArrayRef<std::string> Args,
                                    const Environment &Env = {}) const {
    return runProcess(Program, Args, Env);
  }

private:
  explicit GoTool(std::string Program) : Program(std::move(Program)) {}

  std::string Program;
  std::map<std::string, std::string, std::less<>> Values;
};

/// The settings of \p Command that decide which packages and files a build has,
/// as arguments; without -mod, -modfile and -overlay.
std::vector<std::string> getLoadFlags(const GoCommand &Command);

/// The value of flag \p Name as the go command sees it: from the command line,
/// else from GOFLAGS; empty if it is in neither.
std::string getSetting(const GoTool &Go, const GoCommand &Command,
                       llvm::StringRef Name);
/// The same where \p GoFlags is all that is known of GOFLAGS.
std::string getSetting(llvm::StringRef GoFlags, const GoCommand &Command,
                       llvm::StringRef Name);

struct ListRequest {
  std::vector<std::string> Flags; ///< beside -deps and -json
  std::vector<std::string> Patterns;
  bool WithTests = false;
  Environment Env;
};

struct ListResult {
  /// Nothing usable: the go command failed with this message.
  std::string Failure;
  PackageGraph Graph;
};

llvm::Expected<ListResult> listPackages(const GoTool &Go,
                                        const ListRequest &Request);

} // namespace otelrewrite

#endif
