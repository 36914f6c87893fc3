//===- SetupPlans.cpp - plans, marks and flags of a build -----------------===//

#include "SetupRun.h"

#include "otelrewrite/Driver/Quote.h"
#include "otelrewrite/Toolexec/Plan.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Errc.h"

#include <set>

using namespace llvm;
using namespace otelrewrite;

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
