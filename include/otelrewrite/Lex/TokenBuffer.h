//===- TokenBuffer.h - the tokens and comments of one file ------*- C++ -*-===//
//
// The value that the lexer returns: all tokens in order, ending with one
// EndOfFile; the comments beside them, each with the token it stands before;
// and the lexical errors. Tokens, comments and the blanks between them make up
// the file without gaps.
//
// The buffer refers to its SourceFile, which must outlive it.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_LEX_TOKENBUFFER_H
#define OTELREWRITE_LEX_TOKENBUFFER_H

#include "otelrewrite/Basic/Diagnostic.h"
#include "otelrewrite/Basic/SourceFile.h"
#include "otelrewrite/Lex/Token.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>
#include <utility>
#include <vector>

namespace otelrewrite {

/// `//…` without its line break, or `/*…*/`.
struct Comment {
  SourceRange Range;
  /// The token that follows; EndOfFile's index after the last one. An
  /// automatic semicolon counts: a comment at a line's end stands before it.
  TokenIndex NextToken;
};

/// A diagnostic that is not reported yet: the stages' errors are merged in
/// source order before they are.
struct PendingDiagnostic {
  diag::Kind Kind;
  SourceRange Range;
  std::vector<std::string> Args;
};

class TokenBuffer {
public:
  explicit TokenBuffer(const SourceFile &File) : File(&File) {}

  const SourceFile &getFile() const { return *File; }

  /// The number of tokens with automatic semicolons and EndOfFile.
  uint32_t size() const { return static_cast<uint32_t>(Tokens.size()); }

  tok::Kind kind(TokenIndex I) const {
    return static_cast<tok::Kind>(Tokens[I].Kind);
  }
  uint32_t begin(TokenIndex I) const { return Tokens[I].Begin; }
  uint32_t end(TokenIndex I) const { return begin(I) + length(I); }
  SourceRange range(TokenIndex I) const { return {begin(I), end(I)}; }
  llvm::StringRef text(TokenIndex I) const { return File->getText(range(I)); }

  llvm::ArrayRef<Token> tokens() const { return Tokens; }
  llvm::ArrayRef<Comment> comments() const { return Comments; }
  /// The comments between token \p I - 1 and token \p I.
  llvm::ArrayRef<Comment> commentsBefore(TokenIndex I) const;
  llvm::ArrayRef<PendingDiagnostic> errors() const { return Errors; }

  /// Checks that tokens and comments are in order and disjoint and that they
  /// make up the file, with blanks (and, where there are errors, bad bytes) in
  /// between. Returns an empty string or what is wrong.
  std::string verify() const;

  /// Bytes that tokens and comments occupy.
  size_t getMemoryUse() const;

private:
  friend class Lexer;
  uint32_t length(TokenIndex I) const {
    uint32_t L = Tokens[I].Length;
    return L != Token::LongLength ? L : longLength(I);
  }
  uint32_t longLength(TokenIndex I) const;

  const SourceFile *File;
  std::vector<Token> Tokens;
  std::vector<Comment> Comments;
  std::vector<PendingDiagnostic> Errors;
  /// Tokens of 16 MiB and more with their lengths, by index.
  std::vector<std::pair<TokenIndex, uint32_t>> LongTokens;
};

} // namespace otelrewrite

#endif
