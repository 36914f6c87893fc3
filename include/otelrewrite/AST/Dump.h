//===- Dump.h - a tree as text ----------------------------------*- C++ -*-===//

#ifndef OTELREWRITE_AST_DUMP_H
#define OTELREWRITE_AST_DUMP_H

#include "otelrewrite/AST/AST.h"

namespace otelrewrite {

/// One line a node, indented by depth (a hundred levels at most): kind, byte
/// range, tokens, and the text of names and literals. Children carry their
/// field's name.
void dumpTree(const Node &Root, const TokenBuffer &Tokens,
              llvm::raw_ostream &OS);

/// An object a node, in one JSON document: `kind`, `range` (byte offsets),
/// `text` of names and literals, and then what Nodes.def lists, in its order:
/// stored tokens as `{"token","offset"}`, flags that are set, children and
/// lists of children. What is absent has no key. `First` is the token that
/// tells operators, branches and declarations apart.
void dumpTreeAsJSON(const Node &Root, const TokenBuffer &Tokens,
                    llvm::raw_ostream &OS);

/// Checks that ranges nest, that children are in order and disjoint and that
/// tokens are in their node. Returns an empty string or what is wrong.
std::string verifyTree(const Node &Root, const TokenBuffer &Tokens);

} // namespace otelrewrite

#endif
