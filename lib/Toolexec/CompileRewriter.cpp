//===- CompileRewriter.cpp - a marked compile, instrumented ---------------===//

#include "otelrewrite/Toolexec/CompileRewriter.h"

#include "otelrewrite/Instrument/RuntimePatch.h"
#include "otelrewrite/Match/FileFilter.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <numeric>
#include <set>

using namespace llvm;
using namespace otelrewrite;

/// What `cover` makes of the stand-in for the importer.
static constexpr StringLiteral CoveredImporterFile = "otel_importer.cover.go";

static std::string join(StringRef A, StringRef B) {
  SmallString<256> Out(A);
  sys::path::append(Out, B);
  return std::string(Out);
}

static std::string absolute(StringRef Path) {
  SmallString<256> Abs(Path);
  sys::fs::make_absolute(Abs);
  sys::path::remove_dots(Abs, /*remove_dot_dot=*/true);
  return std::string(Abs);
}

/// The directory of the package's own sources: the inputs that the go command
/// made lie in the object directory.
static std::string findPackageDir(const CompileCommand &Command) {
  std::string ObjectDir = Command.getObjectDir();
  for (StringRef File : Command.getFiles())
    if (sys::path::parent_path(File) != ObjectDir)
      return absolute(sys::path::parent_path(File));
  return absolute(ObjectDir);
}

/// Names what the importer expects and the compile did not find, or the other
/// way round. Empty when they agree.
static std::string compareTargets(ArrayRef<std::string> Expected,
                                  ArrayRef<std::string> Found) {
  std::multiset<std::string> Missing(Expected.begin(), Expected.end());
  std::string Text;
  for (const std::string &Name : Found)
    if (auto It = Missing.find(Name); It != Missing.end())
      Missing.erase(It);
    else
      Text += " +" + Name;
  for (const std::string &Name : Missing)
    Text += " -" + Name;
  return Text;
}

/// Adds the archives of \p Imports to the import configuration where the go
/// command has not put them there itself.
static Error extendImports(CompileCommand &Command,
                           const std::set<std::string> &Imports,
                           StringRef Exports, StringRef Dir,
                           RewrittenCompile &Out) {
  if (Imports.empty() || Command.getImportCfg().empty())
    return Error::success();
  auto Old = MemoryBuffer::getFile(Command.getImportCfg());
  if (!Old)
    return createFileError(Command.getImportCfg(), Old.getError());
  ImportCfg Known = ImportCfg::parse((*Old)->getBuffer());
  ImportCfg More;
  if (!Exports.empty())
    if (auto File = MemoryBuffer::getFile(Exports))
      More = ImportCfg::parse((*File)->getBuffer());
  std::string Text = (*Old)->getBuffer().str();
  bool IsLonger = false;
  for (const std::string &Path : Imports) {
    if (Path == "unsafe" || Path == "C" || !Known.lookup(Path).empty())
      continue;
    StringRef Archive = More.lookup(Path);
    if (Archive.empty())
      return createStringError(
          errc::invalid_argument,
          "code of a rule imports `%s`, which the build was not prepared for; "
          "name it under the rule's `imports`",
          Path.c_str());
    Text += "packagefile " + Path + "=" + Archive.str() + "\n";
    IsLonger = true;
  }
  if (!IsLonger)
    return Error::success();
  std::string Path = join(Dir, "importcfg");
  Command.setImportCfg(Path);
  Out.Outputs.push_back({std::move(Path), std::move(Text), {}, {}});
  return Error::success();
}

