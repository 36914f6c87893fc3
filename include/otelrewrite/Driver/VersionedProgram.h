//===- VersionedProgram.h - `go run pkg@version` ----------------*- C++ -*-===//
//
// A program that is named with a version is built from the module cache, where
// the go command accepts no additional file. Its module is copied below the
// cache directory, and a workspace of that one module takes the place of the
// user's: import paths then name the copy, from any folder.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_VERSIONEDPROGRAM_H
#define OTELREWRITE_DRIVER_VERSIONEDPROGRAM_H

#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/GoTool.h"

#include <optional>

namespace otelrewrite {

/// Does \p Command name a package with a version?
bool namesVersion(const GoCommand &Command);

struct VersionedProgram {
  /// The workspace file to build with; empty if there is none.
  std::string WorkFile;
  /// What the go command says, where it does not find the module.
  std::string Failure;
};

llvm::Expected<VersionedProgram>
prepareVersionedProgram(const GoTool &Go, const GoCommand &Command,
                        const CacheLayout &Cache);

} // namespace otelrewrite

#endif
