//===- Modules.cpp - module files for an instrumented build ---------------===//

#include "otelrewrite/Driver/Modules.h"

#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Instrument/Instrument.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

#include <map>
#include <set>

using namespace llvm;
using namespace otelrewrite;

std::string otelrewrite::escapeModulePath(StringRef Path) {
  std::string Out;
  for (char C : Path) {
    if (isUpper(C))
      Out += '!';
    Out += toLower(C);
  }
  return Out;
}

Expected<SdkModules> SdkModules::find(const Settings &S) {
  SdkModules Out;
  Out.ProxyDir = joinPath(S.ResourceDir, "proxy");
  auto Version = readFile(joinPath(S.ResourceDir, "sdk-version"));
  if (!Version)
    return joinErrors(
        Version.takeError(),
        createStringError("this installation has no SDK: install otel again, "
                          "or name its share/otel with --resource-dir"));
  Out.Version = StringRef(*Version).trim().str();
  return Out;
}

std::string SdkModules::findModule(StringRef ImportPath) const {
  for (StringRef Path = ImportPath; !Path.empty();
       Path = sys::path::parent_path(Path))
    if (sys::fs::is_directory(
            joinPath(joinPath(ProxyDir, escapeModulePath(Path)), "@v")))
      return Path.str();
  return {};
}

/// An absolute path as a file URL.
static std::string fileUrl(StringRef Path) {
  std::string Out = "file://";
  for (char C : Path)
    if (isAlnum(C) || StringRef("/-._~!$&'()*+;=:@").contains(C))
      Out += C;
    else
      Out += "%" + toHex(ArrayRef<uint8_t>(static_cast<uint8_t>(C)));
  return Out;
}

std::string SdkModules::getSumFile() const {
  return joinPath(ProxyDir, "go.sum");
}

std::string SdkModules::getProxyUrl() const { return fileUrl(ProxyDir); }

/// Settings for the step that fetches modules: the SDK comes from the
/// installation, and only its sums are not looked up elsewhere.
static Environment getFetchEnvironment(const GoTool &Go,
                                       const SdkModules &Sdk) {
  auto joined = [](StringRef A, StringRef B) {
    return B.empty() ? A.str() : (A + "," + B).str();
  };
  Environment Env;
  Env.push_back({"GOPROXY", joined(Sdk.getProxyUrl(), Go.getEnv("GOPROXY"))});
  Env.push_back({"GONOSUMDB",
                 joined((getSDKPath() + "*").str() + "," + getSDKPath().str(),
                        Go.getEnv("GONOSUMDB"))});
  return Env;
}

/// The version in a `go` line, or another with one \p Word, of a go.mod or
/// go.work; empty without one.
static std::string findGoLine(StringRef Text, StringRef Word = "go") {
  while (!Text.empty()) {
    StringRef Line;
    std::tie(Line, Text) = Text.split('\n');
    Line = Line.trim();
    if (Line.consume_front(Word) &&
        (Line.starts_with(" ") || Line.starts_with("\t")))
      return Line.ltrim().take_until([](char C) { return isSpace(C); }).str();
  }
  return {};
}

bool otelrewrite::requiresModule(StringRef ModFile, StringRef Module) {
  while (!ModFile.empty()) {
    StringRef Line;
    std::tie(Line, ModFile) = ModFile.split('\n');
    Line = Line.trim();
    if (Line.consume_front("require"))
      Line = Line.ltrim();
    if (Line.consume_front(Module) &&
        (Line.starts_with(" ") || Line.starts_with("\t")))
      return true;
  }
  return false;
}

/// `require` lines for the SDK's modules that \p ModFile lacks.
static std::string makeRequirements(const ModuleRequest &R,
                                    const SdkModules &Sdk, StringRef ModFile) {
  std::set<std::string> Modules;
  for (StringRef Package : R.Packages)
    if (std::string Module = Sdk.findModule(Package); !Module.empty())
      Modules.insert(Module);
  std::string Out;
  for (const std::string &Module : Modules)
    if (!requiresModule(ModFile, Module))
      Out += "\nrequire " + Module + " " + Sdk.getVersion().str() + "\n";
  return Out;
}

