//===- GoCommandRun.cpp - `otel go`: the go command, instrumented
//----------===//

#include "Command.h"

#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/Quote.h"
#include "otelrewrite/Driver/VersionedProgram.h"

#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

using namespace llvm;
using namespace otelrewrite;

/// Runs the go command as the user wrote it.
static int becomeGo(const Messages &Say, const GoTool &Go,
                    ArrayRef<StringRef> Words) {
  std::vector<std::string> Args;
  for (StringRef Word : Words)
    Args.push_back(Word.str());
  return fail(Say, execProcess(Go.getProgram(), Args));
}

/// The go command has the word on a program that cannot be looked at. Should it
/// build it all the same, that must not pass for an instrumented build.
static int leaveToGo(const Messages &Say, const Settings &S, const GoTool &Go,
                     const GoCommand &Command, StringRef Reason) {
  if (S.IsVerbose)
    Say.info("left to the go command: " + Reason);
  auto Status = runForeground(Go.getProgram(), Command.rebuild({}, {}));
  if (!Status)
    return fail(Say, Status.takeError());
  if (*Status != 0)
    return *Status;
  if (S.IsStrict) {
    Say.error("this was built without instrumentation: " + Reason);
    return 1;
  }
  Say.warning("this was built without instrumentation: " + Reason);
  return 0;
}

int otelrewrite::runGo(const Invocation &I) {
  const Messages &Say = I.Say;
  const Settings &S = I.Config;
  ArrayRef<StringRef> Words = I.Words;
  auto Go = GoTool::find();
  if (!Go)
    return fail(Say, Go.takeError());
  const GoCommand Original = GoCommand::parse(Words);
  GoCommand Command = Original;
  std::string UserWork = getVariable("GOWORK").str();
  // vet reads sources and builds no program.
  if (!Command.loadsPackages() || Command.getName() == "vet")
    return becomeGo(Say, *Go, Words);
  if (!followDirectory(Say, Command))
    return 1;
  if (namesVersion(Command)) {
    auto Cache = CacheLayout::find(S.CacheDir);
    if (!Cache)
      return fail(Say, Cache.takeError());
    auto Program = prepareVersionedProgram(*Go, Command, *Cache);
    if (!Program)
      return fail(Say, Program.takeError());
    if (!Program->Failure.empty())
      return leaveToGo(Say, S, *Go, Command, Program->Failure);
    // A workspace of its own, for every go command from here on.
    setenv("GOWORK", Program->WorkFile.c_str(), /*overwrite=*/1);
    Command = Command.withoutVersions();
  }

  auto Setup = prepareBuild(S, *Go, Command);
  if (!Setup)
    return fail(Say, Setup.takeError());
  switch (Setup->Result) {
  case SetupResult::Outcome::LeaveToGo:
    setenv("GOWORK", UserWork.c_str(), /*overwrite=*/1);
    return leaveToGo(Say, S, *Go, Original, Setup->Reason);
  case SetupResult::Outcome::Failed:
    errs() << Setup->Diagnostics;
    if (!Setup->Reason.empty())
      Say.error(Setup->Reason);
    return 1;
  case SetupResult::Outcome::Prepared:
    break;
  }
  if (!reportPrepared(Say, S, *Setup))
    return 1;
  std::vector<std::string> Args = getInstrumentedWords(Command, Setup->Build);
  if (S.IsVerbose) {
    auto Line = joinQuoted(Args);
    if (Line)
      Say.info("go " + *Line);
    else
      consumeError(Line.takeError());
  }
  return fail(Say, execProcess(Go->getProgram(), Args, Setup->Build.Env));
}
