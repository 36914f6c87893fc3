//===- Action.h - one element of a rule's `do` ------------------*- C++ -*-===//

#ifndef OTELREWRITE_RULES_ACTION_H
#define OTELREWRITE_RULES_ACTION_H

#define KIND(Name) struct Name;
namespace otelrewrite {
#include "otelrewrite/Rules/Kinds.def"
} // namespace otelrewrite

#include "otelrewrite/Rules/Kinds/AddFile.h"
#include "otelrewrite/Rules/Kinds/AddStructFields.h"
#include "otelrewrite/Rules/Kinds/AssignValue.h"
#include "otelrewrite/Rules/Kinds/ExpandDirective.h"
#include "otelrewrite/Rules/Kinds/InjectCode.h"
#include "otelrewrite/Rules/Kinds/InjectHooks.h"
#include "otelrewrite/Rules/Kinds/Measure.h"
#include "otelrewrite/Rules/Kinds/SetFields.h"
#include "otelrewrite/Rules/Kinds/WrapCall.h"

#include <variant>

namespace otelrewrite {

namespace detail {
template <typename First, typename... Rest>
std::variant<Rest...> variantOf(First, Rest *...);
struct Nothing {};
} // namespace detail

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

} // namespace otelrewrite

#endif