static std::string readIfThere(StringRef Path) {
  auto Text = readFile(Path);
  if (Text)
    return std::move(*Text);
  consumeError(Text.takeError());
  return {};
}

/// The user's go.sum and the SDK's: what the SDK needs is checked by what it
/// was released with, and nobody has to be asked.
static std::string makeSums(StringRef UserFile, const SdkModules &Sdk) {
  std::string Out = readIfThere(UserFile);
  if (!Out.empty() && !StringRef(Out).ends_with("\n"))
    Out += '\n';
  StringSet<> Known;
  SmallVector<StringRef> Lines;
  std::string User = Out, Ours = readIfThere(Sdk.getSumFile());
  StringRef(User).split(Lines, '\n');
  for (StringRef Line : Lines)
    Known.insert(Line.take_front(Line.rfind(' ')));
  Lines.clear();
  StringRef(Ours).split(Lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef Line : Lines)
    if (!Known.contains(Line.take_front(Line.rfind(' '))))
      Out += (Line + "\n").str();
  return Out;
}

static void collectSdkDirs(ResolvedModules &Out) {
  std::set<std::string> Dirs;
  for (const GoPackage &P : Out.Graph.getPackages())
    if (isBelow(P.Module.Path, getSDKPath()) && !P.Module.Dir.empty())
      Dirs.insert(P.Module.Dir);
  Out.SdkDirs.assign(Dirs.begin(), Dirs.end());
}

/// A module whose vendored part does not suffice comes from the module cache as
/// a whole. Is there one more?
static bool giveUpVendored(VendorFolder &Vendor, ResolvedModules &Out) {
  bool IsMore = false;
  for (const GoPackage &P : Out.Graph.getPackages())
    if (P.Dir.empty() && !P.Error.empty())
      if (std::string Path = Vendor.giveUp(P.getPath()); !Path.empty()) {
        Out.Notes.push_back("module " + Path +
                            " is taken from the module cache: its part of "
                            "the vendor folder lacks " +
                            P.getPath().str() +
                            ", which the instrumentation needs");
        IsMore = true;
      }
  return IsMore;
}

//===----------------------------------------------------------------------===//
// A module
//===----------------------------------------------------------------------===//

static Expected<ResolvedModules> resolveInModule(const ModuleRequest &R,
                                                 const SdkModules &Sdk) {
  ResolvedModules Out;
  std::string ModFile = getSetting(*R.Go, *R.Command, "modfile");
  ModFile =
      ModFile.empty() ? R.Go->getEnv("GOMOD").str() : makeAbsolute(ModFile);
  auto Text = readFile(ModFile);
  if (!Text)
    return Text.takeError();
  std::string NewFile = joinPath(R.Dir, "go.mod");
  std::string NewText = *Text + makeRequirements(R, Sdk, *Text);
  SmallString<256> SumFile(ModFile), NewSumFile(NewFile);
  sys::path::replace_extension(SumFile, "sum");
  sys::path::replace_extension(NewSumFile, "sum");
  ListRequest List;
  List.Flags = getLoadFlags(*R.Command);
  List.Flags.insert(List.Flags.end(), {"-mod=mod", "-modfile=" + NewFile,
                                       "-overlay=" + R.Overlay});
  List.Patterns = R.Patterns;
  List.WithTests = R.WithTests;
  List.Env = getFetchEnvironment(*R.Go, Sdk);
  do {
    if (Error E = writeFileAtomically(NewFile, NewText))
      return E;
    if (R.Vendor)
      if (Error E = R.Vendor->useIn(*R.Go, NewFile))
        return E;
    if (Error E = writeFileAtomically(NewSumFile, makeSums(SumFile, Sdk)))
      return E;
    auto Result = listPackages(*R.Go, List);
    if (!Result)
      return Result.takeError();
    Out.Failure = std::move(Result->Failure);
    Out.Graph = std::move(Result->Graph);
  } while (R.Vendor && giveUpVendored(*R.Vendor, Out));
  Out.Flags = {"-mod=readonly", "-modfile=" + NewFile};

  // A module that needs a later language raises the main module's, which would
  // change what the user's own code means.
  std::string Before = findGoLine(*Text);
  std::string Resolved = readIfThere(NewFile);
  if (!Before.empty() && Out.Failure.empty() &&
      findGoLine(Resolved) != Before) {
    Out.OwnGoVersion = Before;
    if (StringRef(Resolved).find("\ngodebug") == StringRef::npos) {
      Resolved += "\ngodebug default=go" + Before + "\n";
      if (Error E = writeFileAtomically(NewFile, Resolved))
        return E;
    }
  }
  return Out;
}

