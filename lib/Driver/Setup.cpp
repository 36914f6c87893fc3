//===- Setup.cpp - preparing an instrumented build ------------------------===//

#include "otelrewrite/Driver/Setup.h"

#include "otelrewrite/Driver/BuildAnalysis.h"
#include "otelrewrite/Driver/BuildRecord.h"
#include "otelrewrite/Driver/Inputs.h"
#include "otelrewrite/Driver/Marks.h"
#include "otelrewrite/Driver/Modules.h"
#include "otelrewrite/Driver/Quote.h"
#include "otelrewrite/Driver/RuleFiles.h"
#include "otelrewrite/Instrument/RuntimePatch.h"
#include "otelrewrite/Toolexec/Plan.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <thread>

using namespace llvm;
using namespace otelrewrite;

/// Flags of the go command that setup merges with its own and so takes out of
/// the user's words.
static constexpr StringLiteral MergedFlags[] = {"gcflags", "toolexec",
                                                "overlay", "modfile", "mod"};

namespace {

/// A main package, or the external test package of a tested one, that gets the
/// file which brings the hooks in.
struct Importer {
  const GoPackage *Package = nullptr; ///< of the user's graph
  bool IsTest = false;                ///< as a file of the external tests
  std::string Path;                   ///< where the go command sees it
  std::string File;                   ///< where it is
  std::vector<TargetInfo> Targets;
  std::string Text;
};

/// One run of setup. The steps in order are the functions in order.
class SetupRun {
public:
  SetupRun(const Settings &S, GoTool &Go, const GoCommand &Command,
           const CacheLayout &Cache, std::string Generation, SetupProgress Say)
      : S(S), Go(Go), Command(Command), Cache(Cache),
        Generation(std::move(Generation)), Say(Say) {}

  Expected<SetupResult> run(BuildState &State);

private:
  Error loadRules();
  Error loadOverlay();
  Error gather();
  Error listOwnPackages();
  Error findImporters();
  Error readVendorFolder();
  Error resolve();
  void noteRaisedModules();
  Error writeImporters(const BuildAnalysis &Analysis);
  std::string makeRecord(const BuildAnalysis &Analysis,
                         const Importer &I) const;
  Error loadAddedFiles();
  void checkCycles();
  void addImportInputs(InputCollector &Inputs) const;
  Error exportImports();
  Error writePlans();
  Error makeFlags();
  std::vector<std::string> getOverlayPatterns() const;
  void fail(std::string Reason) {
    Out.Result = SetupResult::Outcome::Failed;
    Out.Reason = std::move(Reason);
  }
  bool renderErrors(const DiagnosticEngine &Diags);
  bool isHarmless(const GoPackage &P) const;
  /// Is there anything to instrument in a program of these packages?
  bool isWorthwhile(const StringSet<> &Closure) const;
  void step(StringRef What) const {
    if (Say)
      Say(What);
  }
  bool isGoing() const { return Out.Result == SetupResult::Outcome::Prepared; }

  const Settings &S;
  GoTool &Go;
  const GoCommand &Command;
  const CacheLayout &Cache;
  std::string Generation;
  SetupProgress Say;

  SetupResult Out;
  RuleFiles Rules;
  std::vector<std::string> Patterns;
  bool IsTest = false;
  Overlay Replaced; // the user's own -overlay
  std::optional<VendorFolder> Vendor;
  Overlay VendoredModFiles;
  PackageGraph Own;        // the user's program as it is
  std::string ListProblem; // why it cannot be looked at
  BuildAnalysis Found;
  std::vector<std::string>
      ReadForHooks; // packages whose types hooks were held against
  std::vector<Importer> Importers;
  ResolvedModules Modules;
  BuildAnalysis Final; // with the versions that will be compiled
  std::vector<PackageMark> Marks;
  std::vector<std::string> PlanFiles;
  std::string OverlayFile;
  std::string SdkVersion;
  /// What inserted code imports: content by import path, and the archives.
  std::map<std::string, std::string> Contents;
  std::string ExportsFile;
  std::vector<std::string> Archives;
};

} // namespace

