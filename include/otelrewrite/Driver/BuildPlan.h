//===- BuildPlan.h - what `go build -a -n` printed --------------*- C++ -*-===//
//
// The packages of a build, read from the commands that the go command would
// run: enough to match rules, without asking the go command again. Slower to
// make than `go list` and without what the commands do not say (imports,
// tests), so that builds are prepared from lists; a plan serves to look at a
// build that was made elsewhere, or by other means.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_BUILDPLAN_H
#define OTELREWRITE_DRIVER_BUILDPLAN_H

#include "otelrewrite/Driver/GoList.h"

namespace otelrewrite {

/// Reads the compile commands in \p Text. Relative files are below the last
/// `cd` before them, or \p Cwd. Versions are taken from the folders of \p
/// ModCache.
llvm::Expected<PackageGraph> parseBuildPlan(llvm::StringRef Text,
                                            llvm::StringRef Cwd,
                                            llvm::StringRef ModCache);

} // namespace otelrewrite

#endif
