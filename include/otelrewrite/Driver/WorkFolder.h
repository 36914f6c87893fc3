//===- WorkFolder.h - where a build's go command works ----------*- C++ -*-===//
//
// The go command keeps what it makes on its way in a folder of its own below
// the system's folder for temporary files, and leaves it there when it is
// killed. A build of ours gives it a folder to do so in, and notes that folder
// below the cache directory: the next build removes what a dead process left.
// Builds that cannot have such a folder do without. Linux.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_WORKFOLDER_H
#define OTELREWRITE_DRIVER_WORKFOLDER_H

#include "otelrewrite/Driver/Files.h"

#include <utility>

namespace otelrewrite {

class WorkFolder {
public:
  /// Removes what dead processes left, and makes a folder in \p TempDir that is
  /// noted in \p Cache. Its path is empty where that is not possible.
  static WorkFolder create(const CacheLayout &Cache, llvm::StringRef TempDir);

  WorkFolder(WorkFolder &&Other)
      : Dir(std::move(Other.Dir)), Note(std::move(Other.Note)),
        Lock(std::exchange(Other.Lock, -1)) {}
  WorkFolder &operator=(WorkFolder &&) = delete;
  /// Removes the folder with all that is in it.
  ~WorkFolder();

  const std::string &getDir() const { return Dir; }

private:
  WorkFolder() = default;

  std::string Dir, Note;
  int Lock = -1; ///< of Note; a dead process's is free
};

} // namespace otelrewrite

#endif
