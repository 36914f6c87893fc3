//===- EditSet.cpp - edits of one file on original offsets ----------------===//

#include "otelrewrite/Rewrite/EditSet.h"

#include "llvm/ADT/STLExtras.h"

#include <cassert>
#include <tuple>

using namespace llvm;
using namespace otelrewrite;

/// Sort key: an insertion stands before a replacement that begins where it is.
static auto keyOf(const Edit &E) {
  return std::tuple(E.Range.Begin, !E.isInsertion(), E.Order.value_or(0));
}

static bool conflicts(const Edit &A, const Edit &B) {
  if (A.isInsertion() && B.isInsertion())
    return A.Range.Begin == B.Range.Begin &&
           (!A.Order || !B.Order || *A.Order == *B.Order);
  if (A.isInsertion())
    return B.Range.Begin < A.Range.Begin && A.Range.Begin < B.Range.End;
  if (B.isInsertion())
    return conflicts(B, A);
  return A.Range.Begin < B.Range.End && B.Range.Begin < A.Range.End;
}

std::optional<EditConflict> EditSet::add(Edit E) {
  assert(E.Range.Begin <= E.Range.End && "a range ends before it begins");
  // Most edits come in order.
  if (Edits.empty() || Edits.back().Range.End < E.Range.Begin) {
    Longest = std::max(Longest, E.Range.size());
    Edits.push_back(std::move(E));
    return std::nullopt;
  }
  auto Pos = llvm::upper_bound(Edits, E, [](const Edit &A, const Edit &B) {
    return keyOf(A) < keyOf(B);
  });
  // The set has no overlaps, so only edits that touch E's range can conflict:
  // those as far before it as edits reach, to the first past its end.
  for (auto It = Pos; It != Edits.end() && It->Range.Begin <= E.Range.End; ++It)
    if (conflicts(*It, E))
      return EditConflict{*It, std::move(E)};
  for (auto It = Pos; It != Edits.begin();) {
    --It;
    if (E.Range.Begin - It->Range.Begin > Longest)
      break; // it ends before, and so do those before it
    if (conflicts(*It, E))
      return EditConflict{*It, std::move(E)};
  }
  Longest = std::max(Longest, E.Range.size());
  Edits.insert(Pos, std::move(E));
  return std::nullopt;
}

std::optional<EditConflict> EditSet::insert(uint32_t Offset, std::string Text,
                                            StringRef Owner,
                                            std::optional<int> Order) {
  return add({{Offset, Offset}, std::move(Text), Owner.str(), Order});
}

std::string EditSet::apply(StringRef Original) const {
  size_t Size = Original.size();
  for (const Edit &E : Edits)
    Size += E.Text.size();
  std::string Out;
  Out.reserve(Size);
  size_t At = 0;
  for (const Edit &E : Edits) {
    assert(At <= E.Range.Begin && E.Range.End <= Original.size() &&
           "an edit outside the file");
    Out += Original.slice(At, E.Range.Begin);
    Out += E.Text;
    At = E.Range.End;
  }
  Out += Original.substr(At);
  return Out;
}

void EditConflict::report(const SourceFile &File,
                          DiagnosticEngine &Diags) const {
  diag::Kind K = First.isInsertion() && Second.isInsertion()
                     ? diag::err_edit_order
                     : diag::err_edit_overlap;
  Diags.report(K, File, Second.Range, {Second.Owner, First.Owner});
  Diags.report(diag::note_edit_other, File, First.Range, {First.Owner});
}
