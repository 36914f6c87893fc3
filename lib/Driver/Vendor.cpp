//===- Vendor.cpp - a vendor folder ---------------------------------------===//

#include "otelrewrite/Driver/Vendor.h"

#include "otelrewrite/Driver/Files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace otelrewrite;

// The form of modules.txt, from cmd/go/internal/modload/vendor.go:
//   # PATH VERSION [=> NEWPATH [NEWVERSION]]
//   ## explicit; go 1.21
//   PACKAGE
Expected<VendorFolder> VendorFolder::load(StringRef ModuleDir) {
  VendorFolder Out;
  Out.Dir = joinPath(ModuleDir, "vendor");
  auto Text = readFile(joinPath(Out.Dir, "modules.txt"));
  if (!Text)
    return Text.takeError();
  Module *Current = nullptr;
  SmallVector<StringRef> Lines;
  StringRef(*Text).split(Lines, '\n');
  for (StringRef Line : Lines) {
    Line = Line.trim();
    if (Line.consume_front("## ")) {
      SmallVector<StringRef> Notes;
      Line.split(Notes, ';');
      for (StringRef Note : Notes)
        if (Note = Note.trim(); Current && Note.consume_front("go "))
          Current->GoVersion = Note.str();
    } else if (Line.consume_front("# ")) {
      SmallVector<StringRef> Words;
      Line.split(Words, ' ', -1, /*KeepEmpty=*/false);
      Current = nullptr;
      // A replacement without a version concerns whatever version is asked for,
      // and has a line of its own.
      if (Words.size() < 2 || !Words[1].starts_with("v"))
        continue;
      Module M;
      M.Path = Words[0].str();
      M.Version = Words[1].str();
      M.IsReplaced = Words.size() > 2;
      Out.Modules.push_back(std::move(M));
      Current = &Out.Modules.back();
    } else if (!Line.empty() && Current) {
      Current->HasPackages = true;
    }
  }
  return Out;
}

Error VendorFolder::writeModFiles(StringRef To,
                                  std::map<std::string, std::string> &Overlay) {
  for (auto [I, M] : enumerate(Modules)) {
    std::string Made = joinPath(To, std::to_string(I));
    std::string File = joinPath(Made, "go.mod");
    // Without a version the go command assumes 1.16, as it does for a module
    // whose go.mod has none.
    std::string Text = "module " + M.Path + "\n";
    if (!M.GoVersion.empty())
      Text += "\ngo " + M.GoVersion + "\n";
    if (Error E = writeFileAtomically(File, Text))
      return E;
    M.Dir = M.HasPackages ? joinPath(Dir, M.Path) : Made;
    if (M.HasPackages)
      Overlay[joinPath(M.Dir, "go.mod")] = File;
  }
  return Error::success();
}

std::string VendorFolder::giveUp(StringRef ImportPath) {
  Module *Best = nullptr;
  for (Module &M : Modules)
    if (isBelow(ImportPath, M.Path) &&
        (!Best || M.Path.size() > Best->Path.size()))
      Best = &M;
  if (!Best || Best->IsGivenUp)
    return {};
  Best->IsGivenUp = true;
  return Best->Path;
}

/// Words of a replace directive.
static std::string quoteWord(StringRef Text) {
  std::string Out = "\"";
  raw_string_ostream OS(Out);
  printEscapedString(Text, OS);
  return Out + '"';
}

std::string VendorFolder::getReplacements() const {
  std::string Out;
  for (const Module &M : Modules)
    if (!M.IsGivenUp)
      Out += "\nreplace " + M.Path + " " + M.Version + " => " +
             quoteWord(M.Dir) + "\n";
  return Out;
}

bool VendorFolder::replaces(StringRef Path, StringRef Version) const {
  return any_of(Modules, [&](const Module &M) {
    return !M.IsGivenUp && M.Path == Path && M.Version == Version;
  });
}

std::string VendorFolder::getRequirements(StringRef ModFile) const {
  std::string Out;
  for (const Module &M : Modules)
    if (!requiresModule(ModFile, M.Path))
      Out += "\nrequire " + M.Path + " " + M.Version + " // indirect\n";
  return Out;
}

Error VendorFolder::useIn(const GoTool &Go, StringRef ModFile) const {
  std::vector<std::string> Args{"mod", "edit"};
  for (const Module &M : Modules) {
    if (M.IsGivenUp)
      continue;
    if (M.IsReplaced)
      Args.push_back("-dropreplace=" + M.Path + "@" + M.Version);
    Args.push_back("-replace=" + M.Path + "@" + M.Version + "=" + M.Dir);
  }
  Args.push_back(ModFile.str());
  auto Result = Go.run(Args, {{"GOFLAGS", ""}});
  if (!Result)
    return Result.takeError();
  if (Result->Status != 0)
    return createStringError(errc::invalid_argument, "%s",
                             StringRef(Result->Err).trim().str().c_str());
  auto Text = readFile(ModFile);
  if (!Text)
    return Text.takeError();
  // A go.mod of before Go 1.17 does not name what its requirements require, and
  // the go.mod files made here require nothing.
  return writeFileAtomically(ModFile, *Text + getRequirements(*Text));
}

// The choice of setDefaultBuildMod in cmd/go/internal/modload/init.go. A module
// of before Go 1.14 has no modules.txt that counts.
std::string otelrewrite::findVendorParent(const GoTool &Go,
                                          const GoCommand &Command) {
  StringRef Mod = Go.getEnv("GOMOD"), Work = Go.getEnv("GOWORK");
  bool IsWorkspace = !Work.empty() && Work != "off";
  if (!IsWorkspace && (Mod.empty() || Mod == "/dev/null"))
    return {};
  StringRef Dir = sys::path::parent_path(IsWorkspace ? Work : Mod);
  std::string Mode = getSetting(Go, Command, "mod");
  if (Mode == "vendor")
    return Dir.str();
  if (!Mode.empty() || !getSetting(Go, Command, "modfile").empty())
    return {};
  auto Text = readFile(joinPath(Dir, "vendor/modules.txt"));
  if (!Text) {
    consumeError(Text.takeError());
    return {};
  }
  // Vendoring is a workspace's or a module's, never both.
  bool IsForWorkspace = false;
  if (StringRef First = StringRef(*Text).split('\n').first;
      First.consume_front("## ")) {
    SmallVector<StringRef> Notes;
    First.split(Notes, ';');
    IsForWorkspace = any_of(
        Notes, [](StringRef Note) { return Note.trim() == "workspace"; });
  }
  return IsForWorkspace == IsWorkspace ? Dir.str() : std::string();
}
