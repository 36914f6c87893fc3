//===- Inputs.cpp - what a prepared build depends on ----------------------===//

#include "otelrewrite/Driver/Inputs.h"

#include "otelrewrite/Driver/BuildAnalysis.h"
#include "otelrewrite/Toolexec/HookCheck.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstdlib>

using namespace llvm;
using namespace otelrewrite;

extern char **environ;

//===----------------------------------------------------------------------===//
// The key
//===----------------------------------------------------------------------===//

/// Flags that change which packages a build has, or what setup makes of them.
static bool isRelevantFlag(StringRef Name) {
  return StringSwitch<bool>(Name)
      .Cases("tags", "race", "msan", "asan", "compiler", "installsuffix",
             "buildmode", "linkshared", "modcacherw", true)
      .Cases("gcflags", "toolexec", "overlay", "modfile", "mod", "test", true)
      // What rules import is compiled with these.
      .Cases("trimpath", "asmflags", "gccgoflags", "pgo", true)
      .Default(false);
}

/// Variables that the go command's answers depend on.
static bool isRelevantVariable(StringRef Name) {
  return Name.starts_with("GO") || Name.starts_with("CGO_") || Name == "CC" ||
         Name == "CXX" || Name == "PATH" || Name == "HOME" ||
         Name == "XDG_CONFIG_HOME";
}

/// The file of `go env -w`.
static std::string findGoEnvFile() {
  if (const char *File = std::getenv("GOENV"))
    return File;
  if (const char *Config = std::getenv("XDG_CONFIG_HOME"); Config && *Config)
    return joinPath(Config, "go/env");
  if (const char *Home = std::getenv("HOME"); Home && *Home)
    return joinPath(Home, ".config/go/env");
  return {};
}

/// A version manager's stand-in for the go command (asdf, goenv and their like)
/// chooses among releases by files and variables of its own, so that it is
/// asked each time. A real one lies in the bin folder of its distribution.
static void addChosenRelease(const GoTool &Go, Hasher &H) {
  SmallString<256> Real;
  if (!sys::fs::real_path(Go.getProgram(), Real) &&
      sys::fs::exists(joinPath(
          sys::path::parent_path(sys::path::parent_path(Real)), "VERSION")))
    return;
  auto Result = Go.run({"env", "GOVERSION", "GOROOT"});
  if (Result)
    H.add(Result->Out);
  else
    consumeError(Result.takeError());
}

std::string otelrewrite::getStateKey(const Settings &S, const GoTool &Go,
                                     const GoCommand &Command) {
  Hasher H;
  H.add(makeAbsolute("."));
  H.add(S.Executable).add(S.ResourceDir).add(S.RulePaths.size());
  for (const std::string &Path : S.RulePaths)
    H.add(makeAbsolute(Path));
  H.add(S.Uses.has_value());
  for (const std::string &Name : S.Uses.value_or(std::vector<std::string>()))
    H.add(Name);
  H.add(Go.getProgram());
  addChosenRelease(Go, H);
  H.add(S.UseColour);
  // Commands that build the same packages share their setup.
  H.add(StringSwitch<StringRef>(Command.getName())
            .Cases("build", "install", "list", "run", "build")
            .Default(Command.getName()));
  for (const GoFlag &Flag : Command.getFlags())
    if (isRelevantFlag(Flag.Name))
      H.add(Flag.Name).add(Flag.Value);
  H.add("patterns");
  for (const std::string &Pattern : Command.getPatterns())
    H.add(Pattern);
  std::vector<StringRef> Variables;
  for (char **E = environ; *E; ++E)
    if (isRelevantVariable(StringRef(*E).split('=').first))
      Variables.push_back(*E);
  llvm::sort(Variables);
  for (StringRef Variable : Variables)
    H.add(Variable);
  if (auto Text = readFile(findGoEnvFile()))
    H.add(*Text);
  else
    consumeError(Text.takeError());
  return H.finish();
}

//===----------------------------------------------------------------------===//
// Digests
//===----------------------------------------------------------------------===//

// A digest begins with its kind.
static constexpr StringLiteral DirectoryKind = "names:";
static constexpr StringLiteral FileKind = "facts:";
static constexpr StringLiteral ReferredKind = "functions:";
static constexpr StringLiteral ContentKind = "bytes:";

