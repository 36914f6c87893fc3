//===- ExpandDirective.h - code for a comment -------------------*- C++ -*-===//

#ifndef OTELREWRITE_RULES_KINDS_EXPANDDIRECTIVE_H
#define OTELREWRITE_RULES_KINDS_EXPANDDIRECTIVE_H

#include "otelrewrite/Rules/Kind.h"

namespace otelrewrite {

/// `expand_directive = { template = "…" }`
struct ExpandDirective {
  static constexpr llvm::StringLiteral Name = "expand_directive";
  static constexpr PlaceKind Where = PlaceKind::Function;
  static constexpr llvm::ArrayRef<FieldConstraint> Constraints = {};

  GoText Template;

  template <typename Self, typename Fn> static void fields(Self &S, Fn &&F) {
    F({"template", FieldForm::Statements, true,
       "println({{ printf \"%q\" .FuncName }})",
       "Go statements to insert at the function's beginning"},
      S.Template);
  }
};

} // namespace otelrewrite

#endif
