//===- Kind.h - what the kinds of action are described with -----*- C++ -*-===//
//
// A kind is a struct with
//   Name                 its key in a rule file,
//   Where                the sort of place it changes,
//   Constraints          what its fields ask of each other,
//   fields(Self, Visit)  calls Visit(FieldInfo, Self.Field) for each field.
// Nothing else is needed to read, check, write and compare it.
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

/// What fields ask of each other: `One` needs exactly one of \p Keys, `Some`
/// at least one.
struct FieldConstraint {
  enum class Kind : uint8_t { One, Some } Type;
  llvm::StringRef Keys[3];
};

} // namespace otelrewrite

#endif
