//===- Setup.cpp - preparing an instrumented build ------------------------===//

#include "SetupRun.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"

#include <cstdlib>
#include <thread>

using namespace llvm;
using namespace otelrewrite;

/// Flags of the go command that setup merges with its own and so takes out of
/// the user's words.
static constexpr StringLiteral MergedFlags[] = {"gcflags", "toolexec",
                                                "overlay", "modfile", "mod"};

bool SetupRun::renderErrors(const DiagnosticEngine &Diags) {
  if (!Diags.hasErrors())
    return false;
  raw_string_ostream OS(Out.Diagnostics);
  renderDiagnostics(Diags.getDiagnostics(), OS, S.UseColour);
  fail({});
  return true;
}

void SetupRun::addWarnings(const DiagnosticEngine &Diags) {
  for (const Diagnostic &D : Diags.getDiagnostics()) {
    std::string Text;
    raw_string_ostream OS(Text);
    renderDiagnostic(D, OS, S.UseColour);
    Out.Build.Warnings.push_back(Text);
  }
}

Error SetupRun::loadRules() {
  DiagnosticEngine Diags;
  auto Loaded = RuleFiles::loadProject(S, Go, &Command, Diags);
  if (!Loaded)
    return Loaded.takeError();
  Rules = std::move(*Loaded);
  auto Sdk = SdkModules::find(S);
  if (!Sdk)
    return Sdk.takeError();
  SdkVersion = Sdk->getVersion().str();
  renderErrors(Diags);
  return Error::success();
}

/// Errors of packages that the go command passes over when a pattern finds
/// them, and reports when they are named.
bool SetupRun::isHarmless(const GoPackage &P) const {
  StringRef E = P.Error;
  return !P.IsDepOnly &&
         any_of(Patterns,
                [](StringRef Pattern) { return Pattern.contains("..."); }) &&
         (E.contains("build constraints exclude all Go files") ||
          E.contains("no non-test Go files") || E.contains("no Go files in"));
}

Error SetupRun::loadOverlay() {
  std::string User = getSetting(Go, Command, "overlay");
  if (User.empty())
    return Error::success();
  auto Text = readFile(User);
  if (!Text)
    return Text.takeError();
  Expected<json::Value> V = json::parse(*Text);
  if (!V)
    return createFileError(User, V.takeError());
  if (const json::Object *O = V->getAsObject())
    if (const json::Object *Replace = O->getObject("Replace"))
      for (const auto &[Path, File] : *Replace) {
        // An empty text says that the file is not there.
        StringRef To = File.getAsString().value_or("");
        Replaced[makeAbsolute(Path)] = To.empty() ? "" : makeAbsolute(To);
      }
  return Error::success();
}

/// What the beginning needs has nothing to do with each other: it is asked for
/// side by side.
Error SetupRun::gather() {
  std::optional<Error> Environment, Packages;
  std::thread First([&] { Environment.emplace(Go.loadEnvironment()); });
  std::thread Second([&] { Packages.emplace(listOwnPackages()); });
  // Where the project is, the environment tells.
  First.join();
  Error RuleError = *Environment ? Error::success() : loadRules();
  Second.join();
  return joinErrors(std::move(RuleError),
                    joinErrors(std::move(*Environment), std::move(*Packages)));
}

Error SetupRun::listOwnPackages() {
  IsTest = Command.getName() == "test" ||
           (Command.getName() == "list" && Command.getBool("test"));
  Patterns = Command.getPatterns();
  if (Patterns.empty())
    Patterns.push_back(".");
  ListRequest List;
  List.Flags = getLoadFlags(Command);
  for (StringRef Name : {"mod", "modfile", "overlay"})
    if (auto Value = Command.getFlag(Name))
      List.Flags.push_back(("-" + Name + "=" + *Value).str());
  List.Patterns = Patterns;
  List.WithTests = IsTest;
  auto Result = listPackages(Go, List);
  if (!Result)
    return Result.takeError();
  Own = std::move(Result->Graph);
  std::string &Problem = ListProblem;
  Problem = std::move(Result->Failure);
  // The SDK that a hook package of the user's own imports is added below, and
  // with it OpenTelemetry's own modules.
  for (const GoPackage &P : Own.getPackages())
    if (Problem.empty() && !P.Error.empty() && !isHarmless(P) &&
        !StringRef(P.Error).contains(getSDKPath()) &&
        !StringRef(P.Error).contains("package go.opentelemetry.io/otel"))
      Problem = P.getErrorText();
  return Error::success();
}