Expected<RewrittenCompile>
otelrewrite::rewriteCompile(CompileCommand Command, const Plan &Plan,
                            StringRef ToolImportPath, SourcePackage &Package,
                            DiagnosticEngine &Diags, StringRef Exports) {
  RewrittenCompile Out;
  bool IsRuntime = Plan.Type == Plan::Kind::Runtime;
  StringRef ImportPath = ToolImportPath.split(' ').first;
  // A mark selects a directory, so that it reaches the external tests and the
  // test's main package too.
  if (ImportPath != (IsRuntime ? "runtime" : Plan.Package.ImportPath)) {
    Out.Words = Command.getWords();
    return Out;
  }

  PackageInfo Info = Plan.Package;
  Info.LinkPath = Command.getPackagePath().str();
  Info.GoLang = Command.getLang().str();
  std::string Dir = join(Command.getObjectDir(), "otel");

  std::vector<unsigned> AllRules(Plan.Rules.getRules().size());
  std::iota(AllRules.begin(), AllRules.end(), 0);
  FileFilter Filter(Plan.Rules, AllRules, Info, {});
  std::vector<std::unique_ptr<SourceFile>> Sources;
  std::vector<std::string> Inputs = Command.getFiles();
  for (size_t I = 0; I < Inputs.size(); ++I) {
    // The real importer takes the place of what cover made of its stand-in.
    if (!Plan.Importer.empty() &&
        sys::path::filename(Inputs[I]) == CoveredImporterFile) {
      std::string Path = join(Dir, ImporterFile);
      Command.replaceFile(I, Path);
      Out.Outputs.push_back({Path, Plan.Importer, {}, {}});
      Sources.push_back(SourceFile::fromString(Path, Plan.Importer));
    } else {
      auto Source = SourceFile::open(Inputs[I]);
      if (!Source)
        return Source.takeError();
      Sources.push_back(std::move(*Source));
    }
    Filter.addFile(isSourceToMatch(Sources.back()->getName())
                       ? Sources.back()->getBytes()
                       : "");
  }
  for (auto [I, Source] : enumerate(Sources)) {
    StringRef Path = Source->getName(), Name = sys::path::filename(Path);
    bool IsWanted = false;
    if (IsRuntime)
      IsWanted = isPatchedRuntimeFile(Name);
    else if (Name == ImporterFile)
      // The importer declares the slots of targets in its own package.
      IsWanted = !Plan.Targets.empty();
    else
      IsWanted = isSourceToMatch(Path) &&
                 (Filter.isNeeded(I) || mayCollide(Source->getBytes()));
    Package.add(std::move(Source), IsWanted);
  }
  if (Package.hasErrors()) {
    Out.Result = RewrittenCompile::Outcome::Unparsable;
    Out.Words = Command.getWords();
    Out.Outputs.clear();
    return Out;
  }
  PackageFiles Files = Package.getFiles();

  InstrumentOptions Options;
  Options.HeapContext = Plan.HeapContext;
  for (const std::string &Slot : Plan.FrameReaders)
    Options.FrameReaders.insert(Slot);
  Options.AddedFiles = Plan.AddedFiles;
  Options.GeneratedDir = findPackageDir(Command);
  for (size_t I = 0; I < Files.size(); ++I)
    Options.LineNames.push_back(absolute(Inputs[Package.getOrigin(I)]));

  InstrumentedPackage Result;
  if (IsRuntime) {
    auto Patched =
        instrumentRuntime(Files, Command.getGoVersion(), Options, Diags);
    if (!Patched)
      return createStringError(errc::not_supported,
                               "this Go release's package runtime does not fit "
                               "the patch");
    Result = std::move(*Patched);
  } else {
    MatchResult Matches = matchPackage(Info, Files, Plan.Rules);
    Result =
        instrumentPackage(Info, Files, Plan.Rules, Matches, Options, Diags);
    if (Diags.hasErrors())
      return createStringError(errc::invalid_argument,
                               "package %s cannot be instrumented",
                               Info.ImportPath.c_str());
    if (!Plan.Exports.empty())
      Result.Generated.push_back(
          {"otel_exports.go", writeExports(Info.Name, Plan.Exports)});
    std::vector<std::string> Found = describeChanges(Plan.Rules, Matches);
    for (const TargetInfo &T : Result.Targets)
      Found.push_back(T.FuncName);
    std::vector<std::string> Wanted = Plan.Targets;
    append_range(Wanted, Plan.Changes);
    std::string Difference = compareTargets(Wanted, Found);
    if (!Difference.empty())
      return createStringError(
          errc::invalid_argument,
          "package %s is not as setup found it (+ not expected, - missing:%s); "
          "run the build again",
          Info.ImportPath.c_str(), Difference.c_str());
  }

  for (InstrumentedFile &File : Result.Files) {
    size_t Index = Package.getOrigin(File.Index);
    std::string Path = join(Dir, sys::path::filename(Inputs[Index]));
    Command.replaceFile(Index, Path);
    Out.Outputs.push_back({std::move(Path), std::move(File.Text), Inputs[Index],
                           std::move(File.Edits)});
  }
  for (GeneratedFile &File : Result.Generated) {
    std::string Path = join(Dir, File.Name);
    Command.addFile(Path);
    Out.Outputs.push_back({std::move(Path), std::move(File.Text), {}, {}});
  }
  if (Error E = extendImports(Command, Result.Imports, Exports, Dir, Out))
    return E;
  Out.Result = RewrittenCompile::Outcome::Rewritten;
  Out.Words = Command.getWords();
  return Out;
}

RewrittenCompile otelrewrite::rewriteCover(ArrayRef<std::string> Args) {
  RewrittenCompile Out;
  Out.Words = Args.vec();
  std::string ObjectDir;
  for (size_t I = 0; I + 1 < Args.size(); ++I)
    if (Args[I] == "-pkgcfg")
      ObjectDir = sys::path::parent_path(Args[I + 1]).str();
  if (ObjectDir.empty())
    return Out;
  for (std::string &Word : Out.Words)
    if (sys::path::filename(Word) == ImporterFile) {
      // Without functions there is nothing to count.
      Word = join(ObjectDir, ImporterFile);
      Out.Outputs.push_back({Word, "package main\n", {}, {}});
      Out.Result = RewrittenCompile::Outcome::Rewritten;
    }
  return Out;
}
