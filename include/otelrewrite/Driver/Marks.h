//===- Marks.h - per-package compiler flags ---------------------*- C++ -*-===//
//
// A package is marked with `-gcflags=PATTERN=FLAGS -otelmark=HASH`. For one
// package the go command takes the last -gcflags whose pattern fits, so a mark
// repeats the flags that the user's own settings give the package.
//
// The pattern names the package's directory. The go command compares it with
// each package's, whereas it compiles a regular expression for each package and
// each import path pattern: with 400 packages and 10 marks that is 20 ms in
// each build. The directory is written relative to the root through more `..`
// than any working directory is deep, so that the flag means the same from
// wherever the go command runs.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_MARKS_H
#define OTELREWRITE_DRIVER_MARKS_H

#include "otelrewrite/Driver/GoCommand.h"
#include "otelrewrite/Driver/GoList.h"

#include <string>
#include <vector>

namespace otelrewrite {

struct PackageMark {
  const GoPackage *Package = nullptr;
  std::string Hash;
  /// Further flags, in front of the mark.
  std::vector<std::string> Flags;
};

/// Does the go command's -gcflags pattern \p Pattern fit \p P (cmd/go's
/// load.MatchPackage)? \p Cwd is where the command runs.
bool matchesFlagPattern(llvm::StringRef Pattern, const GoPackage &P,
                        llvm::StringRef Cwd);

/// The flags that \p Settings (values of -gcflags in order, GOFLAGS first) give
/// to \p P.
std::vector<std::string> getPackageFlags(llvm::ArrayRef<std::string> Settings,
                                         const GoPackage &P,
                                         llvm::StringRef Cwd);

/// The arguments that carry \p Marks, to follow the user's own -gcflags.
llvm::Expected<std::vector<std::string>>
makeMarkFlags(llvm::ArrayRef<PackageMark> Marks,
              llvm::ArrayRef<std::string> Settings, llvm::StringRef Cwd);

} // namespace otelrewrite

#endif
