//===- Action.h - one element of a rule's `do` ------------------*- C++ -*-===//

#ifndef OTELREWRITE_RULES_ACTION_H
#define OTELREWRITE_RULES_ACTION_H

#include "otelrewrite/Rules/KindHeaders.h"

#include <optional>
#include <variant>

namespace otelrewrite {

namespace detail {
template <typename First, typename... Rest>
std::variant<Rest...> variantOf(First, Rest *...);
struct Nothing {};
} // namespace detail

#define KIND(Name) struct Name;
#include "otelrewrite/Rules/Kinds.def"

/// The closed set of kinds. variant's first alternative is what a rule without
/// an action would have.
using Action = decltype(detail::variantOf(detail::Nothing()
#define KIND(Name) , static_cast<Name *>(nullptr)
#include "otelrewrite/Rules/Kinds.def"
                                              ));

/// The key that names the action's kind.
inline llvm::StringRef getKindName(const Action &A) {
  return std::visit(
      [](const auto &K) -> llvm::StringRef {
        return std::decay_t<decltype(K)>::Name;
      },
      A);
}
inline PlaceKind getPlace(const Action &A) {
  return std::visit(
      [](const auto &K) { return std::decay_t<decltype(K)>::Where; }, A);
}

/// The hooks that the action puts around functions, if it does.
std::optional<HookPair> getHooks(const Action &A);
/// The file that the action adds, if it does.
std::optional<PackageFile> getFile(const Action &A);

/// What the action does, for people: `wrap_call: replace traced({{ . }})`.
std::string describeAction(const Action &A);

} // namespace otelrewrite

#endif