/// The go command leaves such folders out of `...`.
static bool isIgnoredDirectory(StringRef Name) {
  return Name.starts_with(".") || Name.starts_with("_") || Name == "testdata" ||
         Name == "vendor" || Name == "node_modules";
}

/// What of a directory makes packages: its Go files and its folders. Programs
/// that a build leaves there do not count.
static std::string digestDirectory(StringRef Path) {
  std::vector<std::string> Names;
  std::error_code EC;
  for (sys::fs::directory_iterator I(Path, EC), End; I != End && !EC;
       I.increment(EC)) {
    StringRef Name = sys::path::filename(I->path());
    if (Name.ends_with(".go") || Name == "go.mod" || Name.ends_with(".s"))
      Names.push_back(Name.str());
    else if (I->type() == sys::fs::file_type::directory_file &&
             !isIgnoredDirectory(Name))
      Names.push_back((Name + "/").str());
  }
  llvm::sort(Names);
  Hasher H;
  for (const std::string &Name : Names)
    H.add(Name);
  return DirectoryKind.str() + H.finish();
}

std::string otelrewrite::digestInput(const StateInput &Input) {
  StringRef Old = Input.Digest;
  if (Old.starts_with(DirectoryKind))
    return digestDirectory(Input.Path);
  if (Old.starts_with(ContentKind)) {
    if (auto Bytes = readFile(Input.Path))
      return ContentKind.str() + Hasher().add(*Bytes).finish();
    else
      consumeError(Bytes.takeError());
    return {};
  }
  auto Source = SourceFile::open(Input.Path);
  if (!Source) {
    consumeError(Source.takeError());
    return {};
  }
  DiagnosticEngine Diags;
  std::unique_ptr<ParsedFile> File = parseFile(**Source, Diags);
  bool IsReferred = Old.starts_with(ReferredKind);
  // A file that does not parse has a digest of its own: that it starts or stops
  // to be whole matters.
  return (IsReferred ? ReferredKind : FileKind).str() +
         digestBuildFacts(*File, IsReferred) + (Diags.hasErrors() ? "!" : "");
}

//===----------------------------------------------------------------------===//
// Collecting
//===----------------------------------------------------------------------===//

InputCollector::InputCollector(const Settings &S, const GoTool &Go,
                               const GoCommand &Command,
                               const PackageGraph &Own)
    : S(S), Go(Go), Command(Command), Own(Own) {
  addFixed(S.Executable);
  addFixed(joinPath(S.ResourceDir, "sdk-version"));
  addFixed(joinPath(S.ResourceDir, "rules"));
  addFixed(Go.getProgram());
  addFixed(joinPath(Go.getEnv("GOROOT"), "VERSION"));
  // The module files in use, and those that would take over if they appeared; a
  // profile.
  for (StringRef Name : {"modfile", "overlay", "pgo"})
    if (std::string Path = getSetting(Go, Command, Name); !Path.empty())
      addFixed(makeAbsolute(Path));
  StringRef Work = Go.getEnv("GOWORK");
  if (!Work.empty() && Work != "off") {
    addFixed(Work);
    addFixed((Work + ".sum").str());
    addFixed(joinPath(sys::path::parent_path(Work), "vendor/modules.txt"));
  }
  for (std::string Dir = makeAbsolute(".");;
       Dir = sys::path::parent_path(Dir).str()) {
    addFixed(joinPath(Dir, "go.mod"));
    addFixed(joinPath(Dir, "go.work"));
    if (sys::path::parent_path(Dir).empty())
      break;
  }
  StringRef Mod = Go.getEnv("GOMOD");
  if (!Mod.empty() && Mod != "/dev/null") {
    StringRef Dir = sys::path::parent_path(Mod);
    addFixed(Mod);
    addFixed(joinPath(Dir, "go.sum"));
    addFixed(joinPath(Dir, "vendor/modules.txt"));
  }
}

void InputCollector::add(StateInput Input) {
  if (Seen.insert(Input.Path).second)
    Inputs.push_back(std::move(Input));
}

void InputCollector::addFixed(StringRef Path) {
  add({Path.str(), getStamp(Path), {}});
}

