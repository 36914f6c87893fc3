//===- Dump.h - a tree as text ----------------------------------*- C++ -*-===//

#ifndef OTELREWRITE_AST_DUMP_H
#define OTELREWRITE_AST_DUMP_H

#include "otelrewrite/AST/AST.h"

namespace otelrewrite {

/// One line a node, indented by depth: kind, byte range, tokens, and the text
/// of names and literals. Children carry their field's name.
void dumpTree(const Node &Root, const TokenBuffer &Tokens,
              llvm::raw_ostream &OS);

/// Checks that ranges nest, that children are in order and disjoint and that
/// tokens are in their node. Returns an empty string or what is wrong.
std::string verifyTree(const Node &Root, const TokenBuffer &Tokens);

} // namespace otelrewrite

#endif
