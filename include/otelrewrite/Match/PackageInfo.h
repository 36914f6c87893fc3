//===- PackageInfo.h - facts about the package at hand ----------*- C++ -*-===//
//
// What the go command knows about a package beside its files. Plain data that
// the caller fills in.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_MATCH_PACKAGEINFO_H
#define OTELREWRITE_MATCH_PACKAGEINFO_H

#include <string>
#include <utility>
#include <vector>

namespace otelrewrite {

struct PackageInfo {
  std::string ImportPath; ///< as rules see it, without ` [p.test]`
  std::string LinkPath;   ///< the compiler's -p: `main` for a program
  std::string Name;       ///< of the package clause
  std::string ModulePath; ///< empty for the standard library
  std::string Version;    ///< the module's; empty where it has none
  std::string GoLang;     ///< the compiler's -lang, as `go1.21`; may be empty
  std::string GoVersion;  ///< the toolchain's, as `go1.26.1`; may be empty
  /// Import path and name of packages whose names their paths do not tell.
  std::vector<std::pair<std::string, std::string>> ImportNames;
  bool IsMain = false; ///< Name is main
  bool IsRoot = false; ///< of the main module or workspace

  bool operator==(const PackageInfo &) const = default;
};

} // namespace otelrewrite

#endif
