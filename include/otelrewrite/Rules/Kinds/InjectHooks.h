//===- InjectHooks.h - run hooks around a function --------------*- C++ -*-===//

#ifndef OTELREWRITE_RULES_KINDS_INJECTHOOKS_H
#define OTELREWRITE_RULES_KINDS_INJECTHOOKS_H

#include "otelrewrite/Rules/Kind.h"

namespace otelrewrite {

/// `inject_hooks = { before = "…", after = "…", path = "…" }`
struct InjectHooks {
  static constexpr llvm::StringLiteral Name = "inject_hooks";
  static constexpr PlaceKind Where = PlaceKind::Function;
  static constexpr FieldConstraint Constraints[] = {
      {FieldConstraint::Kind::Some, {"before", "after"}}};

  std::string Before; ///< Exported function of Path; empty: none.
  std::string After;  ///< Exported function of Path; empty: none.
  std::string Path;   ///< Import path of the hook package.

  HookPair hooks() const { return {Path, Before, After, true}; }

  template <typename Self, typename Fn> static void fields(Self &S, Fn &&F) {
    F({"before", FieldForm::HookName, false, "BeforeF",
       "function of `path` that runs before the target"},
      S.Before);
    F({"after", FieldForm::HookName, false, "AfterF",
       "function of `path` that runs after the target"},
      S.After);
    F({"path", FieldForm::ImportPath, true, "example.com/hooks",
       "import path of the hooks' package"},
      S.Path);
  }
};

} // namespace otelrewrite

#endif
