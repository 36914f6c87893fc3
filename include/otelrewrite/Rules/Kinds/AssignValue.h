//===- AssignValue.h - change a variable's or constant's value --*- C++ -*-===//

#ifndef OTELREWRITE_RULES_KINDS_ASSIGNVALUE_H
#define OTELREWRITE_RULES_KINDS_ASSIGNVALUE_H

#include "otelrewrite/Rules/Kind.h"

namespace otelrewrite {

/// `assign_value = { replace = "…" }` or `{ wrap = "f({{ . }})" }`
struct AssignValue {
  static constexpr llvm::StringLiteral Name = "assign_value";
  static constexpr PlaceKind Where = PlaceKind::Value;
  static constexpr FieldConstraint Constraints[] = {
      {FieldConstraint::Kind::One, {"replace", "wrap"}}};

  GoText Replace, Wrap;

  template <typename Self, typename Fn> static void fields(Self &S, Fn &&F) {
    F({"replace", FieldForm::Expression, false, "42", "the value instead"},
      S.Replace);
    F({"wrap", FieldForm::Wrapper, false, "traced({{ . }})",
       "expression made of the value `{{ . }}`"},
      S.Wrap);
  }
};

} // namespace otelrewrite

#endif
