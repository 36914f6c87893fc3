//===- Parser.h - tokens to a tree ------------------------------*- C++ -*-===//
//
// An LALR(1) parser that Bison generates from grammar/go.y, with the checks of
// cmd/compile/internal/syntax that a grammar does not express. It accepts what
// that package accepts (branch checks included) and words its errors the same.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_PARSE_PARSER_H
#define OTELREWRITE_PARSE_PARSER_H

#include "otelrewrite/AST/ASTContext.h"
#include "otelrewrite/Basic/Diagnostic.h"
#include "otelrewrite/Lex/TokenBuffer.h"

#include <memory>

namespace otelrewrite {

/// Parses \p Tokens. Reports their lexical errors and its own in source order.
/// Never null: after errors the tree holds what could be understood, and
/// BadDecl, BadStmt and BadExpr nodes for the rest.
FileNode *parse(const TokenBuffer &Tokens, ASTContext &Context,
                DiagnosticEngine &Diags);

/// A file with all that parsing makes of it. The SourceFile must outlive it.
struct ParsedFile {
  const SourceFile &Source;
  TokenBuffer Tokens;
  ASTContext Context;
  /// Never null.
  FileNode *Root = nullptr;
  /// No errors in this file: Root is the whole of it.
  bool IsWhole = false;

  explicit ParsedFile(const SourceFile &Source)
      : Source(Source), Tokens(Source) {}
};

/// Lexes and parses \p Source.
std::unique_ptr<ParsedFile> parseFile(const SourceFile &Source,
                                      DiagnosticEngine &Diags);

} // namespace otelrewrite

#endif
