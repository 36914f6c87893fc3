//===- BuildAnalysis.cpp - rules against the packages of a build ----------===//

#include "otelrewrite/Driver/BuildAnalysis.h"

#include "otelrewrite/Basic/Nearest.h"
#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Instrument/RuntimePatch.h"
#include "otelrewrite/Match/FileFilter.h"
#include "otelrewrite/Match/Scope.h"
#include "otelrewrite/Toolexec/HookCheck.h"
#include "otelrewrite/Toolexec/SourcePackage.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace otelrewrite;

/// What the go command calls the package made of files named one by one.
static constexpr StringLiteral FilesPackage = "command-line-arguments";

PackageInfo otelrewrite::getPackageInfo(const GoPackage &P) {
  PackageInfo Info;
  Info.ImportPath = P.getPath().str();
  Info.Name = P.Name;
  Info.ModulePath = P.Module.Path;
  Info.Version = P.Module.Version;
  Info.IsMain = P.Name == "main";
  Info.LinkPath = Info.IsMain ? "main" : Info.ImportPath;
  Info.IsRoot = P.Module.IsMain || P.getPath() == FilesPackage;
  if (!P.Module.GoVersion.empty())
    Info.GoLang = "go" + P.Module.GoVersion;
  return Info;
}

void otelrewrite::addImportNames(PackageInfo &Info, const GoPackage &P,
                                 const PackageGraph &Build) {
  for (const std::string &Path : P.Imports)
    if (const GoPackage *Import = Build.find(Path);
        Import && !Import->Name.empty() && !isNameSuggested(Path, Import->Name))
      Info.ImportNames.push_back({Path, Import->Name});
}

std::vector<std::string> otelrewrite::getSourcePaths(const GoPackage &P,
                                                     const Overlay &Replaced) {
  std::vector<std::string> Out;
  for (const auto *List : {&P.GoFiles, &P.CgoFiles})
    for (const std::string &Name : *List) {
      std::string Path =
          sys::path::is_absolute(Name) ? Name : joinPath(P.Dir, Name);
      auto It = Replaced.find(Path);
      Out.push_back(It == Replaced.end() ? std::move(Path) : It->second);
    }
  return Out;
}

/// The rules of \p All that may be applied to \p P.
static std::vector<unsigned> selectFor(const RuleSet &All,
                                       std::vector<unsigned> Selected,
                                       const PackageInfo &Info, bool IsOwn,
                                       const StringSet<> &CorePackages) {
  erase_if(Selected, [&](unsigned I) {
    return !selectsPackage(All.getRules()[I], Info);
  });
  if (IsOwn)
    return Selected;
  erase_if(Selected, [&](unsigned I) {
    const Rule &R = All.getRules()[I];
    std::vector<std::string> Needs = R.getPackages();
    return Needs.size() != R.Do.size() || !R.Imports.empty() ||
           any_of(Needs, [&](const std::string &Path) {
             return !CorePackages.contains(Path);
           });
  });
  return Selected;
}

