//===- Files.cpp - files, directories and hashes of the driver ------------===//

#include "otelrewrite/Driver/Files.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

using namespace llvm;
using namespace otelrewrite;

Expected<std::string> otelrewrite::readFile(StringRef Path) {
  auto BufferOrErr = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                           /*RequiresNullTerminator=*/false);
  if (!BufferOrErr)
    return createFileError(Path, BufferOrErr.getError());
  return (*BufferOrErr)->getBuffer().str();
}

Error otelrewrite::createDirectories(StringRef Path) {
  if (std::error_code EC = sys::fs::create_directories(Path))
    return createFileError(Path, EC);
  return Error::success();
}

Error otelrewrite::writeFileAtomically(StringRef Path, StringRef Bytes) {
  if (Error E = createDirectories(sys::path::parent_path(Path)))
    return E;
  SmallString<256> Temp;
  int FD;
  if (std::error_code EC = sys::fs::createUniqueFile(
          Path + ".%%%%%%%%.tmp", FD, Temp, sys::fs::OF_None,
          sys::fs::all_read | sys::fs::owner_write))
    return createFileError(Path, EC);
  raw_fd_ostream OS(FD, /*shouldClose=*/true);
  OS << Bytes;
  OS.close();
  std::error_code EC = OS.error();
  if (!EC)
    EC = sys::fs::rename(Temp, Path);
  if (!EC)
    return Error::success();
  OS.clear_error();
  sys::fs::remove(Temp);
  return createFileError(Path, EC);
}

std::string otelrewrite::makeAbsolute(StringRef Path) {
  SmallString<256> Abs(Path);
  sys::fs::make_absolute(Abs);
  sys::path::remove_dots(Abs, /*remove_dot_dot=*/true);
  return std::string(Abs);
}

std::string otelrewrite::joinPath(StringRef A, StringRef B) {
  SmallString<256> Out(A);
  sys::path::append(Out, B);
  return std::string(Out);
}

bool otelrewrite::isBelow(StringRef Path, StringRef Dir) {
  return !Dir.empty() && Path.consume_front(Dir) &&
         (Path.empty() || Path[0] == '/' || Dir.ends_with("/"));
}

FileStamp otelrewrite::getStamp(StringRef Path) {
  struct stat St;
  if (::stat(SmallString<256>(Path).c_str(), &St) != 0)
    return {};
  FileStamp Stamp;
  // A directory's size says nothing that its time does not.
  Stamp.Size = S_ISDIR(St.st_mode) ? 0 : static_cast<int64_t>(St.st_size);
  auto inNanoseconds = [](const timespec &T) {
    return static_cast<int64_t>(T.tv_sec) * 1'000'000'000 + T.tv_nsec;
  };
  Stamp.MTime = inNanoseconds(St.st_mtim);
  Stamp.CTime = inNanoseconds(St.st_ctim);
  Stamp.Inode = St.st_ino;
  return Stamp;
}

int64_t otelrewrite::getNow() {
  timespec Now;
  clock_gettime(CLOCK_REALTIME, &Now);
  return int64_t(Now.tv_sec) * 1'000'000'000 + Now.tv_nsec;
}

int otelrewrite::createLocked(StringRef Path, StringRef Text, unsigned Mode) {
  std::string Name = Path.str(), New = Name + UnlockedSuffix.str();
  int Lock = open(New.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, Mode);
  if (Lock < 0)
    return -1;
  ssize_t Size = static_cast<ssize_t>(Text.size());
  if (flock(Lock, LOCK_EX | LOCK_NB) == 0 &&
      write(Lock, Text.data(), Text.size()) == Size &&
      rename(New.c_str(), Name.c_str()) == 0)
    return Lock;
  int Why = errno;
  unlink(New.c_str());
  close(Lock);
  errno = Why;
  return -1;
}

int otelrewrite::takeLock(StringRef Path) {
  int Lock = open(Path.str().c_str(), O_RDWR | O_CLOEXEC);
  if (Lock >= 0 && flock(Lock, LOCK_EX | LOCK_NB) != 0) {
    close(Lock);
    errno = EWOULDBLOCK;
    return -1;
  }
  return Lock;
}

Hasher &Hasher::add(StringRef Text) {
  Hash.update(std::to_string(Text.size()));
  Hash.update(":");
  Hash.update(Text);
  return *this;
}

std::string Hasher::finish() {
  auto Digest = Hash.final();
  return toHex(ArrayRef<uint8_t>(Digest).take_front(16), /*LowerCase=*/true);
}

Expected<CacheLayout> CacheLayout::find(StringRef Override) {
  if (!Override.empty()) {
    std::string Root = makeAbsolute(Override);
    if (sys::fs::exists(Root) && !sys::fs::is_directory(Root))
      return createStringError(
          errc::not_a_directory,
          "'%s' is no folder, and so cannot keep prepared builds; name another "
          "with --cache or OTEL_CACHE_DIR",
          Root.c_str());
    return CacheLayout(Root);
  }
  if (const char *XDG = std::getenv("XDG_CACHE_HOME"); XDG && *XDG == '/')
    return CacheLayout(joinPath(XDG, "otel"));
  if (const char *Home = std::getenv("HOME"); Home && *Home)
    return CacheLayout(joinPath(joinPath(Home, ".cache"), "otel"));
  return createStringError(
      errc::no_such_file_or_directory,
      "neither HOME nor XDG_CACHE_HOME is set; name a directory for prepared "
      "builds with OTEL_CACHE_DIR");
}
