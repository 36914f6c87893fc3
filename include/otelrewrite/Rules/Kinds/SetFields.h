//===- SetFields.h - set fields of composite literals -----------*- C++ -*-===//

#ifndef OTELREWRITE_RULES_KINDS_SETFIELDS_H
#define OTELREWRITE_RULES_KINDS_SETFIELDS_H

#include "otelrewrite/Rules/Kind.h"

namespace otelrewrite {

/// `set_fields = { field = [ { name = "…", value = "…", wrap = "…" } ] }`
struct SetFields {
  static constexpr llvm::StringLiteral Name = "set_fields";
  static constexpr PlaceKind Where = PlaceKind::Literal;
  static constexpr llvm::ArrayRef<FieldConstraint> Constraints = {};

  struct Field {
    static constexpr FieldConstraint Constraints[] = {
        {FieldConstraint::Kind::Some, {"value", "wrap"}}};
    std::string Name;
    GoText Value, Wrap;
    template <typename Self, typename Fn> static void fields(Self &S, Fn &&F) {
      F({"name", FieldForm::Identifier, true, "Transport", "the field's name"},
        S.Name);
      F({"value", FieldForm::Expression, false, "true",
         "value of a field that is not there or not wrapped"},
        S.Value);
      F({"wrap", FieldForm::Wrapper, false, "traced({{ . }})",
         "expression made of the value `{{ . }}` that is there"},
        S.Wrap);
    }
  };
  std::vector<Field> Fields;

  template <typename Self, typename Fn> static void fields(Self &S, Fn &&F) {
    F({"field", FieldForm::Text, true,
       "[ { name = \"Timeout\", value = \"1\" } ]", "the fields to set"},
      S.Fields);
  }
};

} // namespace otelrewrite

#endif
