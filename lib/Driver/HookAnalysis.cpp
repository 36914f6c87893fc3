//===- HookAnalysis.cpp - the hooks of a build against their targets ------===//

#include "otelrewrite/Driver/BuildAnalysis.h"

#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Toolexec/HookCheck.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;
using namespace otelrewrite;

//===----------------------------------------------------------------------===//
// PackageLoader
//===----------------------------------------------------------------------===//

const SourcePackage *PackageLoader::load(const GoPackage &P,
                                         std::string &Failure) {
  auto [It, IsNew] = Loaded.try_emplace(P.getPath().str());
  if (IsNew)
    for (const std::string &Path : getSourcePaths(P, Replaced)) {
      // The importer is such a file, and only the overlay has it.
      if (!isSourceToMatch(Path))
        continue;
      if (Error E = It->second.addFile(
              Path, [](StringRef, StringRef) { return true; })) {
        Failure = toString(std::move(E));
        Loaded.erase(It);
        return nullptr;
      }
    }
  return &It->second;
}

std::vector<std::string> PackageLoader::getLoaded() const {
  std::vector<std::string> Paths;
  for (const auto &[Path, Sources] : Loaded)
    Paths.push_back(Path);
  return Paths;
}

PackageFiles PackageLoader::getFiles(StringRef ImportPath) {
  const GoPackage *P = Build.find(ImportPath);
  std::string Failure;
  const SourcePackage *Sources = P ? load(*P, Failure) : nullptr;
  return Sources ? Sources->getFiles() : PackageFiles();
}

std::string PackageLoader::getName(StringRef ImportPath) {
  if (const GoPackage *P = Build.find(ImportPath))
    return P->Name;
  return ImportPath.substr(ImportPath.rfind('/') + 1).str();
}

std::string PackageLoader::resolve(StringRef From, StringRef Path) {
  // The go command has applied the package's import map.
  const GoPackage *P = Build.find(From);
  std::string Vendored = ("vendor/" + Path).str();
  if (P && !is_contained(P->Imports, Path) &&
      is_contained(P->Imports, Vendored))
    return Vendored;
  return Path.str();
}

//===----------------------------------------------------------------------===//
// Hooks
//===----------------------------------------------------------------------===//

namespace {
/// Hooks by import path and name.
using HookTable = std::map<std::pair<std::string, std::string>, HookFunction>;
} // namespace

/// Finds the typed ones among \p Hooks and compares them with the targets of
/// \p M.
static void checkTyped(MatchedPackage &M, const HookTable &Hooks,
                       const RuleFiles &Files, PackageLoader &Loader,
                       DiagnosticEngine &Diags) {
  auto find = [&](const TargetHook &H, StringRef Name) -> const HookFunction * {
    auto It = Hooks.find({H.Path, Name.str()});
    return It != Hooks.end() && It->second.isTyped() ? &It->second : nullptr;
  };
  for (TargetInfo &T : M.Targets)
    for (TargetHook &H : T.Hooks) {
      auto note = [&](StringRef Name, TypedForm &Form) {
        auto It = Hooks.find({H.Path, Name.str()});
        Form.HasForeignContext =
            It != Hooks.end() && It->second.HasForeignContext;
      };
      note(H.Before, H.BeforeForm);
      note(H.After, H.AfterForm);
    }
  if (none_of(M.Targets, [&](const TargetInfo &T) {
        return any_of(T.Hooks, [&](const TargetHook &H) {
          return find(H, H.Before) || find(H, H.After);
        });
      }))
    return;
  // The matches again, in the whole package: the targets are in their order.
  StringRef Path = M.Package->getPath();
  PackageFiles Sources = Loader.getFiles(Path);
  MatchResult Matches = matchPackage(M.Info, Sources, M.Rules);
  const FuncDecl *Last = nullptr;
  size_t Next = 0;
  for (const Match &Found : Matches.Matches) {
    if (Found.Func == Last || Next == M.Targets.size())
      continue;
    Last = Found.Func;
    TargetInfo &T = M.Targets[Next++];
    HookTarget Target{Path.str(), T.FuncName, Sources[Found.File], Found.Func};
    for (TargetHook &H : T.Hooks) {
      auto check = [&](StringRef Name, bool IsAfter, TypedForm &Form) {
        const HookFunction *Hook = find(H, Name);
        if (!Hook)
          return;
        if (auto Fits = matchSignature(*Hook, Target, IsAfter, Loader, Diags)) {
          Form = std::move(*Fits);
          Form.HasForeignContext = Hook->HasForeignContext;
          return;
        }
        for (const Rule &R : M.Rules.getRules()) {
          if (R.Name != H.Rule || R.Library != H.Library)
            continue;
          auto [Source, Range] = Files.locate(R, Name);
          Diags.report(diag::note_hook_rule, Source, Range, {R.Name});
          break;
        }
      };
      check(H.Before, /*IsAfter=*/false, H.BeforeForm);
      check(H.After, /*IsAfter=*/true, H.AfterForm);
    }
  }
}

