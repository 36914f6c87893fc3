//===- GoSnippet.h - a piece of Go on its own -------------------*- C++ -*-===//
//
// Parses statements, an expression or a type by wrapping a file around them.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_RULES_GOSNIPPET_H
#define OTELREWRITE_RULES_GOSNIPPET_H

#include "otelrewrite/Parse/Parser.h"
#include "otelrewrite/Rules/Kind.h"

#include <optional>

namespace otelrewrite {

struct GoSnippet {
  std::unique_ptr<SourceFile> Source;
  std::unique_ptr<ParsedFile> File;
  /// The snippet's own bytes in Source.
  SourceRange Range;
  /// What is wrong with it, at an offset of the snippet.
  std::optional<uint32_t> ErrorOffset;
  std::string Error;
  /// What the snippet is: a block, an expression or a type; null after errors.
  const Node *Root = nullptr;
};

GoSnippet parseSnippet(FieldForm Form, llvm::StringRef Text);

} // namespace otelrewrite

#endif
