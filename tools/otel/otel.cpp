//===- otel.cpp - the command that people run -----------------------------===//
//
// Options, environment and messages. What the commands do is in Driver.
//
//===----------------------------------------------------------------------===//

#include "Help.h"

#include "otelrewrite/Driver/BuildAnalysis.h"
#include "otelrewrite/Driver/BuildPlan.h"
#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/Modules.h"
#include "otelrewrite/Driver/Quote.h"
#include "otelrewrite/Driver/Setup.h"
#include "otelrewrite/Driver/ToolexecRun.h"
#include "otelrewrite/Driver/VersionedProgram.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <unistd.h>

using namespace llvm;
using namespace otelrewrite;

static StringRef getVariable(const char *Name) {
  const char *Value = std::getenv(Name);
  return Value ? Value : "";
}

static bool isSet(const char *Name) {
  StringRef Value = getVariable(Name);
  return !Value.empty() && Value != "0" && !Value.equals_insensitive("false");
}

namespace {
class Messages {
public:
  explicit Messages(bool UseColour) : UseColour(UseColour) {}

  void error(const Twine &Text) const { print("\x1b[1;31m", "error", Text); }
  void warning(const Twine &Text) const {
    print("\x1b[1;35m", "warning", Text);
  }
  void note(const Twine &Text) const { print("\x1b[1;36m", "note", Text); }
  void info(const Twine &Text) const { errs() << "otel: " << Text << '\n'; }

private:
  void print(StringRef Colour, StringRef Level, const Twine &Text) const {
    errs() << "otel: ";
    if (UseColour)
      errs() << Colour << Level << ":\x1b[0m ";
    else
      errs() << Level << ": ";
    errs() << Text << '\n';
  }
  bool UseColour;
};
} // namespace

static int fail(const Messages &Say, Error E) {
  Say.error(toString(std::move(E)));
  return 1;
}

static std::string plural(unsigned N, StringRef One) {
  return std::to_string(N) + " " + One.str() + (N == 1 ? "" : "s");
}

/// Says what was prepared. False where strictness makes an error of it.
static bool reportPrepared(const Messages &Say, const Settings &S,
                           const SetupResult &Setup,
                           StringRef Done = "instrumented") {
  const PreparedBuild &Build = Setup.Build;
  if (!Setup.WasPreparedBefore || S.IsVerbose)
    for (const std::string &Note : Build.Notes)
      Say.note(Note);
  for (const std::string &Warning : Build.Warnings) {
    if (S.IsStrict)
      Say.error("with --strict this warning is an error:");
    errs() << Warning;
  }
  if (!Build.isInstrumented()) {
    StringRef Text = "nothing is instrumented: no rule matches a function of "
                     "this build";
    if (S.IsStrict)
      Say.error(Text);
    else
      Say.warning(Text);
    return !S.IsStrict;
  }
  Say.info(plural(Build.NumRules, "rule") + " matched, " +
           plural(Build.NumFunctions, "function") + " " + Done + " in " +
           plural(Build.NumPackages, "package"));
  return !S.IsStrict || Build.Warnings.empty();
}

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

static bool followDirectory(const Messages &Say, const GoCommand &Command) {
  std::string Dir = Command.getDirectory().str();
  if (Dir.empty() || chdir(Dir.c_str()) == 0)
    return true;
  Say.error("cannot change to " + Dir + ": " + std::strerror(errno));
  return false;
}

