//===- Explain.h - why is a function instrumented, or not? ------*- C++ -*-===//
//
// The answer of `otel explain`. Every rule that could have meant the function
// is accounted for: it applies, or the first thing that speaks against it is
// named.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_ANSWERS_EXPLAIN_H
#define OTELREWRITE_ANSWERS_EXPLAIN_H

#include "otelrewrite/Answers/ProgramView.h"

#include "llvm/Support/JSON.h"

namespace otelrewrite {

struct Explanation {
  enum class Outcome : uint8_t {
    Instrumented,
    NotInstrumented, ///< the function is there, and no rule applies
    NoFunction,      ///< the package is there
    NoPackage,       ///< not in this build
  };
  struct AppliedRule {
    std::string Name, Library, Position;
    /// In words: `before BeforeServe of sdk/hook/nethttp`.
    std::vector<std::string> Actions;
  };
  struct Objection {
    std::string Rule, Position, Why;
  };

  Outcome Result = Outcome::NoPackage;
  std::string Package, Function, Version, Position;
  std::vector<AppliedRule> Rules;    ///< in the order in which they apply
  std::vector<Objection> Objections; ///< rules that do not, and why
  std::string Reason;                ///< where nothing was found
  std::vector<std::string> Nearest;  ///< names that may have been meant
  std::vector<std::string> Programs; ///< main packages that link the function
};

/// \p Asked is `PKG.FUNC`, `PKG.(*T).M` or `PKG.T.M`; PKG is an import path, a
/// path that begins with a dot, or the last elements of an import path.
llvm::Expected<std::vector<Explanation>> explain(const ProgramView &V,
                                                 llvm::StringRef Asked);

void print(const Explanation &E, llvm::raw_ostream &OS, bool Colour);
llvm::json::Value toJSON(const Explanation &E);

/// What the rule selects in its package: `(*T).M`.
std::string describeWhere(const Rule &R);

} // namespace otelrewrite

#endif