//===----------------------------------------------------------------------===//
// A workspace
//===----------------------------------------------------------------------===//

/// A path in a go.work, absolute.
static std::string workPath(StringRef Path, StringRef WorkDir) {
  if (sys::path::is_absolute(Path))
    return Path.str();
  return makeAbsolute(joinPath(WorkDir, Path));
}

static void appendQuoted(std::string &Out, StringRef Text) {
  raw_string_ostream OS(Out);
  OS << '"';
  printEscapedString(Text, OS);
  OS << '"';
}

/// The user's go.work with absolute paths and one more module.
static Expected<std::string> makeWorkFile(const ModuleRequest &R,
                                          StringRef WorkFile, StringRef Extra,
                                          StringRef ExtraGoVersion) {
  std::string Out;
  if (WorkFile.empty()) {
    Out = "go " + ExtraGoVersion.str() + "\n\nuse ";
    appendQuoted(Out, Extra);
    return Out + "\n";
  }
  auto Result = R.Go->run({"work", "edit", "-json", WorkFile.str()});
  if (!Result)
    return Result.takeError();
  if (Result->Status != 0)
    return createStringError(errc::invalid_argument, "%s",
                             StringRef(Result->Err).trim().str().c_str());
  Expected<json::Value> V = json::parse(Result->Out);
  if (!V)
    return V.takeError();
  const json::Object *O = V->getAsObject();
  if (!O)
    return createStringError(errc::invalid_argument, "%s cannot be read",
                             WorkFile.str().c_str());
  StringRef WorkDir = sys::path::parent_path(WorkFile);
  std::string Go = O->getString("Go").value_or("").str();
  // Versions of Go compare as dotted numbers here; a language version alone is
  // a release's beginning.
  auto parts = [](StringRef Text) {
    std::vector<unsigned> Numbers;
    SmallVector<StringRef> Words;
    Text.split(Words, '.');
    for (StringRef Word : Words) {
      unsigned N = 0;
      Word.consumeInteger(10, N);
      Numbers.push_back(N);
    }
    return Numbers;
  };
  // A workspace without a version has the first one that knew workspaces. Its
  // version decides the defaults of GODEBUG, which must stay; the language is
  // each module's own.
  std::string OwnGo = Go.empty() ? "1.18" : Go;
  if (parts(OwnGo) < parts(ExtraGoVersion))
    Go = ExtraGoVersion.str();
  Out = "go " + Go + "\n";
  bool HasDefault = false;
  if (const json::Array *Debug = O->getArray("Godebug"))
    for (const json::Value &D : *Debug)
      if (const json::Object *Setting = D.getAsObject())
        HasDefault |= Setting->getString("Key") == "default";
  if (Go != OwnGo && !HasDefault)
    Out += "\ngodebug default=go" + OwnGo + "\n";
  // `go work edit -json` leaves it out.
  if (std::string Toolchain = findGoLine(readIfThere(WorkFile), "toolchain");
      !Toolchain.empty())
    Out += "\ntoolchain " + Toolchain + "\n";
  if (const json::Array *Debug = O->getArray("Godebug"))
    for (const json::Value &D : *Debug)
      if (const json::Object *Setting = D.getAsObject())
        Out += "\ngodebug " + Setting->getString("Key").value_or("").str() +
               "=" + Setting->getString("Value").value_or("").str() + "\n";
  if (const json::Array *Uses = O->getArray("Use"))
    for (const json::Value &U : *Uses)
      if (const json::Object *Use = U.getAsObject()) {
        Out += "\nuse ";
        appendQuoted(
            Out, workPath(Use->getString("DiskPath").value_or(""), WorkDir));
        Out += '\n';
      }
  Out += "\nuse ";
  appendQuoted(Out, Extra);
  Out += '\n';
  if (const json::Array *Replaces = O->getArray("Replace"))
    for (const json::Value &Replace : *Replaces) {
      const json::Object *O = Replace.getAsObject();
      const json::Object *Old = O ? O->getObject("Old") : nullptr;
      const json::Object *New = O ? O->getObject("New") : nullptr;
      if (!Old || !New ||
          (R.Vendor &&
           R.Vendor->replaces(Old->getString("Path").value_or(""),
                              Old->getString("Version").value_or(""))))
        continue;
      Out += "\nreplace " + Old->getString("Path").value_or("").str();
      if (auto Version = Old->getString("Version"))
        Out += " " + Version->str();
      Out += " => ";
      if (auto Version = New->getString("Version"))
        Out += New->getString("Path").value_or("").str() + " " + Version->str();
      else
        appendQuoted(Out,
                     workPath(New->getString("Path").value_or(""), WorkDir));
      Out += '\n';
    }
  if (R.Vendor)
    Out += R.Vendor->getReplacements();
  return Out;
}

