//===- Refusal.h - what cannot be instrumented, and why ---------*- C++ -*-===//

#ifndef OTELREWRITE_LIB_MATCH_REFUSAL_H
#define OTELREWRITE_LIB_MATCH_REFUSAL_H

#include "otelrewrite/Match/Match.h"

#include <optional>

namespace otelrewrite {

struct Obstacle {
  RefusalReason Reason;
  std::string Message;
};

/// What keeps \p Func of \p Files[\p File] from being instrumented, if
/// anything.
std::optional<Obstacle> findObstacle(const PackageInfo &Pkg, PackageFiles Files,
                                     unsigned File, const FuncDecl &Func);

} // namespace otelrewrite

#endif
