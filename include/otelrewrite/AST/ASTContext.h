//===- ASTContext.h - the arena that owns a tree ----------------*- C++ -*-===//

#ifndef OTELREWRITE_AST_ASTCONTEXT_H
#define OTELREWRITE_AST_ASTCONTEXT_H

#include "otelrewrite/AST/AST.h"

#include "llvm/Support/Allocator.h"

namespace otelrewrite {

/// Owns nodes and lists until it is destroyed; runs no destructors.
class ASTContext {
public:
  ASTContext() = default;
  ASTContext(const ASTContext &) = delete;
  ASTContext &operator=(const ASTContext &) = delete;

  template <typename T> T *create(TokenIndex First, TokenIndex Last) {
    return new (Arena.Allocate(sizeof(T), llvm::Align(8))) T(First, Last);
  }

  /// Copies \p Nodes, which all must be of type T, into a list.
  template <typename T> NodeList<T> createList(llvm::ArrayRef<Node *> Nodes) {
    if (Nodes.empty())
      return {};
    if (Nodes.size() == 1)
      return NodeList<T>(static_cast<T *>(Nodes[0]));
    auto *Array = static_cast<uintptr_t *>(
        Arena.Allocate((Nodes.size() + 1) * sizeof(uintptr_t), llvm::Align(8)));
    Array[0] = Nodes.size();
    for (size_t I = 0; I < Nodes.size(); ++I)
      Array[I + 1] = reinterpret_cast<uintptr_t>(static_cast<T *>(Nodes[I]));
    return NodeList<T>::fromArray(Array);
  }

  /// Bytes of nodes and lists.
  size_t getBytesAllocated() const { return Arena.getBytesAllocated(); }
  /// Bytes taken from the system for them.
  size_t getTotalMemory() const { return Arena.getTotalMemory(); }

private:
  llvm::BumpPtrAllocatorImpl<llvm::MallocAllocator, 16384, 16384, 8> Arena;
};

} // namespace otelrewrite

#endif
