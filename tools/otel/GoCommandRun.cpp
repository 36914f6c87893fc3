//===- GoCommandRun.cpp - `otel go`: the go command, instrumented ---------===//

#include "Command.h"
#include "StatusLine.h"

#include "otelrewrite/Driver/BuildProcess.h"
#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/Quote.h"
#include "otelrewrite/Driver/ToolexecRun.h"
#include "otelrewrite/Driver/VersionedProgram.h"
#include "otelrewrite/Driver/WorkFolder.h"

#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <optional>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

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

/// A folder for the go command to work in, for all but those who want to look
/// at what it leaves there.
static std::optional<WorkFolder>
makeWorkFolder(const Settings &S, const GoCommand &Command, Environment &Env) {
  if (Command.getBool("n") ||
      isTrue(getSetting(getVariable("GOFLAGS"), Command, "work")))
    return std::nullopt;
  auto Cache = CacheLayout::find(S.CacheDir);
  if (!Cache) {
    consumeError(Cache.takeError());
    return std::nullopt;
  }
  // The user's choice, in the go command's order.
  std::string TempDir = getVariable("GOTMPDIR").str();
  for (const auto &[Name, Value] : Env)
    if (Name == "GOTMPDIR" && TempDir.empty())
      TempDir = Value;
  if (TempDir.empty())
    TempDir = getVariable("TMPDIR").str();
  WorkFolder Out = WorkFolder::create(
      *Cache, makeAbsolute(TempDir.empty() ? "/tmp" : TempDir));
  if (Out.getDir().empty())
    return std::nullopt;
  erase_if(Env, [](const auto &Set) { return Set.first == "GOTMPDIR"; });
  Env.push_back({"GOTMPDIR", Out.getDir()});
  return Out;
}

/// Builds, shows on a terminal how far it is, and says at the end what was
/// instrumented; not where commands were only printed.
static int buildAndReport(const Messages &Say, const Settings &S,
                          const GoTool &Go, const GoCommand &Command,
                          ArrayRef<std::string> Args,
                          const PreparedBuild &Build) {
  StatusLine Status;
  Environment Env = Build.Env;
  std::optional<WorkFolder> Work = makeWorkFolder(S, Command, Env);
  // Each compile adds a byte to a file that only this process has.
  int Progress = -1;
  if (Status.isOnTerminal())
    Progress = memfd_create("otel-progress", MFD_CLOEXEC);
  if (Progress >= 0)
    Env.push_back({ProgressVariable.str(), "/proc/" + std::to_string(getpid()) +
                                               "/fd/" +
                                               std::to_string(Progress)});
  auto print = [&](StringRef Text) { Status.print(Text); };
  auto tick = [&] {
    struct stat St;
    unsigned NumCompiled =
        fstat(Progress, &St) == 0 ? static_cast<unsigned>(St.st_size) : 0;
    Status.show("building, " + plural(NumCompiled, "package") + " compiled, " +
                Twine(Status.getSeconds()) + " s");
  };
  BuildWatcher Watcher{print, tick};
  auto Result =
      runBuild(Go.getProgram(), Args, Env, Progress >= 0 ? &Watcher : nullptr);
  Status.clear();
  if (Progress >= 0)
    close(Progress);
  Work.reset();
  if (!Result)
    return fail(Say, Result.takeError());
  if (Result->Signal != 0)
    endBySignal(Result->Signal);
  if (Result->ExitCode == 0 && !Command.getBool("n"))
    reportSummary(Say, Build);
  return Result->ExitCode;
}

/// Tells a person, once for each program, how to see traces without a
/// collector.
static void hintConsole(const Messages &Say, const SetupResult &Setup) {
  if (Setup.WasPreparedBefore || !Setup.Build.isInstrumented() ||
      !isatty(STDERR_FILENO) || !getVariable("OTEL_TRACES_EXPORTER").empty() ||
      !getVariable("OTEL_EXPORTER_OTLP_ENDPOINT").empty())
    return;
  Say.note("telemetry goes to a collector at http://localhost:4318; to see "
           "traces in this terminal instead, run the program with "
           "OTEL_TRACES_EXPORTER=console");
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

  StatusLine Status;
  auto Setup =
      prepareBuild(S, *Go, Command, [&](StringRef Step) { Status.show(Step); });
  Status.clear();
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
  if (!reportProblems(Say, S, *Setup))
    return 1;
  std::vector<std::string> Args = getInstrumentedWords(Command, Setup->Build);
  if (S.IsVerbose) {
    auto Line = joinQuoted(Args);
    if (Line)
      Say.info("go " + *Line);
    else
      consumeError(Line.takeError());
  }
  StringRef Name = Command.getName();
  if (Name == "build" || Name == "install") {
    int Status = buildAndReport(Say, S, *Go, Command, Args, Setup->Build);
    // A build that failed is looked at all the more.
    if (Status == 0)
      hintConsole(Say, *Setup);
    int Written = writeReport(I, *Go, Command, Setup->Build);
    return Status ? Status : Written;
  }
  if (writeReport(I, *Go, Command, Setup->Build) != 0)
    return 1;
  if (Name == "run")
    hintConsole(Say, *Setup);
  // What follows is the program's or the tests' own, and the process is the go
  // command's. A list is about packages; it has no build to speak of.
  if ((Name != "list" || Command.getBool("export")) && !Command.getBool("n"))
    reportSummary(Say, Setup->Build);
  return fail(Say, execProcess(Go->getProgram(), Args, Setup->Build.Env));
}
