//===- Unicode.cpp - UTF-8 and identifier classes -------------------------===//

#include "Unicode.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Unicode.h"

using namespace llvm;
using namespace otelrewrite;

namespace {
struct CodePointRange {
  uint32_t First;
  uint32_t Last;
};
} // namespace

#include "UnicodeTables.inc"

static bool isInTable(ArrayRef<CodePointRange> Table, uint32_t CodePoint) {
  auto It = partition_point(
      Table, [&](const CodePointRange &R) { return R.Last < CodePoint; });
  return It != Table.end() && It->First <= CodePoint;
}

bool otelrewrite::isUnicodeLetter(uint32_t CodePoint) {
  return isInTable(UnicodeLetters, CodePoint);
}

bool otelrewrite::isUnicodeDigit(uint32_t CodePoint) {
  return isInTable(UnicodeDigits, CodePoint);
}

DecodedRune otelrewrite::decodeRune(const char *P, const char *End) {
  auto byte = [&](unsigned I) -> uint32_t {
    return static_cast<unsigned char>(P[I]);
  };
  size_t Left = End - P;
  auto continues = [&](unsigned I) {
    return I < Left && (byte(I) & 0xC0) == 0x80;
  };
  if (Left == 0)
    return {0, 0};
  uint32_t B = byte(0);
  if (B < 0x80)
    return {B, 1};
  if (B >= 0xC2 && B <= 0xDF && continues(1))
    return {(B & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if (B >= 0xE0 && B <= 0xEF && continues(1) && continues(2)) {
    uint32_t R = (B & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    if (R >= 0x800 && (R < 0xD800 || R > 0xDFFF))
      return {R, 3};
  }
  if (B >= 0xF0 && B <= 0xF4 && continues(1) && continues(2) && continues(3)) {
    uint32_t R = (B & 0x07) << 18 | (byte(1) & 0x3F) << 12 |
                 (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
    if (R >= 0x10000 && R <= 0x10FFFF)
      return {R, 4};
  }
  return {0, 0};
}

static std::string encodeRune(uint32_t CodePoint) {
  char Buffer[4];
  char *P = Buffer;
  if (!ConvertCodePointToUTF8(CodePoint, P))
    return "\xEF\xBF\xBD";
  return std::string(Buffer, P);
}

static bool isPrintable(uint32_t CodePoint) {
  // Go's IsPrint knows no space but U+0020.
  return CodePoint != 0xA0 && sys::unicode::isPrintable(CodePoint) &&
         !(CodePoint >= 0x2000 && CodePoint <= 0x200A) && CodePoint != 0x202F &&
         CodePoint != 0x205F && CodePoint != 0x3000;
}

std::string otelrewrite::describeRune(uint32_t CodePoint) {
  std::string Text = formatv("U+{0:X-4}", CodePoint).str();
  if (isPrintable(CodePoint))
    Text += formatv(" '{0}'", encodeRune(CodePoint)).str();
  return Text;
}

std::string otelrewrite::quoteRune(uint32_t CodePoint) {
  switch (CodePoint) {
  case '\a':
    return "'\\a'";
  case '\b':
    return "'\\b'";
  case '\f':
    return "'\\f'";
  case '\n':
    return "'\\n'";
  case '\r':
    return "'\\r'";
  case '\t':
    return "'\\t'";
  case '\v':
    return "'\\v'";
  case '\'':
    return "'\\''";
  case '\\':
    return "'\\\\'";
  }
  if (isPrintable(CodePoint))
    return formatv("'{0}'", encodeRune(CodePoint)).str();
  if (CodePoint < 0x80)
    return formatv("'\\x{0:x-2}'", CodePoint).str();
  if (CodePoint < 0x10000)
    return formatv("'\\u{0:x-4}'", CodePoint).str();
  return formatv("'\\U{0:x-8}'", CodePoint).str();
}