static int runGo(const Messages &Say, const Settings &S,
                 ArrayRef<StringRef> Words) {
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

/// \p Text as one word of a POSIX shell.
static std::string shellQuote(StringRef Text) {
  std::string Out = "'";
  for (char C : Text)
    if (C == '\'')
      Out += "'\\''";
    else
      Out += C;
  return Out + "'";
}

/// Tells what the rules match in the build that \p File describes.
static int runPlan(const Messages &Say, const Settings &S, StringRef File) {
  auto Go = GoTool::find();
  if (!Go)
    return fail(Say, Go.takeError());
  if (Error E = Go->loadEnvironment())
    return fail(Say, std::move(E));
  auto Source = SourceFile::open(File);
  if (!Source)
    return fail(Say, Source.takeError());
  auto Build = parseBuildPlan((*Source)->getBytes(), makeAbsolute("."),
                              Go->getEnv("GOMODCACHE"));
  if (!Build)
    return fail(Say, Build.takeError());
  DiagnosticEngine Diags;
  auto Rules = RuleFiles::load(S, Diags);
  if (!Rules)
    return fail(Say, Rules.takeError());
  if (Diags.hasErrors()) {
    renderDiagnostics(Diags.getDiagnostics(), errs(), S.UseColour);
    return 1;
  }
  auto Found = analyseBuild(*Build, *Build, *Rules, {}, {}, Diags);
  if (!Found)
    return fail(Say, Found.takeError());
  for (const MatchedPackage &P : Found->Packages)
    for (const TargetInfo &T : P.Targets) {
      outs() << T.ImportPath << ' ' << T.FuncName << ':';
      for (const TargetHook &Hook : T.Hooks)
        outs() << ' ' << Hook.Rule;
      outs() << '\n';
    }
  SetupResult Result;
  Result.Build.NumRules = Found->NumRules;
  Result.Build.NumFunctions = Found->NumFunctions;
  Result.Build.NumPackages = Found->Packages.size();
  for (const Diagnostic &D : Diags.getDiagnostics()) {
    std::string Text;
    raw_string_ostream OS(Text);
    renderDiagnostic(D, OS, S.UseColour);
    Result.Build.Warnings.push_back(Text);
  }
  outs().flush();
  return reportPrepared(Say, S, Result, "matched") ? 0 : 1;
}

static int runSetup(const Messages &Say, const Settings &S,
                    ArrayRef<StringRef> Words) {
  bool PrintGoFlags = false;
  StringRef Name = "build";
  while (!Words.empty()) {
    if (Words.front() == "--print-goflags")
      PrintGoFlags = true;
    else if (Words.front() == "--test")
      Name = "test";
    else if (Words.front() == "--plan" && Words.size() == 2)
      return runPlan(Say, S, Words.back());
    else if (Words.front().starts_with("--plan=") && Words.size() == 1)
      return runPlan(Say, S, Words.front().split('=').second);
    else
      break;
    Words = Words.drop_front();
  }
  SmallVector<StringRef> GoWords{Name};
  GoWords.append(Words.begin(), Words.end());
  auto Go = GoTool::find();
  if (!Go)
    return fail(Say, Go.takeError());
  GoCommand Command = GoCommand::parse(GoWords);
  if (!followDirectory(Say, Command))
    return 1;
  auto Setup = prepareBuild(S, *Go, Command);
  if (!Setup)
    return fail(Say, Setup.takeError());
  if (Setup->Result != SetupResult::Outcome::Prepared) {
    errs() << Setup->Diagnostics;
    if (!Setup->Reason.empty())
      Say.error(Setup->Reason);
    return 1;
  }
  if (!reportPrepared(Say, S, *Setup))
    return 1;
  if (!PrintGoFlags || !Setup->Build.isInstrumented())
    return 0;
  if (!Setup->Build.ExtraPatterns.empty()) {
    Say.error("files named one by one cannot be built through GOFLAGS; name "
              "their package");
    return 1;
  }
  // What GOFLAGS already says stays; ours follow, as the last one counts.
  if (Error E = Go->loadEnvironment())
    return fail(Say, std::move(E));
  std::vector<std::string> Flags;
  if (auto Old = splitQuoted(Go->getEnv("GOFLAGS")))
    Flags = std::move(*Old);
  else
    consumeError(Old.takeError());
  Flags.insert(Flags.end(), Setup->Build.Flags.begin(),
               Setup->Build.Flags.end());
  auto Line = joinQuoted(Flags);
  if (!Line)
    return fail(Say, Line.takeError());
  outs() << "export GOFLAGS=" << shellQuote(*Line) << '\n';
  for (const auto &[Variable, Value] : Setup->Build.Env)
    outs() << "export " << Variable << '=' << shellQuote(Value) << '\n';
  return 0;
}

static int runCleanup(const Messages &Say, const Settings &S) {
  auto Cache = CacheLayout::find(S.CacheDir);
  if (!Cache)
    return fail(Say, Cache.takeError());
  for (StringRef Name : {"state", "plans", "programs"})
    if (std::error_code EC = sys::fs::remove_directories(
            joinPath(Cache->getRoot(), Name), /*IgnoreErrors=*/false))
      return fail(Say, createFileError(Cache->getRoot(), EC));
  Say.info("removed the prepared builds in " + Cache->getRoot());
  return 0;
}

static int runVersion(const Messages &Say, const Settings &S) {
  outs() << "otel " << OTEL_VERSION << '\n';
  auto Sdk = SdkModules::find(S);
  if (!Sdk)
    return fail(Say, Sdk.takeError());
  outs() << "sdk " << Sdk->getVersion() << '\n';
  auto Go = GoTool::find();
  if (!Go)
    return fail(Say, Go.takeError());
  auto Result = Go->run({"env", "GOVERSION"});
  if (!Result)
    return fail(Say, Result.takeError());
  outs() << "go " << StringRef(Result->Out).trim() << '\n';
  return 0;
}

/// Reads the options before the command off \p Words. False for wrong usage.
static bool parseOptions(ArrayRef<StringRef> &Words, Settings &S,
                         StringRef &Colour) {
  while (!Words.empty() && Words.front().starts_with("-")) {
    StringRef Option = Words.front();
    Words = Words.drop_front();
    Option.consume_front("-");
    Option.consume_front("-");
    auto [Name, Inline] = Option.split('=');
    bool HasInline = Name.size() != Option.size();
    bool *Switch = StringSwitch<bool *>(Name)
                       .Case("strict", &S.IsStrict)
                       .Case("verbose", &S.IsVerbose)
                       .Default(nullptr);
    if (Switch) {
      *Switch = !HasInline || (Inline != "false" && Inline != "0");
      continue;
    }
    if (Name == "help" || Name == "h") {
      outs() << getHelp("");
      std::exit(0);
    }
    bool IsKnown = StringSwitch<bool>(Name)
                       .Cases("rules", "color", "cache", "resource-dir", true)
                       .Default(false);
    if (!IsKnown || (!HasInline && Words.empty())) {
      errs() << "otel: error: "
             << (IsKnown ? "option --" + Name + " needs a value"
                         : "unknown option --" + Name)
             << "; see `otel help`\n";
      return false;
    }
    StringRef Value = Inline;
    if (!HasInline) {
      Value = Words.front();
      Words = Words.drop_front();
    }
    if (Name == "rules")
      S.RulePaths.push_back(makeAbsolute(Value));
    else if (Name == "color")
      Colour = Value;
    else if (Name == "cache")
      S.CacheDir = makeAbsolute(Value);
    else
      S.ResourceDir = makeAbsolute(Value);
  }
  return true;
}

int main(int Argc, char **Argv) {
  SmallVector<StringRef, 64> All(Argv + 1, Argv + Argc);
  ArrayRef<StringRef> Words = All;
  // First of all and without any preparation: it runs for each tool of a build.
  if (!Words.empty() && Words.front() == "toolexec")
    return runToolexec(Words.drop_front(), isSet("OTEL_STRICT"));

  Settings S;
  S.Executable = sys::fs::getMainExecutable(
      Argv[0], reinterpret_cast<void *>(reinterpret_cast<intptr_t>(&main)));
  S.ResourceDir = makeAbsolute(
      joinPath(sys::path::parent_path(S.Executable), "../share/otel"));
  S.IsStrict = isSet("OTEL_STRICT");
  S.IsVerbose = isSet("OTEL_VERBOSE");
  if (StringRef Dir = getVariable("OTEL_CACHE_DIR"); !Dir.empty())
    S.CacheDir = makeAbsolute(Dir);
  if (StringRef Dir = getVariable("OTEL_RESOURCE_DIR"); !Dir.empty())
    S.ResourceDir = makeAbsolute(Dir);
  SmallVector<StringRef> RulePaths;
  getVariable("OTEL_RULES").split(RulePaths, ':', -1, /*KeepEmpty=*/false);
  for (StringRef Path : RulePaths)
    S.RulePaths.push_back(makeAbsolute(Path));
  StringRef Colour = getVariable("OTEL_COLOR");
  if (!parseOptions(Words, S, Colour))
    return 2;
  S.UseColour = Colour == "always" ||
                (Colour != "never" && getVariable("NO_COLOR").empty() &&
                 sys::Process::FileDescriptorHasColors(2));
  Messages Say(S.UseColour);

  if (Words.empty()) {
    errs() << getHelp("");
    return 2;
  }
  StringRef Command = Words.front();
  Words = Words.drop_front();
  if (Command == "help" ||
      (Command != "go" && !Words.empty() &&
       (Words.front() == "--help" || Words.front() == "-h"))) {
    StringRef Topic = Command != "help" ? Command
                      : Words.empty()   ? StringRef()
                                        : Words.front();
    StringRef Text = getHelp(Topic);
    if (Text.empty()) {
      Say.error("there is no help on `" + Topic + "`; see `otel help`");
      return 2;
    }
    outs() << Text;
    return 0;
  }
  if (Command == "go")
    return runGo(Say, S, Words);
  if (Command == "setup")
    return runSetup(Say, S, Words);
  if (Command == "cleanup")
    return runCleanup(Say, S);
  if (Command == "version")
    return runVersion(Say, S);
  Say.error("there is no command `" + Command + "`; see `otel help`");
  return 2;
}
