//===- GoList.h - the packages of a build -----------------------*- C++ -*-===//
//
// What `go list -deps -json` prints, as values.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_GOLIST_H
#define OTELREWRITE_DRIVER_GOLIST_H

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace otelrewrite {

struct GoModule {
  std::string Path, Version, Dir, GoVersion;
  bool IsMain = false; ///< of the main module or workspace
};

struct GoPackage {
  std::string ImportPath; ///< with ` [p.test]` for a variant
  std::string Dir, Name;
  std::string ForTest; ///< the package whose test this variant is for
  GoModule Module;     ///< without a path for the standard library
  bool IsStandard = false;
  bool IsDepOnly = false; ///< not named by the patterns themselves
  std::vector<std::string> GoFiles, CgoFiles, TestGoFiles, XTestGoFiles;
  std::vector<std::string> Imports; ///< as ImportPath spells them
  /// What the go command says is wrong with the package, and where.
  std::string Error, ErrorPosition;

  /// ImportPath without the variant.
  llvm::StringRef getPath() const {
    return llvm::StringRef(ImportPath).split(' ').first;
  }
  std::string getErrorText() const {
    return ErrorPosition.empty() ? Error : ErrorPosition + ": " + Error;
  }
  bool isVariant() const { return ImportPath.find(' ') != std::string::npos; }
  /// The generated main package of a test binary.
  bool isTestMain() const {
    return Name == "main" && llvm::StringRef(ImportPath).ends_with(".test");
  }
};

/// Fields to ask for with -json=.
extern const char *const GoListFields;

class PackageGraph {
public:
  static llvm::Expected<PackageGraph> parse(llvm::StringRef Json);

  void add(GoPackage P) {
    Index[P.ImportPath] = Packages.size();
    Packages.push_back(std::move(P));
  }
  const std::vector<GoPackage> &getPackages() const { return Packages; }
  /// By ImportPath, variants included; null if it is not in the build.
  const GoPackage *find(llvm::StringRef ImportPath) const;

  /// The import paths, without variants, of \p ImportPath and of all it
  /// depends on.
  llvm::StringSet<> getClosure(llvm::StringRef ImportPath) const;

private:
  /// Packages between one and its own test are listed as variants alone; they
  /// are of the build like others, and are added without the variant.
  void addPlainForms();

  std::vector<GoPackage> Packages;
  llvm::StringMap<unsigned> Index;
};

} // namespace otelrewrite

#endif
