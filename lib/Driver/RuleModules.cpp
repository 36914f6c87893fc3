//===- RuleModules.cpp - rules that come as Go modules --------------------===//

#include "otelrewrite/Driver/RuleModules.h"

#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Instrument/Instrument.h"
#include "otelrewrite/Rules/RuleSet.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace otelrewrite;

std::vector<std::string> otelrewrite::getModuleFlags(const GoCommand &Command) {
  std::vector<std::string> Flags;
  for (StringRef Name : {"mod", "modfile"})
    if (auto Value = Command.getFlag(Name))
      Flags.push_back(("-" + Name + "=" + *Value).str());
  return Flags;
}

Expected<std::vector<std::string>>
otelrewrite::findModuleRoots(const GoTool &Go) {
  std::vector<std::string> Roots;
  StringRef Work = Go.getEnv("GOWORK"), Mod = Go.getEnv("GOMOD");
  if (!Work.empty() && Work != "off") {
    Roots.push_back(sys::path::parent_path(Work).str());
    auto Result = Go.run({"list", "-m", "-f", "{{.Dir}}"});
    if (!Result)
      return Result.takeError();
    SmallVector<StringRef> Lines;
    StringRef(Result->Out).split(Lines, '\n', -1, /*KeepEmpty=*/false);
    for (StringRef Dir : Lines)
      if (!is_contained(Roots, Dir))
        Roots.push_back(Dir.str());
  } else if (!Mod.empty() && Mod != "/dev/null") {
    Roots.push_back(sys::path::parent_path(Mod).str());
  }
  return Roots;
}

std::vector<std::string>
otelrewrite::findRuleFiles(StringRef Dir, std::vector<std::string> *Dirs) {
  std::vector<std::string> Files, Work{Dir.str()};
  while (!Work.empty()) {
    std::string Next = std::move(Work.back());
    Work.pop_back();
    if (Dirs)
      Dirs->push_back(Next);
    std::error_code EC;
    for (sys::fs::directory_iterator I(Next, EC), End; I != End && !EC;
         I.increment(EC)) {
      StringRef Name = sys::path::filename(I->path());
      if (isModuleRuleFile(Name))
        Files.push_back(I->path());
      // What the go command leaves out of packages, and other modules.
      else if (I->type() == sys::fs::file_type::directory_file &&
               !Name.starts_with(".") && !Name.starts_with("_") &&
               Name != "testdata" && Name != "vendor" &&
               !sys::fs::exists(joinPath(I->path(), "go.mod")))
        Work.push_back(I->path());
    }
  }
  llvm::sort(Files);
  return Files;
}

/// Reads the use file of folder \p Dir, if it has one.
Error RuleModules::readUseFile(StringRef Dir, std::vector<UseSite> &Imports,
                               DiagnosticEngine &Diags, bool &IsThere) {
  std::string Path = joinPath(Dir, UseFile),
              Other = joinPath(Dir, OtherUseFile);
  Inputs.push_back(Path);
  Inputs.push_back(Other);
  bool HasOther = sys::fs::exists(Other);
  if (sys::fs::exists(Path)) {
    if (HasOther)
      Diags.report(diag::err_use_files, nullptr, {}, {Other, Path});
  } else if (HasOther) {
    Path = Other;
  } else {
    return Error::success();
  }
  IsThere = true;
  auto Source = SourceFile::open(Path);
  if (!Source)
    return Source.takeError();
  const SourceFile &File = **Source;
  Sources.push_back(std::move(*Source));
  unsigned ErrorsBefore = Diags.getNumErrors();
  std::unique_ptr<ParsedFile> Parsed = parseFile(File, Diags);
  if (Diags.getNumErrors() != ErrorsBefore)
    return Error::success();
  for (const ImportSpec *I : getImports(*Parsed->Root)) {
    std::string ImportPath = getImportPath(*I, Parsed->Tokens);
    SourceRange Range = I->getRange(Parsed->Tokens);
    if (!I->LocalName || I->LocalName->getText(Parsed->Tokens) != "_")
      Diags.report(diag::err_use_import, File, Range, {ImportPath});
    else
      Imports.push_back({std::move(ImportPath), &File, Range});
  }
  for (const Comment &C : Parsed->Tokens.comments()) {
    StringRef Text = File.getText(C.Range);
    if (!Text.consume_front("//otel:use") ||
        (!Text.empty() && Text[0] != ' ' && Text[0] != '\t'))
      continue;
    SmallVector<StringRef> Names;
    Text.split(Names, ' ', -1, /*KeepEmpty=*/false);
    for (StringRef Name : Names) {
      auto Begin = static_cast<uint32_t>(Name.data() - File.getBytes().data());
      if (Name = Name.trim(" \t\r,"); !Name.empty())
        Uses.push_back({Name.str(),
                        &File,
                        {Begin, Begin + static_cast<uint32_t>(Name.size())}});
    }
  }
  return Error::success();
}

namespace {
/// What `go list` says of an imported package.
struct ListedPackage {
  std::string Dir, ModuleDir, Error;
  bool IsStandard = false;
};
} // namespace

