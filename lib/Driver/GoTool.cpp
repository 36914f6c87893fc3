//===- GoTool.cpp - the go command of an invocation -----------------------===//

#include "otelrewrite/Driver/GoTool.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace otelrewrite;

Expected<GoTool> GoTool::find() {
  auto ProgramOrErr = findProgram("go");
  if (!ProgramOrErr) {
    consumeError(ProgramOrErr.takeError());
    return createStringError(errc::no_such_file_or_directory,
                             "there is no `go` command in PATH; install Go "
                             "1.23 or later, or add its bin folder to PATH");
  }
  return GoTool(std::move(*ProgramOrErr));
}

Error GoTool::loadEnvironment() {
  auto Result = run({"env", "-json"});
  if (!Result)
    return Result.takeError();
  if (Result->Status != 0)
    return createStringError(errc::invalid_argument, "`go env` failed: %s",
                             StringRef(Result->Err).trim().str().c_str());
  Expected<json::Value> V = json::parse(Result->Out);
  if (!V)
    return V.takeError();
  if (const json::Object *O = V->getAsObject())
    for (const auto &[Key, Value] : *O)
      if (auto S = Value.getAsString())
        Values[Key.str()] = S->str();
  return Error::success();
}

StringRef GoTool::getEnv(StringRef Name) const {
  auto It = Values.find(Name);
  return It == Values.end() ? StringRef() : StringRef(It->second);
}

std::vector<std::string> otelrewrite::getLoadFlags(const GoCommand &Command) {
  std::vector<std::string> Out;
  for (const GoFlag &Flag : Command.getFlags())
    if (StringSwitch<bool>(Flag.Name)
            .Cases("tags", "race", "msan", "asan", "compiler", "installsuffix",
                   "modcacherw", "buildmode", "linkshared", true)
            .Default(false))
      Out.push_back("-" + Flag.Name + "=" + Flag.Value);
  return Out;
}

std::string otelrewrite::getSetting(const GoTool &Go, const GoCommand &Command,
                                    StringRef Name) {
  return getSetting(Go.getEnv("GOFLAGS"), Command, Name);
}

std::string otelrewrite::getSetting(StringRef GoFlags, const GoCommand &Command,
                                    StringRef Name) {
  if (auto Value = Command.getFlag(Name))
    return *Value;
  std::string Out;
  if (auto Flags = parseGoFlags(GoFlags)) {
    for (const GoFlag &Flag : *Flags)
      if (Flag.Name == Name)
        Out = Flag.Value;
  } else {
    consumeError(Flags.takeError());
  }
  return Out;
}

Expected<ListResult> otelrewrite::listPackages(const GoTool &Go,
                                               const ListRequest &Request) {
  // Errors of packages are part of the result (-e): what cannot be built is for
  // the build to say.
  std::vector<std::string> Args{"list", "-e", "-deps",
                                std::string("-json=") + GoListFields};
  if (Request.WithTests)
    Args.push_back("-test");
  Args.insert(Args.end(), Request.Flags.begin(), Request.Flags.end());
  Args.push_back("--");
  Args.insert(Args.end(), Request.Patterns.begin(), Request.Patterns.end());
  auto Result = Go.run(Args, Request.Env);
  if (!Result)
    return Result.takeError();
  ListResult Out;
  if (Result->Status != 0) {
    Out.Failure = StringRef(Result->Err).trim().str();
    if (Out.Failure.empty())
      Out.Failure =
          "go list ended with status " + std::to_string(Result->Status);
    return Out;
  }
  auto Graph = PackageGraph::parse(Result->Out);
  if (!Graph)
    return Graph.takeError();
  Out.Graph = std::move(*Graph);
  return Out;
}
