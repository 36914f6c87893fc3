//===- VersionedProgram.cpp - `go run pkg@version` ------------------------===//

#include "otelrewrite/Driver/VersionedProgram.h"

#include "otelrewrite/Driver/State.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

#include <cstdlib>

using namespace llvm;
using namespace otelrewrite;

bool otelrewrite::namesVersion(const GoCommand &Command) {
  // A file or a folder with such a name has a path in front of it.
  return any_of(Command.getPatterns(), [](StringRef Pattern) {
    return Pattern.contains('@') && !Pattern.starts_with(".") &&
           !Pattern.starts_with("/") && !Pattern.ends_with(".go");
  });
}

namespace {
struct Download {
  std::string Path, Version, Dir, GoMod;
};
} // namespace

/// Asks for \p Module at \p Version. Without a path in the result the go
/// command refused, in the words of \p Failure.
static Expected<Download> download(const GoTool &Go, StringRef Module,
                                   StringRef Version, std::string &Failure) {
  auto Result =
      Go.run({"mod", "download", "-json", (Module + "@" + Version).str()},
             {{"GOWORK", "off"}, {"GOFLAGS", ""}});
  if (!Result)
    return Result.takeError();
  Download Out;
  Expected<json::Value> V = json::parse(Result->Out);
  if (!V) {
    consumeError(V.takeError());
    Failure = StringRef(Result->Err).trim().str();
    return Out;
  }
  const json::Object *O = V->getAsObject();
  if (!O)
    return Out;
  if (auto Error = O->getString("Error")) {
    Failure = Error->str();
    return Out;
  }
  Out.Path = O->getString("Path").value_or("").str();
  Out.Version = O->getString("Version").value_or("").str();
  Out.Dir = O->getString("Dir").value_or("").str();
  Out.GoMod = O->getString("GoMod").value_or("").str();
  return Out;
}

/// Copies a folder of the module cache; the copy can be written and removed.
static Error copyTree(StringRef From, StringRef To) {
  if (Error E = createDirectories(To))
    return E;
  std::error_code EC;
  for (sys::fs::recursive_directory_iterator I(From, EC), End; I != End && !EC;
       I.increment(EC)) {
    std::string Target =
        joinPath(To, StringRef(I->path()).drop_front(From.size()).ltrim('/'));
    if (I->type() == sys::fs::file_type::directory_file) {
      if (Error E = createDirectories(Target))
        return E;
    } else if (std::error_code Failed = sys::fs::copy_file(I->path(), Target)) {
      return createFileError(Target, Failed);
    }
  }
  return EC ? createFileError(From, EC) : Error::success();
}

/// Removes the copies that dead processes began.
static void removeAbandoned(StringRef Programs) {
  std::error_code EC;
  for (sys::fs::directory_iterator I(Programs, EC), End; I != End && !EC;
       I.increment(EC))
    if (sys::path::filename(I->path()).starts_with("g-") &&
        Generation::isAbandoned(I->path()))
      sys::fs::remove_directories(I->path());
}

Expected<VersionedProgram>
otelrewrite::prepareVersionedProgram(const GoTool &Go, const GoCommand &Command,
                                     const CacheLayout &Cache) {
  VersionedProgram Out;
  const char *GoFlags = std::getenv("GOFLAGS");
  if (getSetting(GoFlags ? GoFlags : "", Command, "mod") == "vendor") {
    Out.Failure = "-mod=vendor";
    return Out;
  }
  std::vector<std::string> Patterns = Command.getPatterns();
  auto Named = find_if(Patterns,
                       [](StringRef Pattern) { return Pattern.contains('@'); });
  auto [Package, Version] = StringRef(*Named).split('@');
  Package.consume_back("/...");

  // The module is the longest part of the path that is one.
  Download Found;
  for (StringRef Module = Package; !Module.empty() && Found.Path.empty();
       Module = sys::path::parent_path(Module)) {
    std::string Failure;
    auto Answer = download(Go, Module, Version, Failure);
    if (!Answer)
      return Answer.takeError();
    Found = std::move(*Answer);
    if (Out.Failure.empty())
      Out.Failure = std::move(Failure);
  }
  if (Found.Path.empty())
    return Out;
  Out.Failure.clear();

  std::string Programs = joinPath(Cache.getRoot(), "programs");
  std::string Dir =
      joinPath(Programs, Hasher().add(Found.Path).add(Found.Version).finish());
  Out.WorkFile = joinPath(Dir, "go.work");
  if (sys::fs::exists(Out.WorkFile))
    return Out;
  // Made beside its place and then put there, whole.
  removeAbandoned(Programs);
  auto Made = Generation::create(Programs);
  if (!Made)
    return Made.takeError();
  StringRef Temp = Made->getDir();
  std::string Source = joinPath(Temp, "module");
  if (Error E = copyTree(Found.Dir, Source))
    return E;
  auto ModFile = readFile(Found.GoMod);
  if (!ModFile)
    return ModFile.takeError();
  if (Error E = writeFileAtomically(joinPath(Source, "go.mod"), *ModFile))
    return E;
  std::string GoLine = "1.18";
  for (StringRef Rest = *ModFile; !Rest.empty();) {
    StringRef Line;
    std::tie(Line, Rest) = Rest.split('\n');
    if (Line.consume_front("go "))
      GoLine = Line.trim().split(' ').first.str();
  }
  if (Error E = writeFileAtomically(joinPath(Temp, "go.work"),
                                    "go " + GoLine + "\n\nuse ./module\n"))
    return E;
  if (sys::fs::rename(Temp, Dir)) {
    // Somebody else was faster.
    sys::fs::remove_directories(Temp);
    if (!sys::fs::exists(Out.WorkFile))
      return createFileError(Dir, std::make_error_code(std::errc::io_error));
  }
  return Out;
}
