//===- BuildAnalysis.cpp - rules against the packages of a build ----------===//

#include "otelrewrite/Driver/BuildAnalysis.h"

#include "otelrewrite/Basic/Nearest.h"
#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Instrument/RuntimePatch.h"
#include "otelrewrite/Match/Scope.h"
#include "otelrewrite/Toolexec/HookCheck.h"
#include "otelrewrite/Toolexec/SourcePackage.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"

#include <numeric>

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

Expected<BuildAnalysis>
otelrewrite::analyseBuild(const PackageGraph &Build, const PackageGraph &Own,
                          const RuleFiles &Files, const Overlay &Replaced,
                          const StringSet<> &CorePackages,
                          DiagnosticEngine &Diags, StringRef GoVersion) {
  const RuleSet &All = Files.getRules();
  BuildAnalysis Out;
  RuleIndex Index(All);
  std::vector<RuleFate> Fates(All.getRules().size());
  for (const GoPackage &P : Build.getPackages()) {
    if (P.isVariant() || P.isTestMain() || P.getPath() == "unsafe" ||
        isBelow(P.getPath(), getSDKPath()))
      continue;
    PackageInfo Info = getPackageInfo(P);
    Info.GoVersion = GoVersion.str();
    bool IsOwn = Own.find(P.ImportPath) != nullptr;
    std::vector<unsigned> ForPath = Index.find(Info);
    if (IsOwn)
      for (unsigned I : ForPath)
        if (std::string Why = explainVersionMismatch(All.getRules()[I], Info);
            !Why.empty())
          Fates[I].Problems.push_back("package `" + Info.ImportPath +
                                      "`: " + Why);
    std::vector<unsigned> Selected =
        selectFor(All, std::move(ForPath), Info, IsOwn, CorePackages);
    if (Selected.empty())
      continue;
    addImportNames(Info, P, Build);
    Out.Selected.push_back(&P);

    RuleSet Rules = All.select(Selected);
    std::vector<unsigned> Indices(Selected.size());
    std::iota(Indices.begin(), Indices.end(), 0);
    SourcePackage Sources;
    for (const std::string &Path : getSourcePaths(P, Replaced)) {
      // The importer is such a file, and only the overlay has it.
      if (!isSourceToMatch(Path))
        continue;
      if (Error E = Sources.addFile(Path, [&](StringRef, StringRef Bytes) {
            return mayMatch(Rules, Indices, Bytes);
          }))
        return E;
    }
    if (Sources.hasErrors()) {
      Out.HasSyntaxErrors = true;
      continue;
    }
    MatchResult Matches = matchPackage(Info, Sources.getFiles(), Rules);
    for (const Match &M : Matches.Matches)
      ++Fates[Selected[M.Rule]].NumMatches;
    StringSet<> Refused;
    for (const Refusal &R : Matches.Refusals)
      if (R.Reason != RefusalReason::Ignored)
        Refused.insert(R.FuncName);
      else
        ++Fates[Selected[R.Rule]].NumIgnored;
    Out.NumRefused += Refused.size();
    for (const Refusal &R : Matches.Refusals)
      Fates[Selected[R.Rule]].Problems.push_back(
          R.FuncName.empty() ? R.Message
                             : "`" + R.FuncName + "` of package `" +
                                   Info.ImportPath + "` " + R.Message);
    // Files without a rule's words have not been parsed: what comes nearest to
    // a name misspelt is found among all.
    SourcePackage Whole;
    erase_if(Matches.Unmatched, [&](const UnmatchedRule &U) {
      return Rules.getRules()[U.Rule].isOnRequest();
    });
    if (!Matches.Unmatched.empty()) {
      for (const std::string &Path : getSourcePaths(P, Replaced))
        if (isSourceToMatch(Path))
          if (Error E = Whole.addFile(
                  Path, [](StringRef, StringRef) { return true; }))
            return E;
      if (!Whole.hasErrors())
        Matches.Unmatched =
            matchPackage(Info, Whole.getFiles(), Rules).Unmatched;
    }
    for (const UnmatchedRule &U : Matches.Unmatched)
      Fates[Selected[U.Rule]].Problems.push_back("package `" + Info.ImportPath +
                                                 "`: " + U.Message);
    if (Matches.Matches.empty())
      continue;
    MatchedPackage Matched;
    Matched.Package = &P;
    Matched.Targets = describeTargets(Info, Sources.getFiles(), Rules, Matches);
    Matched.Info = std::move(Info);
    Matched.Rules = std::move(Rules);
    Matched.Changes = describeChanges(Matched.Rules, Matches);
    for (const Match &M : Matches.Matches) {
      const Rule &R = Matched.Rules.getRules()[M.Rule];
      for (const Action &A : R.Do)
        if (auto F = getFile(A))
          Matched.AddedFiles.push_back({F->Path, F->File, ""});
      if (!all_of(R.Do, getHooks))
        for (const auto &[Alias, Path] : R.Imports)
          if (Path != Info.ImportPath)
            Matched.Imports.insert({Path, R.Name});
    }
    Out.NumFunctions += Matched.Targets.size();
    Out.NumChanges += Matched.Changes.size();
    Out.Packages.push_back(std::move(Matched));
  }

  for (auto [R, Fate] : zip(All.getRules(), Fates)) {
    Out.NumRules += Fate.NumMatches != 0;
    if (Fate.NumMatches != 0)
      continue;
    // A pattern that fits many packages has one reason, not one for each. What
    // the source itself opts out of is as its author wants it.
    if (!Fate.Problems.empty() && Fate.NumIgnored == 0 && !R.isOnRequest()) {
      auto [Source, Range] = Files.locate(R, R.Name);
      Diags.report(diag::warn_rule_unused, Source, Range,
                   {R.Name, Fate.Problems.front()});
    }
  }
  Out.Fates = std::move(Fates);
  return Out;
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
