//===- Token.h - token kinds and one token's storage ------------*- C++ -*-===//
//
// A token is eight bytes: where it begins, what it is and how long it is. The
// text is never copied; it is a slice of the source file.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_LEX_TOKEN_H
#define OTELREWRITE_LEX_TOKEN_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace otelrewrite {

namespace tok {
enum Kind : uint8_t {
#define TOKEN(Name, Text) Name,
#include "otelrewrite/Lex/TokenKinds.def"
};

enum : unsigned {
  NumTokenKinds = 0
#define TOKEN(Name, Text) +1
#include "otelrewrite/Lex/TokenKinds.def"
};

/// The kind as go/token prints it: IDENT, INT, … or the spelling.
llvm::StringRef getName(Kind K);

bool isKeyword(Kind K);

inline bool isLiteral(Kind K) { return K >= IntLiteral && K <= StringLiteral; }
inline bool isSemicolon(Kind K) { return K == Semicolon || K == AutoSemicolon; }
} // namespace tok

/// Index of a token in its TokenBuffer.
using TokenIndex = uint32_t;
constexpr TokenIndex NoToken = ~TokenIndex(0);

struct Token {
  /// Lengths from here on are kept beside the tokens, in the TokenBuffer.
  static constexpr uint32_t LongLength = 0xff'ffff;

  uint32_t Begin;
  uint32_t Kind : 8;
  uint32_t Length : 24;
};
static_assert(sizeof(Token) == 8, "two words of 32 bits a token");

} // namespace otelrewrite

#endif