bool SetupRun::renderErrors(const DiagnosticEngine &Diags) {
  if (!Diags.hasErrors())
    return false;
  raw_string_ostream OS(Out.Diagnostics);
  renderDiagnostics(Diags.getDiagnostics(), OS, S.UseColour);
  fail({});
  return true;
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

/// The import path of the program or test binary that \p P becomes.
static std::string getBinary(const GoPackage &P, bool IsTest) {
  return IsTest ? P.ImportPath + ".test" : P.ImportPath;
}

/// Hooks of these packages serve others: they join spans, flush at the end of
/// every program, put the ids of spans into log lines. Alone they are no reason
/// to put the SDK into a program.
static bool isSupport(const TargetHook &Hook) {
  StringRef Package = Hook.Path;
  return Package.consume_front(getSDKPath()) &&
         StringSwitch<bool>(Package)
             .Cases("/hook/otelsdk", "/hook/stdlog", "/hook/logrus",
                    "/hook/zap", "/hook/zerolog", true)
             .Default(Package.starts_with("/with/"));
}

bool SetupRun::isWorthwhile(const StringSet<> &Closure) const {
  // A program that speaks to the API itself gets its SDK.
  for (StringRef Name : {"", "/trace", "/metric", "/log"})
    if (Closure.contains(("go.opentelemetry.io/otel" + Name).str()))
      return true;
  return any_of(Found.Packages, [&](const MatchedPackage &M) {
    return Closure.contains(M.Package->getPath()) &&
           (!M.Changes.empty() || any_of(M.Targets, [](const TargetInfo &T) {
             return !all_of(T.Hooks, isSupport);
           }));
  });
}

Error SetupRun::findImporters() {
  StringRef ModCache = Go.getEnv("GOMODCACHE");
  for (const GoPackage &P : Own.getPackages()) {
    if (P.IsDepOnly || P.isVariant() || P.isTestMain())
      continue;
    bool IsMain = P.Name == "main";
    if (IsTest ? P.TestGoFiles.empty() && P.XTestGoFiles.empty() : !IsMain)
      continue;
    ++Out.Build.NumPrograms;
    StringSet<> Closure = Own.getClosure(getBinary(P, IsTest));
    if (!isWorthwhile(Closure))
      continue;
    if (isBelow(P.Dir, ModCache)) {
      Out.Build.Warnings.push_back(
          "package " + P.getPath().str() +
          " lies in the module cache, where the go command accepts no "
          "additional file; it is built without instrumentation\n");
      continue;
    }
    Importer I;
    I.Package = &P;
    I.IsTest = IsTest && !IsMain;
    I.Path = joinPath(P.Dir, I.IsTest ? ImporterTestFile : ImporterFile);
    I.File = joinPath(
        joinPath(Generation, "importer" + std::to_string(Importers.size())),
        sys::path::filename(I.Path));
    if (sys::fs::exists(I.Path)) {
      fail(I.Path + " exists; this name is the instrumentation's, so rename "
                    "the file");
      return Error::success();
    }
    Importers.push_back(std::move(I));
  }
  return Error::success();
}

/// Targets in the order of packages and files that \p I has to fill.
static std::vector<TargetInfo> selectTargets(const Importer &I,
                                             const PackageGraph &Own,
                                             const BuildAnalysis &Analysis,
                                             bool IsTest) {
  StringSet<> Closure = Own.getClosure(getBinary(*I.Package, IsTest));
  std::vector<TargetInfo> Out;
  for (const MatchedPackage &M : Analysis.Packages) {
    // What is not the user's comes with the instrumentation itself.
    if (!Closure.contains(M.Package->getPath()) &&
        Own.find(M.Package->ImportPath))
      continue;
    for (TargetInfo T : M.Targets) {
      // Under test a program's package is linked by its import path.
      if (IsTest && M.Info.IsMain)
        T.LinkPath = M.Info.ImportPath;
      Out.push_back(std::move(T));
    }
  }
  return Out;
}

/// What the program is to say of itself.
std::string SetupRun::makeRecord(const BuildAnalysis &Analysis,
                                 const Importer &I) const {
  BuildRecord R;
  R.Tool = S.Version;
  R.Sdk = SdkVersion;
  R.Go = Go.getEnv("GOVERSION").str();
  R.Program = I.Package->getPath().str();
  std::set<std::string> Rules;
  std::map<std::string, std::string> Versions;
  for (const TargetInfo &T : I.Targets) {
    BuildRecord::RecordedFunction F{T.ImportPath, T.FuncName, {}};
    for (const TargetHook &Hook : T.Hooks) {
      F.Rules.push_back(Hook.Rule);
      Rules.insert(Hook.Rule);
    }
    R.Functions.push_back(std::move(F));
  }
  StringSet<> Closure = Own.getClosure(getBinary(*I.Package, IsTest));
  std::map<std::pair<std::string, std::string>, std::set<std::string>> Changes;
  for (const MatchedPackage &M : Analysis.Packages)
    if (Closure.contains(M.Package->getPath()))
      for (StringRef Change : M.Changes) {
        auto [Rule, What] = Change.split(": ");
        Changes[{M.Info.ImportPath, What.str()}].insert(Rule.str());
        Rules.insert(Rule.str());
      }
  for (const auto &[Place, Names] : Changes)
    R.Functions.push_back(
        {Place.first, Place.second, {Names.begin(), Names.end()}});
  for (const MatchedPackage &M : Analysis.Packages)
    if (!M.Info.Version.empty() && any_of(I.Targets, [&](const TargetInfo &T) {
          return T.ImportPath == M.Info.ImportPath;
        }))
      Versions[M.Info.ModulePath] = M.Info.Version;
  for (const auto &[Path, Version] : Versions)
    R.Modules.push_back({Path, Version});
  const RuleSet &All = this->Rules.getRules();
  for (auto [N, Rule] : enumerate(All.getRules()))
    if (Rules.count(Rule.Name))
      R.Rules.push_back(
          {Rule.Name, Rule.Library,
           All.select({static_cast<unsigned>(N)}).getFingerprint()});
  return R.serialize();
}

/// Packages that must be linked since changed packages import them.
static std::vector<std::string> selectImports(const Importer &I,
                                              const PackageGraph &Own,
                                              const BuildAnalysis &Analysis,
                                              bool IsTest) {
  StringSet<> Closure = Own.getClosure(getBinary(*I.Package, IsTest));
  std::set<std::string> Paths;
  for (const MatchedPackage &M : Analysis.Packages) {
    if (!Closure.contains(M.Package->getPath()))
      continue;
    for (const auto &[Path, Rule] : M.Imports)
      Paths.insert(Path);
    for (const AddedFile &F : M.AddedFiles)
      Paths.insert(F.Path);
  }
  std::vector<std::string> Out;
  for (const std::string &Path : Paths)
    if (Path != "unsafe" && Path != "C" && Path != I.Package->getPath() &&
        !Closure.contains(Path))
      Out.push_back(Path);
  return Out;
}

Error SetupRun::writeImporters(const BuildAnalysis &Analysis) {
  json::Object Replace;
  for (const auto &[Path, File] : Replaced)
    Replace[Path] = File;
  for (const auto &[Path, File] : VendoredModFiles)
    Replace[Path] = File;
  for (Importer &I : Importers) {
    I.Targets = selectTargets(I, Own, Analysis, IsTest);
    ImporterSpec Spec;
    Spec.PackageName = I.IsTest ? I.Package->Name + "_test" : "main";
    Spec.LinkPath = I.IsTest ? I.Package->getPath().str() + "_test"
                    : IsTest ? I.Package->getPath().str()
                             : std::string("main");
    Spec.Targets = I.Targets;
    Spec.Record = makeRecord(Analysis, I);
    Spec.BlankImports = selectImports(I, Own, Analysis, IsTest);
    I.Text = generateImporter(Spec);
    if (Error E = writeFileAtomically(I.File, I.Text))
      return E;
    Replace[I.Path] = I.File;
  }
  OverlayFile = joinPath(Generation, "overlay.json");
  std::string Text;
  raw_string_ostream(Text) << json::Value(
      json::Object{{"Replace", std::move(Replace)}});
  return writeFileAtomically(OverlayFile, Text);
}

std::vector<std::string> SetupRun::getOverlayPatterns() const {
  // Files named one by one: the importer is one more of them, spelled as they
  // are, since the go command compares their directories as text.
  std::vector<std::string> Extra;
  if (!StringRef(Patterns.front()).ends_with(".go"))
    return Extra;
  for (const Importer &I : Importers)
    Extra.push_back(joinPath(sys::path::parent_path(Patterns.front()),
                             sys::path::filename(I.Path)));
  return Extra;
}

Error SetupRun::readVendorFolder() {
  std::string Dir = findVendorParent(Go, Command);
  if (Dir.empty())
    return Error::success();
  auto Loaded = VendorFolder::load(Dir);
  if (!Loaded)
    return Loaded.takeError();
  Vendor = std::move(*Loaded);
  return Vendor->writeModFiles(joinPath(Generation, "vendor"),
                               VendoredModFiles);
}

static std::string nameRules(const std::set<std::string> &Rules) {
  if (Rules.empty())
    return "the SDK";
  std::string Out = "rule `" + *Rules.begin() + "`";
  if (Rules.size() > 1)
    Out += " and " + std::to_string(Rules.size() - 1) + " more";
  return Out;
}

void SetupRun::noteRaisedModules() {
  std::vector<RaisedModule> Raised = findRaisedModules(Own, Modules.Graph);
  if (Raised.empty())
    return;
  // Which rules' hooks reach which modules.
  std::map<std::string, std::set<std::string>> Wanted;
  std::map<std::string, std::set<std::string>> Hooks; // package to rules
  for (const MatchedPackage &M : Final.Packages)
    for (const TargetInfo &T : M.Targets)
      for (const TargetHook &Hook : T.Hooks)
        Hooks[Hook.Path].insert(Hook.Rule);
  for (const auto &[Package, RuleNames] : Hooks)
    for (const auto &Path : Modules.Graph.getClosure(Package))
      if (const GoPackage *P = Modules.Graph.find(Path.getKey()))
        Wanted[P->Module.Path].insert(RuleNames.begin(), RuleNames.end());
  for (const RaisedModule &M : Raised)
    Out.Build.Notes.push_back(M.Path + " " + M.From + " is built as " + M.To +
                              ", which " + nameRules(Wanted[M.Path]) +
                              " needs");
}

/// Reads the files that rules add, and what they import.
Error SetupRun::loadAddedFiles() {
  for (MatchedPackage &M : Final.Packages)
    for (AddedFile &F : M.AddedFiles) {
      const GoPackage *P = Modules.Graph.find(F.Path);
      if (!P || P->Dir.empty()) {
        fail("a rule adds file " + F.File + " of package " + F.Path +
             ", which no module of the build has");
        return Error::success();
      }
      auto Text = readFile(joinPath(P->Dir, F.File));
      if (!Text)
        return Text.takeError();
      F.Text = std::move(*Text);
      auto Source = SourceFile::fromString(F.File, F.Text);
      DiagnosticEngine Diags;
      auto Parsed = parseFile(*Source, Diags);
      for (const ImportSpec *I : getImports(*Parsed->Root))
        M.Imports.insert({getImportPath(*I, Parsed->Tokens), F.File});
    }
  return Error::success();
}

/// An inserted import must not lead back to the package that gets it.
void SetupRun::checkCycles() {
  for (const MatchedPackage &M : Final.Packages)
    for (const auto &[Path, Rule] : M.Imports) {
      StringRef Target = M.Package->getPath();
      if (Path == Target || !Modules.Graph.getClosure(Path).contains(Target))
        continue;
      // One way back, the shortest.
      std::vector<std::string> Queue{Path};
      std::map<std::string, std::string> From{{Path, ""}};
      for (size_t I = 0; I < Queue.size() && !From.count(Target.str()); ++I)
        if (const GoPackage *P = Modules.Graph.find(Queue[I]))
          for (const std::string &Import : P->Imports)
            if (From.insert({Import, Queue[I]}).second)
              Queue.push_back(Import);
      std::string Way = Target.str();
      for (std::string At = From[Target.str()]; !At.empty(); At = From[At])
        Way = At + " -> " + Way;
      return fail("rule `" + Rule + "` makes " + Target.str() + " import " +
                  Path + ", which would be a cycle: " + Target.str() + " -> " +
                  Way);
    }
}

/// Compiles what inserted code imports, with the flags of the build itself, and
/// notes where the archives are.
Error SetupRun::exportImports() {
  std::set<std::string> Paths;
  for (const MatchedPackage &M : Final.Packages)
    for (const auto &[Path, Rule] : M.Imports)
      if (Path != "unsafe" && Path != "C")
        Paths.insert(Path);
  if (Paths.empty())
    return Error::success();
  step("compiling what rules import");
  if (Error E = makeFlags())
    return E;
  std::vector<std::string> Args{"list", "-export", "-f",
                                "{{.ImportPath}}={{.Export}}={{.BuildID}}"};
  append_range(Args, getLoadFlags(Command));
  append_range(Args, Out.Build.Flags);
  append_range(Args, Paths);
  Out.Build.Flags.clear();
  // What the go command leaves when it is killed is left in the generation.
  Environment Env = Modules.Env;
  Env.push_back({"GOTMPDIR", Generation});
  auto Result = Go.run(Args, Env);
  if (!Result)
    return Result.takeError();
  if (Result->Status != 0) {
    fail("what rules import cannot be compiled:\n" + Result->Err);
    return Error::success();
  }
  std::string Text;
  StringRef Lines = Result->Out;
  while (!Lines.empty()) {
    StringRef Line;
    std::tie(Line, Lines) = Lines.split('\n');
    auto [Path, Rest] = Line.split('=');
    auto [File, Build] = Rest.rsplit('=');
    if (File.empty())
      continue;
    Text += ("packagefile " + Path + "=" + File + "\n").str();
    Archives.push_back(File.str());
    // The part behind the slash names the content.
    Contents[Path.str()] = Build.rsplit('/').second.str();
  }
  ExportsFile = joinPath(Generation, "imports");
  return writeFileAtomically(ExportsFile, Text);
}

Error SetupRun::resolve() {
  ModuleRequest Request;
  Request.Config = &S;
  Request.Go = &Go;
  Request.Command = &Command;
  StringSet<> Packages;
  auto need = [&](StringRef Path) {
    if (Packages.insert(Path).second)
      Request.Packages.push_back(Path.str());
  };
  need((getSDKPath() + "/otelsetup").str());
  need((getSDKPath() + "/link").str());
  for (const MatchedPackage &M : Found.Packages)
    for (const TargetInfo &T : M.Targets)
      for (const TargetHook &Hook : T.Hooks)
        need(Hook.Path);
  for (const MatchedPackage &M : Found.Packages) {
    for (const auto &[Path, Rule] : M.Imports)
      if (!Own.find(Path) && StringRef(Path).split('/').first.contains('.'))
        need(Path);
    for (const AddedFile &F : M.AddedFiles)
      if (!Own.find(F.Path))
        need(F.Path);
  }
  Request.Dir = Generation;
  Request.Overlay = OverlayFile;
  Request.Vendor = Vendor ? &*Vendor : nullptr;
  Request.Patterns = Patterns;
  append_range(Request.Patterns, Out.Build.ExtraPatterns);
  Request.WithTests = IsTest;
  auto Resolved = resolveModules(Request);
  if (!Resolved)
    return Resolved.takeError();
  Modules = std::move(*Resolved);
  if (!Modules.Failure.empty()) {
    fail("the modules that the instrumentation needs cannot be resolved:\n" +
         Modules.Failure);
    return Error::success();
  }

  // Only hooks of the SDK's own module may go into packages that the user's
  // program would not have.
  StringSet<> Core;
  for (const GoPackage &P : Modules.Graph.getPackages())
    if (P.Module.Path == getSDKPath())
      Core.insert(P.getPath());
  DiagnosticEngine Diags;
  auto Analysis = analyseBuild(Modules.Graph, Own, Rules, Replaced, Core, Diags,
                               Go.getEnv("GOVERSION"));
  if (!Analysis)
    return Analysis.takeError();
  Final = std::move(*Analysis);
  for (const Diagnostic &D : Diags.getDiagnostics()) {
    std::string Text;
    raw_string_ostream OS(Text);
    renderDiagnostic(D, OS, S.UseColour);
    Out.Build.Warnings.push_back(Text);
  }
  if (Error E = loadAddedFiles())
    return E;
  checkCycles();
  if (!isGoing())
    return Error::success();
  DiagnosticEngine HookDiags;
  PackageLoader Loader(Modules.Graph, Replaced);
  if (Error E = checkHooks(Final, Modules.Graph, Rules, Loader, HookDiags))
    return E;
  ReadForHooks = Loader.getLoaded();
  if (renderErrors(HookDiags))
    return Error::success();

  // Whatever else is wrong with the packages that were added is found here and
  // said once, rather than by a compile of a generated file.
  for (const GoPackage &P : Modules.Graph.getPackages())
    if (!P.Error.empty() && !isHarmless(P)) {
      fail("the program cannot be built with its instrumentation:\n" +
           P.getErrorText());
      return Error::success();
    }
  return Error::success();
}

/// What inserted code imports has been compiled: the plans hold for what it was
/// then, so that a change of it, or of what it imports, makes them anew.
void SetupRun::addImportInputs(InputCollector &Inputs) const {
  for (const MatchedPackage &M : Final.Packages) {
    for (const AddedFile &F : M.AddedFiles)
      if (const GoPackage *P = Modules.Graph.find(F.Path))
        Inputs.addContent(joinPath(P->Dir, F.File));
    for (const auto &[Path, Rule] : M.Imports)
      for (const auto &Needed : Modules.Graph.getClosure(Path))
        if (const GoPackage *P = Modules.Graph.find(Needed.getKey()))
          Inputs.addContent(*P);
  }
  for (const std::string &Archive : Archives)
    Inputs.addMade(Archive);
}

Error SetupRun::writePlans() {
  auto addPlan = [&](const GoPackage &P, const Plan &Plan) -> Error {
    PackageMark Mark;
    Mark.Package = &P;
    Mark.Hash = Plan.getHash();
    std::string File = joinPath(Cache.getPlansDir(), Mark.Hash);
    PlanFiles.push_back(File);
    Marks.push_back(std::move(Mark));
    // Plans are shared by builds: one that is there keeps its time, by which
    // others know that it is whole.
    std::string Text = Plan.serialize();
    if (auto Old = readFile(File)) {
      if (*Old == Text)
        return Error::success();
    } else {
      consumeError(Old.takeError());
    }
    return writeFileAtomically(File, Text);
  };
  const GoPackage *Runtime = Modules.Graph.find("runtime");
  if (!Runtime)
    return createStringError(errc::invalid_argument,
                             "the build has no package runtime");
  auto Misfit = checkRuntime(*Runtime, Replaced, Go.getEnv("GOVERSION"));
  if (!Misfit)
    return Misfit.takeError();
  if (Misfit->empty()) {
    Plan RuntimePlan;
    RuntimePlan.Type = Plan::Kind::Runtime;
    RuntimePlan.Package = getPackageInfo(*Runtime);
    if (Error E = addPlan(*Runtime, RuntimePlan))
      return E;
  } else {
    Out.Build.Notes.push_back(
        "package runtime of this Go release is not patched (" + *Misfit +
        "); hooks work, and spans are linked through context.Context alone");
  }

  // Hooks that only their own package can name.
  std::map<std::string, std::set<std::string>> Hidden;
  for (const MatchedPackage &M : Final.Packages)
    for (const TargetInfo &T : M.Targets)
      for (const TargetHook &H : T.Hooks)
        for (const std::string &Name : {H.Before, H.After})
          if (!Name.empty() && !isExportedName(Name))
            Hidden[H.Path].insert(Name);
  auto addExports = [&](const GoPackage &Package, Plan &P) {
    if (auto It = Hidden.find(Package.getPath().str()); It != Hidden.end())
      P.Exports.assign(It->second.begin(), It->second.end());
  };

  StringSet<> Done;
  auto findImporter = [&](const GoPackage &P) -> const Importer * {
    for (const Importer &I : Importers)
      if (!I.IsTest && I.Package->ImportPath == P.ImportPath)
        return &I;
    return nullptr;
  };
  auto addPackage = [&](const MatchedPackage &M) -> Error {
    Plan P;
    P.Package = M.Info;
    P.Rules = M.Rules;
    P.HeapContext = !Misfit->empty();
    for (const TargetInfo &T : M.Targets)
      P.Targets.push_back(T.FuncName);
    for (const TargetInfo &T : M.Targets)
      if (T.hasFrameReader())
        P.FrameReaders.push_back(T.SlotName);
    P.Changes = M.Changes;
    P.AddedFiles = M.AddedFiles;
    for (const auto &[Path, Rule] : M.Imports)
      P.Imports.push_back({Path, Contents[Path]});
    if (const Importer *I = findImporter(*M.Package))
      P.Importer = I->Text;
    addExports(*M.Package, P);
    Done.insert(M.Package->ImportPath);
    return addPlan(*M.Package, P);
  };
  for (const auto &[Path, Names] : Hidden) {
    const GoPackage *Package = Modules.Graph.find(Path);
    if (!Package || findImporter(*Package) ||
        any_of(Final.Packages,
               [&](const MatchedPackage &M) { return M.Package == Package; }))
      continue;
    Plan P;
    P.Package = getPackageInfo(*Package);
    addExports(*Package, P);
    if (Error E = addPlan(*Package, P))
      return E;
  }
  // What others import is compiled before those, and so has its plan first.
  for (bool WithImports : {false, true}) {
    if (WithImports)
      if (Error E = exportImports())
        return E;
    if (!isGoing())
      return Error::success();
    for (const MatchedPackage &M : Final.Packages)
      if (M.Imports.empty() != WithImports)
        if (Error E = addPackage(M))
          return E;
  }
  // A package with an importer is always marked: its compile, or that of its
  // external tests, then tells that the marks have reached the build at all.
  for (const Importer &I : Importers) {
    if (Done.contains(I.Package->ImportPath))
      continue;
    Plan P;
    P.Package = getPackageInfo(*I.Package);
    if (!I.IsTest)
      P.Importer = I.Text;
    addExports(*I.Package, P);
    if (Error E = addPlan(*I.Package, P))
      return E;
  }
  return Error::success();
}

Error SetupRun::makeFlags() {
  std::string Cwd = makeAbsolute(".");
  std::vector<std::string> Settings; // values of -gcflags
  std::vector<std::string> UserToolexec;
  auto GoFlags = parseGoFlags(Go.getEnv("GOFLAGS"));
  if (!GoFlags)
    return GoFlags.takeError();
  auto setToolexec = [&](StringRef Value) -> Error {
    auto Words = splitQuoted(Value);
    if (!Words)
      return Words.takeError();
    UserToolexec = std::move(*Words);
    return Error::success();
  };
  for (const GoFlag &Flag : *GoFlags) {
    if (Flag.Name == "gcflags")
      Settings.push_back(Flag.Value);
    else if (Flag.Name == "toolexec")
      if (Error E = setToolexec(Flag.Value))
        return E;
  }
  std::vector<std::string> &Flags = Out.Build.Flags;
  for (const GoFlag &Flag : Command.getFlags()) {
    if (Flag.Name == "gcflags") {
      Settings.push_back(Flag.Value);
      Flags.push_back("-gcflags=" + Flag.Value);
    } else if (Flag.Name == "toolexec") {
      if (Error E = setToolexec(Flag.Value))
        return E;
    }
  }

  // A language version that the SDK raised is put back for the user's code.
  if (!Modules.OwnGoVersion.empty())
    for (const GoPackage &P : Modules.Graph.getPackages()) {
      if (!P.Module.IsMain || P.isVariant() || P.isTestMain())
        continue;
      auto Mark = find_if(Marks, [&](const PackageMark &M) {
        return M.Package->ImportPath == P.ImportPath;
      });
      if (Mark == Marks.end()) {
        Marks.push_back({&P, {}, {}});
        Mark = Marks.end() - 1;
      }
      // Patch releases are no language versions.
      auto [Major, Rest] = StringRef(Modules.OwnGoVersion).split('.');
      Mark->Flags.push_back(
          ("-lang=go" + Major + "." + Rest.take_while([](char C) {
            return C >= '0' && C <= '9';
          })).str());
    }
  auto MarkFlags = makeMarkFlags(Marks, Settings, Cwd);
  if (!MarkFlags)
    return MarkFlags.takeError();
  append_range(Flags, *MarkFlags);

  std::vector<std::string> Toolexec{S.Executable, "toolexec",
                                    "--plans=" + Cache.getPlansDir()};
  if (!ExportsFile.empty())
    Toolexec.push_back("--imports=" + ExportsFile);
  if (!UserToolexec.empty())
    Toolexec.push_back("--wrap=" + std::to_string(UserToolexec.size()));
  append_range(Toolexec, UserToolexec);
  auto Joined = joinQuoted(Toolexec);
  if (!Joined)
    return Joined.takeError();
  Flags.push_back("-toolexec=" + *Joined);
  Flags.push_back("-overlay=" + OverlayFile);
  append_range(Flags, Modules.Flags);
  Out.Build.Env = Modules.Env;
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
  DiagnosticEngine Diags;
  auto Analysis = analyseBuild(Own, Own, Rules, Replaced, {}, Diags,
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
    if (Out.Build.NumPrograms != 0)
      reportMissingPackages(Found, Own, Rules, Diags);
    for (const Diagnostic &D : Diags.getDiagnostics()) {
      std::string Text;
      raw_string_ostream OS(Text);
      renderDiagnostic(D, OS, S.UseColour);
      Out.Build.Warnings.push_back(Text);
    }
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
