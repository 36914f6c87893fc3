//===- AST.h - the syntax tree of a Go file ---------------------*- C++ -*-===//
//
// Nodes are plain structs in an arena (ASTContext), listed in Nodes.def. Each
// begins with its kind and its first and last token; positions are token
// indices, so that a node's byte range is two look-ups in the TokenBuffer and a
// token next to a known one (the `.` before a selector's name, the `...` after
// a last argument) needs no storage of its own.
//
// The tree is what the grammar says, parentheses included, with go/ast's
// structure where that is of use. Nothing here knows of names' meanings.
// Depth is unbounded: walk it with walkTree (Walk.h), not by recursion.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_AST_AST_H
#define OTELREWRITE_AST_AST_H

#include "otelrewrite/Lex/TokenBuffer.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Casting.h"

#include <type_traits>

namespace otelrewrite {

enum class NodeKind : uint8_t {
#define NODE(Name, Base, Fields) Name,
#include "otelrewrite/AST/Nodes.def"
};

llvm::StringRef getKindName(NodeKind K);

#define NODE(Name, Base, Fields) struct Name;
#include "otelrewrite/AST/Nodes.def"

struct Node {
  NodeKind Kind;
  uint8_t Flags = 0;
  /// The first and the last token of the node's text.
  TokenIndex First;
  TokenIndex Last;
  /// What Nodes.def names with OP, or NoToken.
  TokenIndex OpToken = NoToken;

  Node(NodeKind Kind, TokenIndex First, TokenIndex Last)
      : Kind(Kind), First(First), Last(Last) {}

  /// Exactly the node's source text.
  SourceRange getRange(const TokenBuffer &Tokens) const {
    return {Tokens.begin(First), Tokens.end(Last)};
  }
  llvm::StringRef getText(const TokenBuffer &Tokens) const {
    return Tokens.getFile().getText(getRange(Tokens));
  }
};

struct Expr : Node {
  using Node::Node;
  static bool classof(const Node *N);
};
struct Stmt : Node {
  using Node::Node;
  static bool classof(const Node *N);
};
struct Decl : Node {
  using Node::Node;
  static bool classof(const Node *N);
};

/// An immutable list of children in eight bytes: nothing, one child in place,
/// or a tagged pointer to a count and an array in the arena.
template <typename T> class NodeList {
public:
  NodeList() = default;
  explicit NodeList(T *Only) : Bits(reinterpret_cast<uintptr_t>(Only)) {}
  /// \p Array holds the count, then the children; it has at least two.
  static NodeList fromArray(const uintptr_t *Array) {
    NodeList L;
    L.Bits = reinterpret_cast<uintptr_t>(Array) | 1;
    return L;
  }

  size_t size() const {
    return Bits & 1 ? *array() : static_cast<size_t>(Bits != 0);
  }
  bool empty() const { return Bits == 0; }
  T *const *begin() const {
    return reinterpret_cast<T *const *>(Bits & 1 ? array() + 1 : &Bits);
  }
  T *const *end() const { return begin() + size(); }
  T *operator[](size_t I) const { return begin()[I]; }
  T *front() const { return *begin(); }
  T *back() const { return end()[-1]; }
  /// Valid as long as this object.
  llvm::ArrayRef<T *> ref() const { return {begin(), size()}; }

private:
  const uintptr_t *array() const {
    return reinterpret_cast<const uintptr_t *>(Bits & ~uintptr_t(1));
  }
  uintptr_t Bits = 0;
};

#define CHILD(Type, Field) Type *Field = nullptr;
#define LIST(Type, Field) NodeList<Type> Field;
#define OP(Field)                                                              \
  TokenIndex get##Field() const { return OpToken; }                            \
  bool has##Field() const { return OpToken != NoToken; }
#define TOKEN(Field) TokenIndex Field = NoToken;
#define FLAG(Field, Bit)                                                       \
  bool is##Field() const { return Flags & (1u << Bit); }                       \
  void set##Field() { Flags |= 1u << Bit; }
#define NODE(Name, Base, Fields)                                               \
  struct Name : Base {                                                         \
    Name(TokenIndex First, TokenIndex Last)                                    \
        : Base(NodeKind::Name, First, Last) {}                                 \
    static bool classof(const Node *N) { return N->Kind == NodeKind::Name; }   \
    Fields                                                                     \
  };
#include "otelrewrite/AST/Nodes.def"
#undef CHILD
#undef LIST
#undef OP
#undef TOKEN
#undef FLAG

#define NODE(Name, Base, Fields)                                               \
  static_assert(std::is_trivially_destructible_v<Name>,                        \
                "the arena runs no destructors");
#include "otelrewrite/AST/Nodes.def"

inline bool Expr::classof(const Node *N) {
  switch (N->Kind) {
#define NODE(Name, Base, Fields)                                               \
  case NodeKind::Name:                                                         \
    return std::is_base_of_v<Expr, otelrewrite::Name>;
#include "otelrewrite/AST/Nodes.def"
  }
  return false;
}
inline bool Stmt::classof(const Node *N) {
  switch (N->Kind) {
#define NODE(Name, Base, Fields)                                               \
  case NodeKind::Name:                                                         \
    return std::is_base_of_v<Stmt, otelrewrite::Name>;
#include "otelrewrite/AST/Nodes.def"
  }
  return false;
}
inline bool Decl::classof(const Node *N) {
  switch (N->Kind) {
#define NODE(Name, Base, Fields)                                               \
  case NodeKind::Name:                                                         \
    return std::is_base_of_v<Decl, otelrewrite::Name>;
#include "otelrewrite/AST/Nodes.def"
  }
  return false;
}

/// Strips ParenExprs.
const Expr *unparen(const Expr *E);

/// How many parameters or results \p L declares: `a, b int` is two. Null: 0.
unsigned countFields(const FieldList *L);

/// The base type's name of a receiver, `T` of `*T[K, V]`; null where the
/// receiver is ill-formed.
const Ident *getReceiverBaseName(const FieldList *Recv);

/// The imports of \p F in source order.
std::vector<const ImportSpec *> getImports(const FileNode &F);

/// The path of an import without its quotes, escapes interpreted.
std::string getImportPath(const ImportSpec &I, const TokenBuffer &Tokens);

} // namespace otelrewrite

#endif