/// Matches the rules \p A.Selected of \p All against \p P.
static Error analysePackage(const GoPackage &P, const RuleSet &All,
                            PackageAnalysis &A) {
  std::vector<std::unique_ptr<SourceFile>> Opened;
  FileFilter Filter(All, A.Selected, A.Info, A.Imports);
  for (const std::string &Path : A.Paths) {
    if (Filter.isEmpty())
      break;
    auto Source = SourceFile::open(Path);
    if (!Source)
      return Source.takeError();
    Filter.addFile((*Source)->getBytes());
    Opened.push_back(std::move(*Source));
  }
  SourcePackage Sources;
  for (auto [I, Source] : enumerate(Opened))
    Sources.add(std::move(Source), Filter.isNeeded(I));
  A.HasSyntaxErrors = Sources.hasErrors();
  if (A.HasSyntaxErrors)
    return Error::success();

  RuleSet Rules = All.select(A.Selected);
  MatchResult Matches = matchPackage(A.Info, Sources.getFiles(), Rules);
  for (const Match &M : Matches.Matches)
    A.Matched.push_back(A.Selected[M.Rule]);
  StringSet<> Refused;
  for (const Refusal &R : Matches.Refusals) {
    if (R.Reason != RefusalReason::Ignored)
      Refused.insert(R.FuncName);
    else
      A.Ignored.push_back(A.Selected[R.Rule]);
    A.Problems.push_back(
        {A.Selected[R.Rule],
         {R.FuncName.empty() ? R.Message
                             : "`" + R.FuncName + "` of package `" +
                                   A.Info.ImportPath + "` " + R.Message,
          {},
          nullptr}});
  }
  A.NumRefused = Refused.size();
  for (unsigned U : Matches.Unmatched) {
    const Rule &R = Rules.getRules()[U];
    if (R.isOnRequest())
      continue;
    RuleProblem Problem;
    // Of a rule for many packages, one of them is looked at later.
    bool IsForOne = R.Package.Type == PackageSelector::Kind::Path &&
                    R.Package.Pattern.isExact();
    for (size_t I = 0; I < A.Paths.size(); ++I)
      if (!IsForOne ||
          mayExplain(R, Filter.isEmpty() ? "" : Sources.getBytes(I)))
        Problem.Near.push_back(A.Paths[I]);
    A.Problems.push_back({A.Selected[U], std::move(Problem)});
  }
  if (Matches.Matches.empty())
    return Error::success();
  MatchedPackage &Changed = A.Changed.emplace();
  Changed.Package = &P;
  Changed.Info = A.Info;
  Changed.Targets = describeTargets(A.Info, Sources.getFiles(), Rules, Matches);
  Changed.Changes = describeChanges(Rules, Matches);
  for (const Match &M : Matches.Matches) {
    const Rule &R = Rules.getRules()[M.Rule];
    for (const Action &Do : R.Do)
      if (auto F = getFile(Do))
        Changed.AddedFiles.push_back({F->Path, F->File, ""});
    if (!all_of(R.Do, getHooks))
      for (const auto &[Alias, Path] : R.Imports)
        if (Path != A.Info.ImportPath)
          Changed.Imports.insert({Path, R.Name});
  }
  Changed.Rules = std::move(Rules);
  return Error::success();
}

Expected<BuildAnalysis>
otelrewrite::analyseBuild(const PackageGraph &Build, const PackageGraph &Own,
                          const RuleSet &All, const Overlay &Replaced,
                          const StringSet<> &CorePackages, StringRef GoVersion,
                          const BuildAnalysis *Earlier) {
  BuildAnalysis Out;
  RuleIndex Index(All);
  Out.Fates.resize(All.getRules().size());
  for (const GoPackage &P : Build.getPackages()) {
    if (P.isVariant() || P.isTestMain() || P.getPath() == "unsafe" ||
        isBelow(P.getPath(), getSDKPath()))
      continue;
    PackageAnalysis A;
    A.Info = getPackageInfo(P);
    A.Info.GoVersion = GoVersion.str();
    bool IsOwn = Own.find(P.ImportPath) != nullptr;
    std::vector<unsigned> ForPath = Index.find(A.Info);
    if (IsOwn)
      for (unsigned I : ForPath)
        if (std::string Why = explainVersionMismatch(All.getRules()[I], A.Info);
            !Why.empty())
          Out.Fates[I].Problems.push_back(
              {"package `" + A.Info.ImportPath + "`: " + Why, {}, &P});
    A.Selected =
        selectFor(All, std::move(ForPath), A.Info, IsOwn, CorePackages);
    if (A.Selected.empty())
      continue;
    addImportNames(A.Info, P, Build);
    Out.Selected.push_back(&P);
    A.Imports = P.Imports;
    A.Paths = getSourcePaths(P, Replaced);
    // The importer is such a file, and only the overlay has it.
    erase_if(A.Paths,
             [](const std::string &Path) { return !isSourceToMatch(Path); });
    const PackageAnalysis *Known = nullptr;
    if (Earlier)
      if (auto It = Earlier->Analyses.find(P.ImportPath);
          It != Earlier->Analyses.end() && It->second.isOfSame(A))
        Known = &It->second;
    if (Known)
      A = *Known;
    else if (Error E = analysePackage(P, All, A))
      return E;

    Out.HasSyntaxErrors |= A.HasSyntaxErrors;
    Out.NumRefused += A.NumRefused;
    for (unsigned R : A.Matched)
      ++Out.Fates[R].NumMatches;
    for (unsigned R : A.Ignored)
      ++Out.Fates[R].NumIgnored;
    for (auto &[R, Problem] : A.Problems) {
      Problem.Package = &P;
      Out.Fates[R].Problems.push_back(Problem);
    }
    if (A.Changed) {
      A.Changed->Package = &P;
      Out.NumFunctions += A.Changed->Targets.size();
      Out.NumChanges += A.Changed->Changes.size();
      Out.Packages.push_back(*A.Changed);
    }
    Out.Analyses.insert({P.ImportPath, std::move(A)});
  }
  for (const RuleFate &Fate : Out.Fates)
    Out.NumRules += Fate.NumMatches != 0;
  return Out;
}