/// Lists the packages of a workspace. The union of its modules may select
/// versions whose sums none of them has: those are fetched.
static Error listWithSums(const ModuleRequest &R, const ListRequest &List,
                          ResolvedModules &Out) {
  for (unsigned Try = 0; Try < 4; ++Try) {
    auto Result = listPackages(*R.Go, List);
    if (!Result)
      return Result.takeError();
    Out.Failure = std::move(Result->Failure);
    Out.Graph = std::move(Result->Graph);
    std::set<std::string> Missing;
    auto collect = [&](StringRef Text) {
      // …: missing go.sum entry for …; to add it: go mod download PATH
      while (true) {
        size_t At = Text.find("go mod download ");
        if (At == StringRef::npos)
          return;
        Text = Text.drop_front(At + strlen("go mod download "));
        Missing.insert(
            Text.take_until([](char C) { return isSpace(C); }).str());
      }
    };
    collect(Out.Failure);
    for (const GoPackage &P : Out.Graph.getPackages())
      collect(P.Error);
    if (Missing.empty())
      break;
    std::vector<std::string> Args{"mod", "download"};
    Args.insert(Args.end(), Missing.begin(), Missing.end());
    auto Download = R.Go->run(Args, List.Env);
    if (!Download)
      return Download.takeError();
    if (Download->Status != 0)
      break;
  }
  return Error::success();
}

