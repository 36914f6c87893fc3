//===- WrapCall.h - change calls of a function ------------------*- C++ -*-===//

#ifndef OTELREWRITE_RULES_KINDS_WRAPCALL_H
#define OTELREWRITE_RULES_KINDS_WRAPCALL_H

#include "otelrewrite/Rules/Kind.h"

namespace otelrewrite {

/// `wrap_call = { replace = "f({{ . }})", append_args = ["…"] }`
struct WrapCall {
  static constexpr llvm::StringLiteral Name = "wrap_call";
  static constexpr PlaceKind Where = PlaceKind::Call;
  static constexpr FieldConstraint Constraints[] = {
      {FieldConstraint::Kind::Some, {"replace", "append_args"}}};

  GoText Replace;
  std::vector<GoText> AppendArgs;
  GoText VariadicType; ///< element type for calls that spread a slice

  template <typename Self, typename Fn> static void fields(Self &S, Fn &&F) {
    F({"replace", FieldForm::Wrapper, false, "traced({{ . }})",
       "expression to put in place of the call `{{ . }}`"},
      S.Replace);
    F({"append_args", FieldForm::Expression, false, "[\"option()\"]",
       "arguments to add behind the call's own"},
      S.AppendArgs);
    F({"variadic_type", FieldForm::Type, false, "grpc.DialOption",
       "element type of the last parameter, for calls that end in `...`"},
      S.VariadicType);
  }
};

} // namespace otelrewrite

#endif