/// Completes \p Problem of the rule \p R.
static Error explain(RuleProblem &Problem, const Rule &R,
                     const PackageGraph &Build) {
  if (!Problem.Message.empty())
    return Error::success();
  SourcePackage Near;
  for (const std::string &Path : Problem.Near)
    if (Error E = Near.addFile(Path, [&](StringRef, StringRef Bytes) {
          return mayExplain(R, Bytes);
        }))
      return E;
  PackageInfo Info = getPackageInfo(*Problem.Package);
  addImportNames(Info, *Problem.Package, Build);
  Problem.Message = "package `" + Info.ImportPath +
                    "`: " + explainUnmatched(R, Info, Near.getFiles());
  return Error::success();
}

Error otelrewrite::explainProblems(BuildAnalysis &Analysis,
                                   const PackageGraph &Build,
                                   const RuleSet &Rules) {
  for (auto [R, Fate] : zip(Rules.getRules(), Analysis.Fates))
    for (RuleProblem &Problem : Fate.Problems)
      if (Error E = explain(Problem, R, Build))
        return E;
  return Error::success();
}

Error otelrewrite::reportUnusedRules(BuildAnalysis &Analysis,
                                     const PackageGraph &Build,
                                     const RuleFiles &Files,
                                     DiagnosticEngine &Diags) {
  for (auto [R, Fate] : zip(Files.getRules().getRules(), Analysis.Fates)) {
    // What the source itself opts out of is as its author wants it.
    if (Fate.NumMatches != 0 || Fate.Problems.empty() || Fate.NumIgnored != 0 ||
        R.isOnRequest())
      continue;
    // A pattern that fits many packages has one reason, not one for each.
    RuleProblem &Problem = Fate.Problems.front();
    if (Error E = explain(Problem, R, Build))
      return E;
    auto [Source, Range] = Files.locate(R, R.Name);
    Diags.report(diag::warn_rule_unused, Source, Range,
                 {R.Name, Problem.Message});
  }
  return Error::success();
}

void otelrewrite::reportMissingPackages(const BuildAnalysis &Analysis,
                                        const PackageGraph &Build,
                                        const RuleFiles &Rules,
                                        DiagnosticEngine &Diags) {
  for (auto [R, Fate] : zip(Rules.getRules().getRules(), Analysis.Fates)) {
    if (Rules.isInstalled(R) || R.isOnRequest() ||
        R.Package.Type != PackageSelector::Kind::Path ||
        !R.Package.Pattern.isExact() || Fate.NumMatches != 0 ||
        !Fate.Problems.empty())
      continue;
    std::string Wanted = R.Package.getText();
    std::string Message = "the program has no package `" + Wanted + "`";
    NearestName Near(Wanted, Wanted.size() / 8 + 1);
    for (const GoPackage &P : Build.getPackages())
      Near.consider(P.getPath());
    if (!Near.get().empty())
      Message += ("; did you mean `" + Near.get() + "`?").str();
    auto [Source, Range] = Rules.locate(R, Wanted);
    Diags.report(diag::warn_rule_package, Source, Range, {R.Name, Message});
  }
}

Expected<std::string> otelrewrite::checkRuntime(const GoPackage &Runtime,
                                                const Overlay &Replaced,
                                                StringRef GoVersion) {
  SourcePackage Sources;
  for (const std::string &Path : getSourcePaths(Runtime, Replaced))
    if (isPatchedRuntimeFile(sys::path::filename(Path)))
      if (Error E =
              Sources.addFile(Path, [](StringRef, StringRef) { return true; }))
        return E;
  DiagnosticEngine Diags;
  InstrumentOptions Options;
  for (const ParsedFile *File : Sources.getFiles())
    Options.LineNames.push_back(File->Source.getName().str());
  if (instrumentRuntime(Sources.getFiles(), GoVersion, Options, Diags))
    return std::string();
  for (const Diagnostic &D : Diags.getDiagnostics())
    if (D.Level == Severity::Error)
      return D.Message;
  return std::string("the patch does not fit");
}
