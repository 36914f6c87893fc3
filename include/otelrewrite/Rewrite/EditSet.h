//===- EditSet.h - edits of one file on original offsets --------*- C++ -*-===//
//
// A set of edits of one file. Every edit speaks of the original's offsets, so
// that edits can be added in any order by stages that know nothing of each
// other, and the result depends on the set alone. Two edits that overlap, or
// that insert at one point without a declared order, are a conflict that is
// returned, never resolved by chance.
//
// Knows neither Go nor rules: an edit's owner is a name for messages.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_REWRITE_EDITSET_H
#define OTELREWRITE_REWRITE_EDITSET_H

#include "otelrewrite/Basic/Diagnostic.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace otelrewrite {

/// Replaces the bytes of Range by Text; an empty range inserts before the byte
/// at Range.Begin.
struct Edit {
  SourceRange Range;
  std::string Text;
  /// Who asks for the edit, for messages: a rule's name.
  std::string Owner;
  /// The place among insertions at the same offset, lowest first. Without it
  /// the insertion must be the only one there.
  std::optional<int> Order;

  bool isInsertion() const { return Range.isEmpty(); }
};

/// Two edits that cannot both be applied.
struct EditConflict {
  Edit First;  ///< The one that was in the set.
  Edit Second; ///< The one that was refused.

  /// Reports the conflict at Second with a note at First.
  void report(const SourceFile &File, DiagnosticEngine &Diags) const;
};

class EditSet {
public:
  /// Adds \p E. On a conflict the set is unchanged and the conflict returned.
  [[nodiscard]] std::optional<EditConflict> add(Edit E);

  /// Shorthand for an insertion before \p Offset.
  [[nodiscard]] std::optional<EditConflict>
  insert(uint32_t Offset, std::string Text, llvm::StringRef Owner,
         std::optional<int> Order = std::nullopt);

  bool isEmpty() const { return Edits.empty(); }

  /// The edits by offset; insertions at one offset by their order, and before
  /// a replacement that begins there.
  llvm::ArrayRef<Edit> getEdits() const { return Edits; }

  /// \p Original with every edit applied once. Bytes outside the edits are
  /// copied as they are.
  std::string apply(llvm::StringRef Original) const;

private:
  std::vector<Edit> Edits; // always sorted
  uint32_t Longest = 0;    // size of the longest range among them
};

} // namespace otelrewrite

#endif
