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

namespace detail {
template <typename Fn, typename T> void visitChild(Fn &F, T *Child) {
  if (Child)
    F(static_cast<const Node &>(*Child));
}
template <typename Fn, typename T>
void visitChild(Fn &F, const NodeList<T> &List) {
  for (T *Child : List)
    F(static_cast<const Node &>(*Child));
}
} // namespace detail

/// Calls \p F with each child of \p N, in source order.
template <typename Fn> void forEachChild(const Node &N, Fn F) {
  switch (N.Kind) {
#define CHILD(Type, Field) detail::visitChild(F, Self.Field);
#define LIST(Type, Field) detail::visitChild(F, Self.Field);
#define OP(Field)
#define TOKEN(Field)
#define FLAG(Field, Bit)
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
