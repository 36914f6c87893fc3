//===- SetupModules.cpp - modules and archives that a build needs ---------===//

#include "SetupRun.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Path.h"

#include <set>

using namespace llvm;
using namespace otelrewrite;

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
  for (const RaisedModule &M : Raised) {
    const std::set<std::string> &By = Wanted[M.Path];
    Out.Build.Notes.push_back(M.Path + " " + M.From + " is built as " + M.To +
                              ", which " + nameRules(By) +
                              (By.size() > 1 ? " need" : " needs"));
  }
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

/// Flags of the build that decide what a compile makes of a package, beside
/// those that setup merges with its own.
static std::vector<std::string> getCompileFlags(const GoCommand &Command) {
  std::vector<std::string> Out;
  for (const GoFlag &Flag : Command.getFlags())
    if (StringSwitch<bool>(Flag.Name)
            .Cases("trimpath", "asmflags", "gccgoflags", "pgo", true)
            .Default(false))
      Out.push_back("-" + Flag.Name + "=" + Flag.Value);
  return Out;
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
  append_range(Args, getCompileFlags(Command));
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
  auto Analysis = analyseBuild(Modules.Graph, Own, Rules.getRules(), Replaced,
                               Core, Go.getEnv("GOVERSION"), &Found);
  if (!Analysis)
    return Analysis.takeError();
  Final = std::move(*Analysis);
  DiagnosticEngine Diags;
  if (Error E = reportUnusedRules(Final, Modules.Graph, Rules, Diags))
    return E;
  addWarnings(Diags);
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
