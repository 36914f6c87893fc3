//===- Walk.h - children, visitors and walks --------------------*- C++ -*-===//
//
// All of it follows from Nodes.def. Walks keep their own stack: a tree may be
// a million levels deep.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_AST_WALK_H
#define OTELREWRITE_AST_WALK_H

#include "otelrewrite/AST/AST.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/ErrorHandling.h"

#include <algorithm>

namespace otelrewrite {

/// What a visitor of fields does where it does not say: nothing. Derive from it
/// and hide what is wanted.
struct FieldVisitor {
  /// \p Child is null where the source has none.
  void child(llvm::StringRef Name, const Node *) {}
  template <typename T>
  void list(llvm::StringRef Name, const NodeList<T> &List) {}
  /// \p Token is NoToken where the source has none.
  void token(llvm::StringRef Name, TokenIndex Token) {}
  void flag(llvm::StringRef Name, bool IsSet) {}
};

/// Hands \p Visitor each field of \p N, in the order of Nodes.def: the one
/// place that expands the lists of fields. Inlined, so that what a visitor
/// leaves out costs nothing.
template <typename Visitor>
LLVM_ATTRIBUTE_ALWAYS_INLINE void forEachField(const Node &N, Visitor &&V) {
  switch (N.Kind) {
#define CHILD(Type, Field) V.child(#Field, Self.Field);
#define LIST(Type, Field) V.list(#Field, Self.Field);
#define OP(Field) V.token(#Field, Self.OpToken);
#define TOKEN(Field) V.token(#Field, Self.Field);
#define FLAG(Field, Bit) V.flag(#Field, Self.is##Field());
#define NODE(Name, Base, Fields)                                               \
  case NodeKind::Name: {                                                       \
    [[maybe_unused]] auto &Self = static_cast<const otelrewrite::Name &>(N);   \
    Fields return;                                                             \
  }
#include "otelrewrite/AST/Nodes.def"
#undef CHILD
#undef LIST
#undef OP
#undef TOKEN
#undef FLAG
  }
  llvm_unreachable("unknown node kind");
}

namespace detail {
template <typename Fn> struct ChildVisitor : FieldVisitor {
  Fn &F;
  explicit ChildVisitor(Fn &F) : F(F) {}
  void child(llvm::StringRef, const Node *Child) {
    if (Child)
      F(*Child);
  }
  template <typename T> void list(llvm::StringRef, const NodeList<T> &List) {
    for (const T *Child : List)
      F(static_cast<const Node &>(*Child));
  }
};
} // namespace detail

/// Calls \p F with each child of \p N, in source order.
template <typename Fn> void forEachChild(const Node &N, Fn F) {
  forEachField(N, detail::ChildVisitor<Fn>(F));
}

/// Calls \p Pre with each node below and including \p Root in source order;
/// where it returns false, the node's children are left out.
template <typename PreFn> void walkTree(const Node &Root, PreFn Pre) {
  llvm::SmallVector<const Node *, 64> Stack{&Root};
  while (!Stack.empty()) {
    const Node *N = Stack.pop_back_val();
    if (!Pre(*N))
      continue;
    size_t Bottom = Stack.size();
    forEachChild(*N, [&](const Node &Child) { Stack.push_back(&Child); });
    std::reverse(Stack.begin() + Bottom, Stack.end());
  }
}

/// The statement list that \p N, a block or a clause, is around; empty for any
/// other node.
inline llvm::ArrayRef<Stmt *> getStatements(const Node &N) {
  if (const auto *B = llvm::dyn_cast<BlockStmt>(&N))
    return B->Stmts.ref();
  if (const auto *C = llvm::dyn_cast<CaseClause>(&N))
    return C->Body.ref();
  if (const auto *C = llvm::dyn_cast<CommClause>(&N))
    return C->Body.ref();
  return {};
}

/// Dispatches visit(N) to Derived::visitCallExpr(const CallExpr &) and so on.
/// What Derived leaves out ends in visitNode.
template <typename Derived, typename Result = void> class NodeVisitor {
public:
  Result visit(const Node &N) {
    auto &Self = static_cast<Derived &>(*this);
    switch (N.Kind) {
#define NODE(Name, Base, Fields)                                               \
  case NodeKind::Name:                                                         \
    return Self.visit##Name(static_cast<const otelrewrite::Name &>(N));
#include "otelrewrite/AST/Nodes.def"
    }
    llvm_unreachable("unknown node kind");
  }
#define NODE(Name, Base, Fields)                                               \
  Result visit##Name(const otelrewrite::Name &N) {                             \
    return static_cast<Derived &>(*this).visitNode(N);                         \
  }
#include "otelrewrite/AST/Nodes.def"
  Result visitNode(const Node &) { return Result(); }
};

} // namespace otelrewrite

#endif
