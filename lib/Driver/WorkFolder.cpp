//===- WorkFolder.cpp - where a build's go command works ------------------===//

#include "otelrewrite/Driver/WorkFolder.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;
using namespace otelrewrite;

/// What a note may name, whoever wrote it.
static constexpr StringLiteral Prefix = "otel-build-";

/// Removes \p Dir; tells whether it is gone. A process that was killed may have
/// left children, which write for a moment longer.
static bool remove(StringRef Dir) {
  sys::fs::remove_directories(Dir);
  return !sys::fs::exists(Dir);
}

/// Removes what the process of \p Note left, if it has died.
static void removeLeft(const std::string &Note) {
  int Lock = takeLock(Note);
  if (Lock < 0)
    return;
  bool IsGone = true;
  if (auto Dir = readFile(Note)) {
    if (sys::path::filename(*Dir).starts_with(Prefix))
      IsGone = remove(*Dir);
  } else {
    consumeError(Dir.takeError());
  }
  if (IsGone)
    unlink(Note.c_str());
  close(Lock);
}

WorkFolder WorkFolder::create(const CacheLayout &Cache, StringRef TempDir) {
  WorkFolder Out;
  std::string Notes = Cache.getWorkDir();
  if (sys::fs::create_directories(Notes))
    return Out;
  std::error_code EC;
  for (sys::fs::directory_iterator I(Notes, EC), End; I != End && !EC;
       I.increment(EC))
    if (!StringRef(I->path()).ends_with(UnlockedSuffix))
      removeLeft(I->path());

  SmallString<128> Name;
  sys::fs::createUniquePath(Prefix + "%%%%%%%%", Name,
                            /*MakeAbsolute=*/false);
  std::string Note = joinPath(Notes, Name), Dir = joinPath(TempDir, Name);
  // The note is there before what it names: whenever this process dies, what it
  // leaves is found.
  Out.Lock = createLocked(Note, Dir, 0600);
  if (Out.Lock < 0)
    return Out;
  Out.Note = std::move(Note);
  if (mkdir(Dir.c_str(), 0700) == 0)
    Out.Dir = std::move(Dir);
  return Out;
}

WorkFolder::~WorkFolder() {
  if (!Note.empty() && (Dir.empty() || remove(Dir)))
    unlink(Note.c_str());
  if (Lock >= 0)
    close(Lock);
}
