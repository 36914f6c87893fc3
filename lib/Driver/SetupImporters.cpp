//===- SetupImporters.cpp - the files that bring hooks into programs ------===//

#include "SetupRun.h"

#include "otelrewrite/Driver/BuildRecord.h"
#include "otelrewrite/Toolexec/Plan.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

#include <set>

using namespace llvm;
using namespace otelrewrite;

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