static Expected<StringMap<ListedPackage>>
listPackageDirs(const GoTool &Go, StringRef Root, ArrayRef<std::string> Flags,
                ArrayRef<UseSite> Imports) {
  // Without -deps and with -find: the folders are all that is wanted.
  std::vector<std::string> Args{
      "-C", Root.str(), "list",
      "-e", "-find",    "-json=ImportPath,Dir,Module,Standard,Error"};
  append_range(Args, Flags);
  Args.push_back("--");
  for (const UseSite &I : Imports)
    Args.push_back(I.Name);
  StringMap<ListedPackage> Out;
  auto Result = Go.run(Args);
  if (!Result)
    return Result.takeError();
  if (Result->Status != 0 && Result->Out.empty()) {
    for (const UseSite &I : Imports)
      Out[I.Name].Error = StringRef(Result->Err).trim().str();
    return Out;
  }
  // One object after the other.
  auto Graph = PackageGraph::parse(Result->Out);
  if (!Graph)
    return Graph.takeError();
  for (const GoPackage &P : Graph->getPackages())
    Out[P.getPath()] = {P.Dir, P.Module.Dir, P.Error, P.IsStandard};
  return Out;
}

Error RuleModules::collect(const GoTool &Go, StringRef Root,
                           ArrayRef<std::string> Flags,
                           std::vector<UseSite> Imports,
                           DiagnosticEngine &Diags) {
  while (!Imports.empty()) {
    std::vector<UseSite> New;
    for (UseSite &I : Imports) {
      if (!SeenImports.insert(I.Name).second)
        continue;
      // The installation has the SDK's own.
      if (isBelow(I.Name, getSDKPath()))
        Uses.push_back(I);
      else
        New.push_back(std::move(I));
    }
    Imports.clear();
    if (New.empty())
      break;
    auto Listed = listPackageDirs(Go, Root, Flags, New);
    if (!Listed)
      return Listed.takeError();
    for (const UseSite &I : New) {
      const ListedPackage &P = (*Listed)[I.Name];
      if (P.Dir.empty() || P.IsStandard) {
        std::string Why = P.IsStandard      ? "it is of the standard library"
                          : P.Error.empty() ? "go list does not know it"
                                            : P.Error;
        // The go command's advice is on a line of its own.
        SmallVector<StringRef> Words;
        SplitString(Why, Words, "\n\t");
        Why = join(Words, " ");
        Diags.report(diag::err_use_package, I.File, I.Range, {I.Name, Why});
        continue;
      }
      RulePackage Found{I.Name, P.Dir, {}, {}};
      std::vector<std::string> Dirs;
      Found.Files = findRuleFiles(P.Dir, &Dirs);
      append_range(Inputs, Dirs);
      bool HasUseFile = false;
      StringRef ModuleDir = P.ModuleDir.empty() ? P.Dir : P.ModuleDir;
      if (SeenDirs.insert(ModuleDir.str()).second) {
        if (Error E = readUseFile(ModuleDir, Imports, Diags, HasUseFile))
          return E;
      } else {
        // The file that imports it says nothing of it.
        HasUseFile = sys::path::parent_path(I.File->getName()) != ModuleDir &&
                     (sys::fs::exists(joinPath(ModuleDir, UseFile)) ||
                      sys::fs::exists(joinPath(ModuleDir, OtherUseFile)));
      }
      if (!Found.Files.empty())
        Packages.push_back(std::move(Found));
      else if (!HasUseFile)
        Diags.report(diag::err_use_no_rules, I.File, I.Range, {I.Name, P.Dir});
    }
  }
  return Error::success();
}

/// The last element of each import path; more of it where that is another's.
void RuleModules::nameLibraries() {
  auto tail = [](StringRef Path, unsigned Count) {
    SmallVector<StringRef> Parts;
    Path.split(Parts, '/');
    StringRef Number = Parts.back();
    if (Parts.size() > 1 && Number.consume_front("v") && !Number.empty() &&
        all_of(Number, isDigit))
      Parts.pop_back();
    Count = std::min<unsigned>(Count, Parts.size());
    return join(ArrayRef(Parts).take_back(Count), "/");
  };
  std::vector<unsigned> Counts(Packages.size(), 1);
  for (unsigned Round = 0; Round < 8; ++Round) {
    StringMap<unsigned> Names;
    for (auto [P, Count] : zip(Packages, Counts))
      ++Names[tail(P.ImportPath, Count)];
    for (auto [P, Count] : zip(Packages, Counts))
      Count += Names[tail(P.ImportPath, Count)] > 1;
  }
  for (auto [P, Count] : zip(Packages, Counts))
    P.Library = tail(P.ImportPath, Count);
}

Expected<RuleModules> RuleModules::find(const GoTool &Go,
                                        ArrayRef<std::string> Flags,
                                        DiagnosticEngine &Diags) {
  RuleModules Out;
  auto Roots = findModuleRoots(Go);
  if (!Roots)
    return Roots.takeError();
  for (const std::string &Root : *Roots) {
    std::string Own = joinPath(Root, OwnRuleFile);
    Out.Inputs.push_back(Own);
    if (sys::fs::exists(Own))
      Out.OwnFiles.push_back(std::move(Own));
    std::vector<UseSite> Imports;
    bool IsThere = false;
    Out.SeenDirs.insert(Root);
    if (Error E = Out.readUseFile(Root, Imports, Diags, IsThere))
      return E;
    if (Error E = Out.collect(Go, Root, Flags, std::move(Imports), Diags))
      return E;
  }
  Out.nameLibraries();
  return Out;
}
