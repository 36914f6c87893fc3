//===- LineDirectives.h - positions through //line --------------*- C++ -*-===//
//
// Maps offsets to the positions that the Go compiler reports: `//line file:N`,
// `//line file:N:C` and `/*line …*/` set the position of what follows them.
// The rules are cmd/compile/internal/syntax's (and `go doc cmd/compile`'s):
// a line comment counts only at the start of its line; with a column, an empty
// file name keeps the previous one; without one, columns after the directive
// are unknown (0). Ill-formed directives are the lexer's errors and are ignored
// here.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_LEX_LINEDIRECTIVES_H
#define OTELREWRITE_LEX_LINEDIRECTIVES_H

#include "otelrewrite/Lex/TokenBuffer.h"

namespace otelrewrite {

/// A position as the compiler prints it. Column 0: unknown.
struct PresumedPosition {
  llvm::StringRef FileName;
  uint32_t Line = 0;
  uint32_t Column = 0;
  bool operator==(const PresumedPosition &) const = default;
};

class LineDirectives {
public:
  /// Largest line or column; go/scanner and the compiler agree on it.
  static constexpr uint32_t MaxLineColumn = 1u << 30;

  struct Directive {
    /// The comment.
    SourceRange Comment;
    /// What follows it begins at this offset and has the position below.
    uint32_t Offset;
    PresumedPosition Position;
  };

  explicit LineDirectives(const TokenBuffer &Tokens);

  /// True where no directive is: presumed positions are physical ones.
  bool empty() const { return Directives.empty(); }
  /// In source order.
  llvm::ArrayRef<Directive> directives() const { return Directives; }

  PresumedPosition getPresumed(uint32_t Offset) const;

  /// What a comment says as a line directive.
  struct Parsed {
    enum { NotADirective, BadLine, BadColumn, Good } Status = NotADirective;
    llvm::StringRef FileName;
    /// Good: whether a column was given.
    bool HasColumn = false;
    uint32_t Line = 0;
    uint32_t Column = 0;
    /// BadLine, BadColumn: the offending part of the comment's text.
    llvm::StringRef Offending;
  };
  /// \p Text is the whole comment with its delimiters; \p IsLineStart tells
  /// that it begins in column 1.
  static Parsed parse(llvm::StringRef Text, bool IsLineStart);

private:
  const SourceFile *File;
  std::vector<Directive> Directives;
};

} // namespace otelrewrite

#endif
