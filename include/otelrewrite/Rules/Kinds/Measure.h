//===- Measure.h - a function's duration as a metric ------------*- C++ -*-===//

#ifndef OTELREWRITE_RULES_KINDS_MEASURE_H
#define OTELREWRITE_RULES_KINDS_MEASURE_H

#include "otelrewrite/Rules/Kind.h"

namespace otelrewrite {

/// `measure = { metric = "…" }`: a histogram of the function's duration, with
/// the kind of error it ended with, and no span.
struct Measure {
  static constexpr llvm::StringLiteral Name = "measure";
  static constexpr PlaceKind Where = PlaceKind::Function;
  static constexpr llvm::ArrayRef<FieldConstraint> Constraints = {};

  std::string Metric;
  std::string Description;

  HookPair hooks() const;

  template <typename Self, typename Fn> static void fields(Self &S, Fn &&F) {
    F({"metric", FieldForm::Text, true, "shop.order.duration",
       "name of the histogram, whose unit is seconds"},
      S.Metric);
    F({"description", FieldForm::Text, false, "Duration of orders.",
       "the histogram's description"},
      S.Description);
  }
};

} // namespace otelrewrite

#endif
