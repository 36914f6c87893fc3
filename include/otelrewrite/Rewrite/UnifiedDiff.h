//===- UnifiedDiff.h - what an edit set changed, as a diff ------*- C++ -*-===//
//
// Writes a unified diff from the edits themselves: the changed lines are known,
// so no comparison of the two texts is needed.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_REWRITE_UNIFIEDDIFF_H
#define OTELREWRITE_REWRITE_UNIFIEDDIFF_H

#include "otelrewrite/Rewrite/EditSet.h"

#include "llvm/Support/raw_ostream.h"

namespace otelrewrite {

/// Writes nothing when \p Edits change nothing. \p Context is the number of
/// unchanged lines around each change.
void writeUnifiedDiff(const SourceFile &File, const EditSet &Edits,
                      llvm::raw_ostream &OS, unsigned Context = 3);

} // namespace otelrewrite

#endif
