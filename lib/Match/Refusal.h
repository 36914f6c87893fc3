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

/// Finds what keeps functions of one package from being instrumented.
class ObstacleFinder {
public:
  ObstacleFinder(const PackageInfo &Pkg, PackageFiles Files);
  /// \p Func is in \p Files[\p File].
  std::optional<Obstacle> find(unsigned File, const FuncDecl &Func);

private:
  llvm::StringRef findOptOut(unsigned File, const FuncDecl &Func) const;

  const PackageInfo &Pkg;
  PackageFiles Files;
  TypeIndex Types;
  std::vector<bool> FileIsIgnored;
  bool PackageIsIgnored = false;
};

} // namespace otelrewrite

#endif