/// Why \p Path, which \p P may be, cannot be had.
static std::string explainAbsence(const PackageGraph &Build, StringRef Path,
                                  const GoPackage *P) {
  // Of the user's own module the go command knows only that nothing is there.
  for (const GoPackage &Other : Build.getPackages()) {
    const GoModule &M = Other.Module;
    if (!M.IsMain || !isBelow(Path, M.Path))
      continue;
    StringRef Folder = Path.substr(M.Path.size()).ltrim('/');
    std::string Dir = joinPath(M.Dir, Folder);
    if (!sys::fs::is_directory(Dir))
      return "there is no folder " + Dir;
    break;
  }
  return P && !P->Error.empty() ? StringRef(P->Error).trim().str()
                                : "no module of the build has it";
}

Error otelrewrite::checkHooks(BuildAnalysis &Analysis,
                              const PackageGraph &Build, const RuleFiles &Files,
                              PackageLoader &Loader, DiagnosticEngine &Diags) {
  // The rules in use, once each, by name and place.
  std::map<std::pair<std::string, std::string>, const Rule *> Used;
  for (const MatchedPackage &P : Analysis.Packages)
    for (const Rule &R : P.Rules.getRules())
      Used.insert({{R.File, R.Name}, &R});

  HookTable Found;
  for (const auto &[Key, R] : Used)
    for (const Action &A : R->Do) {
      auto Injected = getHooks(A);
      if (!Injected || !Injected->IsForeign)
        continue;
      const HookPair &Hooks = *Injected;
      const GoPackage *P = Build.find(Hooks.Path);
      if (!P || !P->Error.empty() || P->Dir.empty()) {
        auto [Source, Range] = Files.locate(*R, Hooks.Path);
        Diags.report(diag::err_hook_package, Source, Range,
                     {Hooks.Path, explainAbsence(Build, Hooks.Path, P)});
        continue;
      }
      std::string Failure;
      const SourcePackage *Sources = Loader.load(*P, Failure);
      if (!Sources)
        return createStringError(errc::io_error, "%s", Failure.c_str());
      if (Sources->hasErrors())
        continue; // the compiler's business
      for (StringRef Name : {StringRef(Hooks.Before), StringRef(Hooks.After)}) {
        if (Name.empty())
          continue;
        HookFunction Hook;
        Hook.ImportPath = Hooks.Path;
        std::string Problem = findHook(Sources->getFiles(), Name, Loader, Hook);
        if (Problem.empty()) {
          Found[{Hooks.Path, Name.str()}] = Hook;
          continue;
        }
        auto [Source, Range] = Files.locate(*R, Name);
        Diags.report(diag::err_hook_function, Source, Range,
                     {Name, Hooks.Path, Problem});
      }
    }
  for (MatchedPackage &M : Analysis.Packages)
    checkTyped(M, Found, Files, Loader, Diags);
  return Error::success();
}