static Expected<ResolvedModules> resolveInWorkspace(const ModuleRequest &R,
                                                    const SdkModules &Sdk) {
  ResolvedModules Out;
  // The module that brings the SDK into the workspace. Resolved by itself, it
  // gets its go.sum and the language version it needs.
  std::string Extra = joinPath(R.Dir, "instrumentation");
  std::string Imports = "package instrumentation\n";
  for (StringRef Package : R.Packages)
    if (!Sdk.findModule(Package).empty())
      Imports += "\nimport _ \"" + Package.str() + "\"\n";
  std::string ModText = "module otel.invalid/instrumentation\n\ngo 1.21\n";
  ModText += makeRequirements(R, Sdk, "");
  std::string ModFile = joinPath(Extra, "go.mod");
  if (Error E = writeFileAtomically(ModFile, ModText))
    return E;
  if (Error E =
          writeFileAtomically(joinPath(Extra, "instrumentation.go"), Imports))
    return E;
  if (Error E =
          writeFileAtomically(joinPath(Extra, "go.sum"), makeSums("", Sdk)))
    return E;
  Environment Fetch = getFetchEnvironment(*R.Go, Sdk);
  Environment Alone = Fetch;
  Alone.push_back({"GOWORK", "off"});
  Alone.push_back({"GOFLAGS", ""});
  auto Tidied =
      R.Go->run({"-C", Extra, "list", "-mod=mod", "-deps", "./..."}, Alone);
  if (!Tidied)
    return Tidied.takeError();
  if (Tidied->Status != 0) {
    Out.Failure = StringRef(Tidied->Err).trim().str();
    return Out;
  }

  std::string Resolved = readIfThere(ModFile);
  if (R.Vendor)
    if (Error E = writeFileAtomically(
            ModFile, Resolved + R.Vendor->getRequirements(Resolved)))
      return E;
  StringRef UserWork = R.Go->getEnv("GOWORK");
  if (UserWork == "off")
    UserWork = {};
  std::string WorkFile = joinPath(R.Dir, "go.work");
  if (Error E = writeFileAtomically(
          WorkFile + ".sum", UserWork.empty()
                                 ? std::string()
                                 : readIfThere((UserWork + ".sum").str())))
    return E;
  Out.Env = {{"GOWORK", WorkFile}};
  // A workspace takes no other mode, and -mod=vendor, which may be the user's,
  // would look for a folder beside the file written here.
  Out.Flags = {"-mod=readonly"};

  ListRequest List;
  List.Flags = getLoadFlags(*R.Command);
  List.Flags.insert(List.Flags.end(),
                    {"-mod=readonly", "-overlay=" + R.Overlay});
  List.Patterns = R.Patterns;
  List.WithTests = R.WithTests;
  List.Env = Fetch;
  List.Env.push_back({"GOWORK", WorkFile});
  do {
    auto Work = makeWorkFile(R, UserWork, Extra, findGoLine(Resolved));
    if (!Work)
      return Work.takeError();
    if (Error E = writeFileAtomically(WorkFile, *Work))
      return E;
    if (Error E = listWithSums(R, List, Out))
      return E;
  } while (R.Vendor && giveUpVendored(*R.Vendor, Out));
  return Out;
}

Expected<ResolvedModules>
otelrewrite::resolveModules(const ModuleRequest &Request) {
  auto Sdk = SdkModules::find(*Request.Config);
  if (!Sdk)
    return Sdk.takeError();
  StringRef Mod = Request.Go->getEnv("GOMOD");
  StringRef Work = Request.Go->getEnv("GOWORK");
  bool IsWorkspace = !Work.empty() && Work != "off";
  bool HasModule = !Mod.empty() && Mod != "/dev/null";
  auto Out = IsWorkspace || !HasModule ? resolveInWorkspace(Request, *Sdk)
                                       : resolveInModule(Request, *Sdk);
  if (Out)
    collectSdkDirs(*Out);
  return Out;
}

std::vector<RaisedModule>
otelrewrite::findRaisedModules(const PackageGraph &Before,
                               const PackageGraph &After) {
  std::map<std::string, std::string> Old;
  for (const GoPackage &P : Before.getPackages())
    if (!P.Module.Version.empty())
      Old[P.Module.Path] = P.Module.Version;
  std::map<std::string, RaisedModule> Raised;
  for (const GoPackage &P : After.getPackages())
    if (auto It = Old.find(P.Module.Path);
        It != Old.end() && It->second != P.Module.Version)
      Raised[P.Module.Path] = {P.Module.Path, It->second, P.Module.Version};
  std::vector<RaisedModule> Out;
  for (auto &[Path, Module] : Raised)
    Out.push_back(std::move(Module));
  return Out;
}
