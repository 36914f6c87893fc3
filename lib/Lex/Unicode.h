//===- Unicode.h - UTF-8 and identifier classes -----------------*- C++ -*-===//
//
// Internal to Lex.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_LIB_LEX_UNICODE_H
#define OTELREWRITE_LIB_LEX_UNICODE_H

#include <cstdint>
#include <string>

namespace otelrewrite {

constexpr uint32_t ByteOrderMark = 0xFEFF;

struct DecodedRune {
  uint32_t CodePoint;
  /// Bytes taken; 0 where the bytes are not valid UTF-8.
  unsigned Length;
};

/// Decodes the code point at \p P; overlong forms, surrogates and values past
/// U+10FFFF are invalid.
DecodedRune decodeRune(const char *P, const char *End);

/// The classes beyond ASCII, as Go's unicode package has them.
bool isUnicodeLetter(uint32_t CodePoint);
bool isUnicodeDigit(uint32_t CodePoint);

/// As Go's %#U: `U+0040 '@'`, without the character where it has no glyph.
std::string describeRune(uint32_t CodePoint);
/// As Go's %q: `'@'`.
std::string quoteRune(uint32_t CodePoint);

} // namespace otelrewrite

#endif
