//===- AddStructFields.h - give a struct more fields ------------*- C++ -*-===//

#ifndef OTELREWRITE_RULES_KINDS_ADDSTRUCTFIELDS_H
#define OTELREWRITE_RULES_KINDS_ADDSTRUCTFIELDS_H

#include "otelrewrite/Rules/Kind.h"

namespace otelrewrite {

/// `add_struct_fields = { new_field = [ { name = "…", type = "…" } ] }`
struct AddStructFields {
  static constexpr llvm::StringLiteral Name = "add_struct_fields";
  static constexpr PlaceKind Where = PlaceKind::Struct;
  static constexpr llvm::ArrayRef<FieldConstraint> Constraints = {};

  struct NewField {
    static constexpr llvm::ArrayRef<FieldConstraint> Constraints = {};
    std::string Name;
    GoText Type;
    template <typename Self, typename Fn> static void fields(Self &S, Fn &&F) {
      F({"name", FieldForm::Identifier, true, "Context", "the field's name"},
        S.Name);
      F({"type", FieldForm::Type, true, "string", "the field's Go type"},
        S.Type);
    }
  };
  std::vector<NewField> Fields;

  template <typename Self, typename Fn> static void fields(Self &S, Fn &&F) {
    F({"new_field", FieldForm::Text, true,
       "[ { name = \"Owner\", type = \"string\" } ]", "the fields to add"},
      S.Fields);
  }
};

} // namespace otelrewrite

#endif
