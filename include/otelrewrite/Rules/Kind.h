//===- Kind.h - what the kinds of action are described with -----*- C++ -*-===//
//
// A kind is a struct with
//   Name                 its key in a rule file,
//   Where                the sort of place it changes,
//   Constraints          what its fields ask of each other,
//   fields(Self, Visit)  calls Visit(FieldInfo, Self.Field) for each field.
// Reading, checking, writing, comparing and describing follow from them. What
// it does is one of
//   HookPair hooks() const       hooks around the function,
//   PackageFile file() const     a file more, written by apply(),
//   apply(Kind, Application)     Go at the place: lib/Instrument/Kinds.
//
// Each header of Rules/Kinds/ declares the kind of its own name: the build
// makes Kinds.def and KindHeaders.h of the folder.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_RULES_KIND_H
#define OTELREWRITE_RULES_KIND_H

#include "otelrewrite/Rules/GoText.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace otelrewrite {

/// What a rule selects and an action changes.
enum class PlaceKind : uint8_t {
  Package,  ///< the package as a whole
  Function, ///< a function or method with a body
  Struct,   ///< the declaration of a struct type
  Call,     ///< a call of a function
  Literal,  ///< a composite literal
  Value,    ///< a package-level variable or constant
};
llvm::StringRef getPlaceName(PlaceKind K);

/// What a field's text must be.
enum class FieldForm : uint8_t {
  Text,       ///< anything but blank
  HookName,   ///< an exported function's name
  Identifier, ///< a Go identifier
  ImportPath,
  FileName,   ///< a `.go` file's base name
  Pattern,    ///< a regular expression
  Placement,  ///< `before` or `after`
  Statements, ///< Go statements, a template
  Expression, ///< a Go expression, a template
  Wrapper,    ///< a Go expression, a template that holds `{{ . }}`
  Type,       ///< a Go type
};

struct FieldInfo {
  llvm::StringRef Key;
  FieldForm Form = FieldForm::Text;
  bool IsRequired = false;
  llvm::StringRef Example; ///< for messages: `before = "BeforeF"`
  llvm::StringRef Meaning; ///< a line for schemas and documentation
};

/// What the importer calls around a function.
struct HookPair {
  std::string Path;          ///< import path of the hooks' package
  std::string Before, After; ///< functions of it; empty: none
  /// They are somebody's functions, to be looked at before the build.
  bool IsForeign = false;
};

/// A file of another package.
struct PackageFile {
  std::string Path, File; ///< import path and base name
};

/// What fields ask of each other: `One` needs exactly one of \p Keys, `Some`
/// at least one.
struct FieldConstraint {
  enum class Kind : uint8_t { One, Some } Type;
  llvm::StringRef Keys[3];
};

} // namespace otelrewrite

#endif