Expected<SetupResult> SetupRun::run(BuildState &State) {
  int64_t Start = getNow();
  step("listing packages");
  if (Error E = gather())
    return E;
  if (Go.getEnv("GO111MODULE") == "off") {
    fail("GO111MODULE=off: instrumented builds need modules; unset it, or run "
         "`go env -u GO111MODULE` where it was set by `go env -w`");
    return std::move(Out);
  }
  if (!isGoing())
    return std::move(Out);
  if (!ListProblem.empty()) {
    Out.Result = SetupResult::Outcome::LeaveToGo;
    Out.Reason = std::move(ListProblem);
    return std::move(Out);
  }
  if (Error E = loadOverlay())
    return E;

  step("matching rules");
  auto Analysis = analyseBuild(Own, Own, Rules.getRules(), Replaced, {},
                               Go.getEnv("GOVERSION"));
  if (!Analysis)
    return Analysis.takeError();
  Found = std::move(*Analysis);
  if (Found.HasSyntaxErrors) {
    Out.Result = SetupResult::Outcome::LeaveToGo;
    Out.Reason = "a package that a rule is for does not parse";
    return std::move(Out);
  }
  StringSet<> All;
  for (const GoPackage &P : Own.getPackages())
    All.insert(P.getPath());
  if (!isWorthwhile(All))
    Found.Packages.clear();
  if (Error E = findImporters())
    return E;
  if (!isGoing())
    return std::move(Out);
  // Without a program or a test there is nothing to bring the hooks into.
  if (Importers.empty())
    Found.Packages.clear();

  InputCollector Inputs(S, Go, Command, Own);
  if (Found.Packages.empty()) {
    Out.Build.NumRefused = Found.NumRefused;
    DiagnosticEngine Diags;
    if (Error E = reportUnusedRules(Found, Own, Rules, Diags))
      return E;
    if (Out.Build.NumPrograms != 0)
      reportMissingPackages(Found, Own, Rules, Diags);
    addWarnings(Diags);
  } else {
    Out.Build.ExtraPatterns = getOverlayPatterns();
    if (Error E = readVendorFolder())
      return E;
    if (Error E = writeImporters(Found))
      return E;
    step("resolving modules");
    if (Error E = resolve())
      return E;
    if (!isGoing())
      return std::move(Out);
    // Again, for exactly the functions of the versions that will be compiled.
    if (Error E = writeImporters(Final))
      return E;
    if (Error E = writePlans())
      return E;
    if (!isGoing())
      return std::move(Out);
    if (Error E = makeFlags())
      return E;
    Out.Build.NumRules = Final.NumRules;
    Out.Build.NumFunctions = Final.NumFunctions;
    Out.Build.NumChanges = Final.NumChanges;
    Out.Build.NumPackages = Final.Packages.size();
    Out.Build.NumRefused = Final.NumRefused;
    append_range(Out.Build.Notes, Modules.Notes);
    noteRaisedModules();
    for (const std::string &Dir : Modules.SdkDirs)
      Inputs.addOutput(Dir);
    for (const std::string &File : PlanFiles)
      Inputs.addOutput(File);
    Inputs.addOutput(OverlayFile);
    for (const Importer &I : Importers)
      Inputs.addOutput(I.File);
    addImportInputs(Inputs);
    for (StringRef Flag : Modules.Flags)
      if (Flag.consume_front("-modfile="))
        Inputs.addOutput(Flag);
    for (const auto &[Name, Value] : Modules.Env)
      if (Name == "GOWORK")
        Inputs.addOutput(Value);
  }
  for (const std::string &Path : Rules.getPaths())
    Inputs.addFixed(Path);
  for (const auto &[Path, File] : Replaced)
    if (!File.empty())
      Inputs.addFixed(File);
  std::vector<const GoPackage *> Referred = Found.Selected;
  for (const MatchedPackage &M : Final.Packages)
    for (const TargetInfo &T : M.Targets)
      for (const TargetHook &Hook : T.Hooks)
        if (const GoPackage *P = Own.find(Hook.Path))
          Referred.push_back(P);
  for (const std::string &Path : ReadForHooks)
    if (const GoPackage *P = Own.find(Path))
      Referred.push_back(P);
  if (Error E = Inputs.addSources(Referred))
    return E;
  // One of `go env -w`, which the variable that a build sets would hide.
  if (StringRef Dir = Go.getEnv("GOTMPDIR");
      !Dir.empty() && !std::getenv("GOTMPDIR"))
    Out.Build.Env.push_back({"GOTMPDIR", Dir.str()});
  State.Build = Out.Build;
  State.Inputs = Inputs.take(Start);
  return std::move(Out);
}

Expected<SetupResult> otelrewrite::prepareBuild(const Settings &S, GoTool &Go,
                                                const GoCommand &Command,
                                                SetupProgress Say) {
  auto Cache = CacheLayout::find(S.CacheDir);
  if (!Cache)
    return Cache.takeError();
  StateFolder Folder(Cache->getStateDir(getStateKey(S, Go, Command)));
  if (std::optional<BuildState> State = Folder.load(digestInput)) {
    SetupResult Out;
    Out.Build = std::move(State->Build);
    Out.WasPreparedBefore = true;
    return Out;
  }
  auto Made = Folder.createGeneration();
  if (!Made)
    return Made.takeError();
  BuildState State;
  auto Out = SetupRun(S, Go, Command, *Cache, Made->getDir(), Say).run(State);
  if (!Out || Out->Result != SetupResult::Outcome::Prepared) {
    sys::fs::remove_directories(Made->getDir());
    return Out;
  }
  if (Error E = Folder.publish(*Made, State))
    return E;
  Folder.removeOld();
  return Out;
}

std::vector<std::string>
otelrewrite::getInstrumentedWords(const GoCommand &Command,
                                  const PreparedBuild &Build) {
  if (!Build.isInstrumented())
    return Command.rebuild({}, {});
  SmallVector<StringRef> Dropped(std::begin(MergedFlags),
                                 std::end(MergedFlags));
  return Command.rebuild(Dropped, Build.Flags, Build.ExtraPatterns);
}