void InputCollector::addOutput(StringRef Path) {
  Outputs.push_back({Path.str(), getStamp(Path), {}});
}

void InputCollector::addMade(StringRef Path) {
  StateInput Input{Path.str(), getStamp(Path), ContentKind.str()};
  Input.Digest = digestInput(Input);
  Outputs.push_back(std::move(Input));
}

void InputCollector::addContent(StringRef Path) {
  StateInput Input{Path.str(), getStamp(Path), ContentKind.str()};
  Input.Digest = digestInput(Input);
  add(std::move(Input));
}

bool InputCollector::isFixed(const GoPackage &P) const {
  // The module cache and GOROOT do not change under their names; what a vendor
  // folder holds is decided by its modules.txt.
  return P.Dir.empty() || P.isTestMain() ||
         isBelow(P.Dir, Go.getEnv("GOMODCACHE")) ||
         isBelow(P.Dir, Go.getEnv("GOROOT")) ||
         StringRef(P.Dir).contains("/vendor/");
}

void InputCollector::addContent(const GoPackage &P) {
  if (isFixed(P))
    return;
  add({P.Dir, getStamp(P.Dir), digestDirectory(P.Dir)});
  for (const auto *List : {&P.GoFiles, &P.CgoFiles})
    for (const std::string &Name : *List)
      addContent(sys::path::is_absolute(Name) ? Name : joinPath(P.Dir, Name));
}

void InputCollector::addDirectories(StringRef Root) {
  std::vector<std::string> Work{Root.str()};
  while (!Work.empty()) {
    std::string Dir = std::move(Work.back());
    Work.pop_back();
    add({Dir, getStamp(Dir), digestDirectory(Dir)});
    std::error_code EC;
    for (sys::fs::directory_iterator I(Dir, EC), End; I != End && !EC;
         I.increment(EC))
      if (I->type() == sys::fs::file_type::directory_file &&
          !isIgnoredDirectory(sys::path::filename(I->path())))
        Work.push_back(I->path());
  }
}

Error InputCollector::addSources(ArrayRef<const GoPackage *> Referred) {
  std::set<std::string> ReferredDirs, Dirs;
  for (const GoPackage *P : Referred)
    ReferredDirs.insert(P->Dir);
  std::set<std::string> ModuleDirs;
  for (const GoPackage &P : Own.getPackages()) {
    if (isFixed(P))
      continue;
    Dirs.insert(P.Dir);
    if (!P.Module.Dir.empty()) {
      addFixed(joinPath(P.Module.Dir, "go.mod"));
      if (!P.IsDepOnly)
        ModuleDirs.insert(P.Module.Dir);
    }
  }
  // A pattern may find a package in a folder that has none today.
  if (any_of(Command.getPatterns(), [](StringRef Pattern) {
        return Pattern.contains("...") || Pattern == "all" || Pattern == "work";
      }))
    for (const std::string &Dir : ModuleDirs)
      addDirectories(Dir);
  for (const std::string &Dir : Dirs) {
    add({Dir, getStamp(Dir), digestDirectory(Dir)});
    std::error_code EC;
    for (sys::fs::directory_iterator I(Dir, EC), End; I != End && !EC;
         I.increment(EC)) {
      if (!StringRef(I->path()).ends_with(".go"))
        continue;
      StateInput Input{I->path(), getStamp(I->path()), {}};
      Input.Digest = (ReferredDirs.count(Dir) ? ReferredKind : FileKind).str();
      Input.Digest = digestInput(Input);
      if (Input.Digest.empty())
        return createFileError(
            I->path(), std::error_code(ENOENT, std::generic_category()));
      add(std::move(Input));
    }
    if (EC)
      return createFileError(Dir, EC);
  }
  return Error::success();
}

std::vector<StateInput> InputCollector::take(int64_t Start) {
  int64_t End = getNow();
  // A time of the future is that of a clock that has been set back since.
  for (StateInput &Input : Inputs)
    if (Input.Stamp.CTime >= Start && Input.Stamp.CTime <= End) {
      Input.Stamp.Size = -2; // equals no stamp
      Input.Digest.clear();
    }
  append_range(Inputs, Outputs);
  return std::move(Inputs);
}
