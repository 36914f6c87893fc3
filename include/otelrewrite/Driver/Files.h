//===- Files.h - files, directories and hashes of the driver ----*- C++ -*-===//
//
// Everything the driver writes goes through writeFileAtomically(): a reader
// sees the old bytes or the new ones, and a process that dies leaves at most a
// temporary file beside them.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_FILES_H
#define OTELREWRITE_DRIVER_FILES_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/SHA256.h"

#include <string>
#include <vector>

namespace otelrewrite {

llvm::Expected<std::string> readFile(llvm::StringRef Path);

/// Makes missing parent directories.
llvm::Error writeFileAtomically(llvm::StringRef Path, llvm::StringRef Bytes);
llvm::Error createDirectories(llvm::StringRef Path);

/// \p Path made absolute and cleaned, without following links.
std::string makeAbsolute(llvm::StringRef Path);
std::string joinPath(llvm::StringRef A, llvm::StringRef B);
bool isBelow(llvm::StringRef Path, llvm::StringRef Dir);

/// What tells that a file or a directory has changed, without reading it. The
/// time of the last change and the inode see what was written with an old time
/// or put in a file's place.
struct FileStamp {
  int64_t Size = -1; ///< -1: there is no such file
  int64_t MTime = 0; ///< nanoseconds
  int64_t CTime = 0; ///< nanoseconds
  uint64_t Inode = 0;
  bool operator==(const FileStamp &) const = default;
};
FileStamp getStamp(llvm::StringRef Path);
/// The time that stamps made now have, in nanoseconds.
int64_t getNow();

/// Files that tell by a lock whether the process lives that made them. A lock
/// is a descriptor, which its process keeps open; -1 with errno: there is none.
///
/// Makes \p Path with \p Text in it, locked before anybody sees it by that
/// name: until then its name ends in UnlockedSuffix.
int createLocked(llvm::StringRef Path, llvm::StringRef Text = "",
                 unsigned Mode = 0666);
/// Takes the lock of a process that is dead; EWOULDBLOCK: it lives.
int takeLock(llvm::StringRef Path);
inline constexpr llvm::StringLiteral UnlockedSuffix = ".new";

/// SHA-256 over strings, each preceded by its length so that their borders
/// count.
class Hasher {
public:
  Hasher &add(llvm::StringRef Text);
  Hasher &add(uint64_t N) { return add(std::to_string(N)); }
  /// The first 32 hexadecimal digits.
  std::string finish();

private:
  llvm::SHA256 Hash;
};

/// Names in the cache directory of this tool.
class CacheLayout {
public:
  /// \p Override, or `otel` in $XDG_CACHE_HOME or ~/.cache.
  static llvm::Expected<CacheLayout> find(llvm::StringRef Override);

  explicit CacheLayout(std::string Root) : Root(std::move(Root)) {}
  llvm::StringRef getRoot() const { return Root; }
  std::string getPlansDir() const { return joinPath(Root, "plans"); }
  /// Notes on folders that go commands work in, one a build.
  std::string getWorkDir() const { return joinPath(Root, "work"); }
  std::string getStateDir(llvm::StringRef Key) const {
    return joinPath(joinPath(Root, "state"), Key);
  }

private:
  std::string Root;
};

} // namespace otelrewrite

#endif
