//===- Modules.h - module files for an instrumented build -------*- C++ -*-===//
//
// The instrumented program needs modules that the user's go.mod does not name.
// They are added in files beside the prepared build: an alternate go.mod and
// go.sum (-modfile), or in a workspace an alternate go.work with one more
// module. The user's files are read and never written; no module is replaced.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_MODULES_H
#define OTELREWRITE_DRIVER_MODULES_H

#include "otelrewrite/Driver/GoTool.h"
#include "otelrewrite/Driver/Settings.h"
#include "otelrewrite/Driver/Vendor.h"

#include "llvm/ADT/StringSet.h"

#include <string>
#include <vector>

namespace otelrewrite {

/// The SDK that an installation carries.
class SdkModules {
public:
  static llvm::Expected<SdkModules> find(const Settings &S);

  llvm::StringRef getVersion() const { return Version; }
  /// The carried module that has package \p ImportPath; empty if none has.
  std::string findModule(llvm::StringRef ImportPath) const;
  std::string getProxyUrl() const;
  /// Checksums of all that the SDK's modules need.
  std::string getSumFile() const;

private:
  std::string ProxyDir, Version;
};

/// A module path as the module cache spells it in file names.
std::string escapeModulePath(llvm::StringRef Path);

struct ModuleRequest {
  const Settings *Config = nullptr;
  const GoTool *Go = nullptr;
  const GoCommand *Command = nullptr;
  /// Import paths of packages the importers import.
  std::vector<std::string> Packages;
  /// The main module's or workspace's vendor folder, where packages come from
  /// it.
  VendorFolder *Vendor = nullptr;
  /// Where to write, and the overlay to load packages with.
  std::string Dir, Overlay;
  std::vector<std::string> Patterns;
  bool WithTests = false;
};

struct ResolvedModules {
  /// What did not work, in the go command's words, if something did not.
  std::string Failure;
  PackageGraph Graph;
  /// What makes the go command use the files written.
  std::vector<std::string> Flags;
  Environment Env;
  /// Directories of the SDK's modules in the module cache.
  std::vector<std::string> SdkDirs;
  /// The main module's language version, where the SDK raised it: `1.21`.
  std::string OwnGoVersion;
  /// Said to the user: vendoring that is passed by, …
  std::vector<std::string> Notes;
};

llvm::Expected<ResolvedModules> resolveModules(const ModuleRequest &Request);

/// A module of the user's that has another version with the instrumentation.
struct RaisedModule {
  std::string Path, From, To;
};
std::vector<RaisedModule> findRaisedModules(const PackageGraph &Before,
                                            const PackageGraph &After);

} // namespace otelrewrite

#endif
