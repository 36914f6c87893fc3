//===- AddFile.h - give a package one more file -----------------*- C++ -*-===//

#ifndef OTELREWRITE_RULES_KINDS_ADDFILE_H
#define OTELREWRITE_RULES_KINDS_ADDFILE_H

#include "otelrewrite/Rules/Kind.h"

namespace otelrewrite {

/// `add_file = { file = "x.go", path = "example.com/p" }`
struct AddFile {
  static constexpr llvm::StringLiteral Name = "add_file";
  static constexpr PlaceKind Where = PlaceKind::Package;
  static constexpr llvm::ArrayRef<FieldConstraint> Constraints = {};

  std::string File; ///< base name of a file of the package Path
  std::string Path;

  PackageFile file() const { return {Path, File}; }

  template <typename Self, typename Fn> static void fields(Self &S, Fn &&F) {
    F({"file", FieldForm::FileName, true, "helpers.go",
       "name of the file, in the folder of `path`"},
      S.File);
    F({"path", FieldForm::ImportPath, true, "example.com/helpers",
       "import path of the package the file is of"},
      S.Path);
  }
};

} // namespace otelrewrite

#endif
