//===- Vendor.h - a vendor folder -------------------------------*- C++ -*-===//
//
// A vendored program is built from its vendor folder, which may lie elsewhere
// than any cache and may have been changed on purpose. The go command takes no
// other go.mod beside such a folder, so that the folder is entered into the
// alternate go.mod as what it is: each vendored module, at its version, is
// replaced by its part of the folder; for a workspace's folder the same goes
// into the alternate go.work. The go.mod files that vendoring leaves out are
// added by the overlay. Whatever else the instrumentation needs, or needs in a
// later version, comes from the module cache.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_VENDOR_H
#define OTELREWRITE_DRIVER_VENDOR_H

#include "otelrewrite/Driver/GoTool.h"

#include <map>

namespace otelrewrite {

class VendorFolder {
public:
  /// Reads `vendor/modules.txt` below \p ModuleDir.
  static llvm::Expected<VendorFolder> load(llvm::StringRef ModuleDir);

  /// Writes the go.mod files of the modules below \p Dir, and enters them into
  /// \p Overlay.
  llvm::Error writeModFiles(llvm::StringRef Dir,
                            std::map<std::string, std::string> &Overlay);

  /// A package that the vendor folder does not have is needed from one of its
  /// modules: takes that module out. Its path; empty where none is concerned.
  std::string giveUp(llvm::StringRef ImportPath);

  /// Enters the modules into the go.mod \p ModFile. writeModFiles() came first.
  llvm::Error useIn(const GoTool &Go, llvm::StringRef ModFile) const;

  /// The same for a go.work: its replace directives, whether one of the user's
  /// is among them, and what a module of the workspace that has \p ModFile must
  /// require so that all are of the vendored versions.
  std::string getReplacements() const;
  bool replaces(llvm::StringRef Path, llvm::StringRef Version) const;
  std::string getRequirements(llvm::StringRef ModFile) const;

private:
  struct Module {
    std::string Path, Version, GoVersion;
    bool IsReplaced = false;  ///< in the user's go.mod
    bool HasPackages = false; ///< in the vendor folder
    bool IsGivenUp = false;
    std::string Dir; ///< where its go.mod is
  };
  std::string Dir;
  std::vector<Module> Modules;
};

/// Does the text of a go.mod name \p Module in a require directive?
bool requiresModule(llvm::StringRef ModFile, llvm::StringRef Module);

/// The folder of the main module or of the workspace, where \p Command takes
/// packages from the vendor folder in it; else empty.
std::string findVendorParent(const GoTool &Go, const GoCommand &Command);

} // namespace otelrewrite

#endif
