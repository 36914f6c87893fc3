//===- WorkFolder.cpp - where a build's go command works ------------------===//

#include "otelrewrite/Driver/WorkFolder.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;
using namespace otelrewrite;

/// What a note may name, whoever wrote it.
static constexpr StringLiteral Prefix = "otel-build-";

/// A note gets this end until it is locked and written.
static constexpr StringLiteral Unfinished = ".new";

/// Removes \p Dir; tells whether it is gone. A process that was killed may have
/// left children, which write for a moment longer.
static bool remove(StringRef Dir) {
  sys::fs::remove_directories(Dir);
  return !sys::fs::exists(Dir);
}

/// Removes what the process of \p Note left, if it has died.
static void removeLeft(const std::string &Note) {
  int Lock = open(Note.c_str(), O_RDWR | O_CLOEXEC);
  if (Lock < 0)
    return;
  if (flock(Lock, LOCK_EX | LOCK_NB) == 0) {
    bool IsGone = true;
    if (auto Dir = readFile(Note)) {
      if (sys::path::filename(*Dir).starts_with(Prefix))
        IsGone = remove(*Dir);
    } else {
      consumeError(Dir.takeError());
    }
    if (IsGone)
      unlink(Note.c_str());
  }
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
    if (!StringRef(I->path()).ends_with(Unfinished))
      removeLeft(I->path());

  SmallString<128> Name;
  sys::fs::createUniquePath(Prefix + "%%%%%%%%", Name,
                            /*MakeAbsolute=*/false);
  std::string Note = joinPath(Notes, Name), Dir = joinPath(TempDir, Name);
  // Nobody sees the note before it is locked; the note is there before what it
  // names. So whenever this process dies, what it leaves is found.
  std::string New = Note + Unfinished.str();
  int Lock = open(New.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (Lock < 0)
    return Out;
  Out.Lock = Lock;
  ssize_t Size = static_cast<ssize_t>(Dir.size());
  if (flock(Lock, LOCK_EX | LOCK_NB) != 0 ||
      write(Lock, Dir.data(), Dir.size()) != Size ||
      rename(New.c_str(), Note.c_str()) != 0) {
    unlink(New.c_str());
    return Out;
  }
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
