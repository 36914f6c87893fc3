//===- InjectCode.h - put statements into a function ------------*- C++ -*-===//

#ifndef OTELREWRITE_RULES_KINDS_INJECTCODE_H
#define OTELREWRITE_RULES_KINDS_INJECTCODE_H

#include "otelrewrite/Rules/Kind.h"

namespace otelrewrite {

/// `inject_code = { raw = "…", pattern = "…", placement = "before" }`
struct InjectCode {
  static constexpr llvm::StringLiteral Name = "inject_code";
  static constexpr PlaceKind Where = PlaceKind::Function;
  static constexpr llvm::ArrayRef<FieldConstraint> Constraints = {};

  GoText Raw;
  std::string Pattern;   ///< of the statement; empty: the function's beginning
  std::string Placement; ///< `before` (also empty) or `after` that statement

  template <typename Self, typename Fn> static void fields(Self &S, Fn &&F) {
    F({"raw", FieldForm::Statements, true, "println({{ .FuncName }})",
       "Go statements to insert"},
      S.Raw);
    F({"pattern", FieldForm::Pattern, false, "^return",
       "regular expression of the statement to insert at"},
      S.Pattern);
    F({"placement", FieldForm::Placement, false, "before",
       "`before` or `after` that statement"},
      S.Placement);
  }
};

} // namespace otelrewrite

#endif
