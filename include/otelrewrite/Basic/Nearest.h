//===- Nearest.h - the name that somebody may have meant --------*- C++ -*-===//

#ifndef OTELREWRITE_BASIC_NEAREST_H
#define OTELREWRITE_BASIC_NEAREST_H

#include "llvm/ADT/StringRef.h"

#include <algorithm>

namespace otelrewrite {

/// Of the names considered, the first of those that are the fewest edits away
/// from the one wanted. Refers to the names.
class NearestName {
public:
  enum class Case { Matters, Ignored };

  NearestName(llvm::StringRef Wanted, unsigned MaxDistance,
              Case Letters = Case::Matters)
      : Wanted(Wanted), Letters(Letters), Best(MaxDistance + 1) {}
  /// At most a third of the name may differ.
  explicit NearestName(llvm::StringRef Wanted, Case Letters = Case::Matters)
      : NearestName(Wanted, std::max<unsigned>(1, Wanted.size() / 3), Letters) {
  }

  void consider(llvm::StringRef Name) {
    unsigned D = Letters == Case::Ignored
                     ? Wanted.edit_distance_insensitive(Name, true, Best)
                     : Wanted.edit_distance(Name, true, Best);
    if (D < Best) {
      Best = D;
      Nearest = Name;
    }
  }
  /// Empty: none is near.
  llvm::StringRef get() const { return Nearest; }

private:
  llvm::StringRef Wanted, Nearest;
  Case Letters;
  unsigned Best;
};

} // namespace otelrewrite

#endif
