//===- Literals.cpp - checks of numbers, runes and strings ----------------===//
//
// Verdicts, positions and wording are those of cmd/compile/internal/syntax.
//
//===----------------------------------------------------------------------===//

#include "Literals.h"
#include "Unicode.h"

#include "llvm/ADT/StringExtras.h"

#include <cstring>

using namespace llvm;
using namespace otelrewrite;

static char lower(char C) { return static_cast<char>(C | 0x20); }
static bool isHex(char C) { return isHexDigit(C); }

static const char *baseName(unsigned Base) {
  switch (Base) {
  case 2:
    return "binary";
  case 8:
    return "octal";
  case 10:
    return "decimal";
  }
  return "hexadecimal";
}

namespace {
/// The digits and separators of one part of a number.
struct DigitRun {
  bool HasDigit = false;
  bool HasSeparator = false;
};
} // namespace

/// Takes digits of \p Base and separators. Below base 10 every decimal digit
/// is taken, and the first one that the base lacks is stored in \p Invalid.
static const char *scanDigits(const char *P, unsigned Base, DigitRun &Run,
                              const char *&Invalid) {
  for (;; ++P) {
    if (*P == '_') {
      Run.HasSeparator = true;
    } else if (Base <= 10 ? isDigit(*P) : isHex(*P)) {
      Run.HasDigit = true;
      if (Base <= 10 && *P >= static_cast<char>('0' + Base) && !Invalid)
        Invalid = P;
    } else {
      return P;
    }
  }
}

/// The first separator of \p Text that does not stand between digits (a base
/// prefix counts as one), or npos.
static size_t findBadSeparator(StringRef Text) {
  bool IsHexNumber = false;
  bool AfterDigit = false;
  bool AfterSeparator = false;
  size_t I = 0;
  if (Text.size() >= 2 && Text[0] == '0' &&
      StringRef("xob").contains(lower(Text[1]))) {
    IsHexNumber = lower(Text[1]) == 'x';
    AfterDigit = true;
    I = 2;
  }
  for (; I < Text.size(); ++I) {
    char C = Text[I];
    if (C == '_') {
      if (!AfterDigit)
        return I;
      AfterDigit = false;
      AfterSeparator = true;
      continue;
    }
    bool IsDigitHere = isDigit(C) || (IsHexNumber && isHex(C));
    if (!IsDigitHere && AfterSeparator)
      return I - 1;
    AfterDigit = IsDigitHere;
    AfterSeparator = false;
  }
  return AfterSeparator ? Text.size() - 1 : StringRef::npos;
}

const char *otelrewrite::scanNumber(const char *Begin, const char *End,
                                    tok::Kind &Kind, LiteralReporter Report) {
  const char *P = Begin;
  Kind = tok::IntLiteral;
  unsigned Base = 10;
  char Prefix = 0; // 'x', 'o', 'b', '0' for a leading zero, or none
  DigitRun Run;
  const char *Invalid = nullptr;
  bool IsGood = true;
  auto fail = [&](const char *At, diag::Kind K,
                  std::initializer_list<std::string> Args = {}) {
    if (!IsGood)
      return;
    IsGood = false;
    Report(At, At < End ? At + 1 : At, K, Args);
  };

  bool HasPoint = *P == '.';
  if (!HasPoint) {
    if (*P == '0') {
      ++P;
      switch (lower(*P)) {
      case 'x':
        Base = 16, Prefix = 'x', ++P;
        break;
      case 'o':
        Base = 8, Prefix = 'o', ++P;
        break;
      case 'b':
        Base = 2, Prefix = 'b', ++P;
        break;
      default:
        Base = 8, Prefix = '0', Run.HasDigit = true;
      }
    }
    P = scanDigits(P, Base, Run, Invalid);
    HasPoint = *P == '.';
    if (HasPoint && (Prefix == 'o' || Prefix == 'b'))
      fail(P, diag::err_number_point, {baseName(Base)});
  }
  if (HasPoint) {
    Kind = tok::FloatLiteral;
    P = scanDigits(P + 1, Base, Run, Invalid);
  }
  if (!Run.HasDigit)
    fail(P, diag::err_number_no_digits, {baseName(Base)});

  char E = lower(*P);
  if (E == 'e' || E == 'p') {
    if (E == 'e' && Prefix != 0 && Prefix != '0')
      fail(P, diag::err_number_decimal_exponent, {quoteRune(*P)});
    else if (E == 'p' && Prefix != 'x')
      fail(P, diag::err_number_hex_exponent, {quoteRune(*P)});
    ++P;
    Kind = tok::FloatLiteral;
    if (*P == '+' || *P == '-')
      ++P;
    DigitRun Exponent;
    const char *Ignored = Begin;
    P = scanDigits(P, 10, Exponent, Ignored);
    Run.HasSeparator |= Exponent.HasSeparator;
    if (!Exponent.HasDigit)
      fail(P, diag::err_number_exponent_digits);
  } else if (Prefix == 'x' && Kind == tok::FloatLiteral) {
    fail(P, diag::err_number_hex_mantissa);
  }
  if (*P == 'i') {
    Kind = tok::ImagLiteral;
    ++P;
  }
  if (Kind == tok::IntLiteral && Invalid)
    fail(Invalid, diag::err_number_digit,
         {quoteRune(*Invalid), baseName(Base)});
  if (Run.HasSeparator) {
    size_t Bad = findBadSeparator(StringRef(Begin, P - Begin));
    if (Bad != StringRef::npos)
      fail(Begin + Bad, diag::err_number_separator);
  }
  return P;
}

/// Past the code point at \p P; invalid bytes, which have been reported, count
/// one by one.
static const char *nextRune(const char *P, const char *End) {
  if (static_cast<unsigned char>(*P) < 0x80)
    return P + 1;
  unsigned Length = decodeRune(P, End).Length;
  return P + (Length ? Length : 1);
}

/// \p P stands behind the backslash. Returns where scanning goes on.
static const char *scanEscape(const char *P, const char *End, char Quote,
                              bool &IsGood, LiteralReporter Report) {
  auto fail = [&](diag::Kind K, std::initializer_list<std::string> Args) {
    IsGood = false;
    Report(P, P < End ? nextRune(P, End) : P, K, Args);
    return P;
  };
  unsigned Count;
  unsigned Base = 16;
  uint32_t Max = 0x10FFFF;
  if (P == End)
    return P; // the caller complains
  if (*P == Quote)
    return P + 1;
  switch (*P) {
  case 'a':
  case 'b':
  case 'f':
  case 'n':
  case 'r':
  case 't':
  case 'v':
  case '\\':
    return P + 1;
  case '0':
  case '1':
  case '2':
  case '3':
  case '4':
  case '5':
  case '6':
  case '7':
    Count = 3, Base = 8, Max = 255;
    break;
  case 'x':
    Count = 2, Max = 255, ++P;
    break;
  case 'u':
    Count = 4, ++P;
    break;
  case 'U':
    Count = 8, ++P;
    break;
  default:
    return fail(diag::err_escape_unknown, {});
  }
  uint32_t Value = 0;
  for (; Count; --Count, ++P) {
    if (P == End)
      return P;
    unsigned Digit = hexDigitValue(*P);
    if (Digit >= Base)
      return fail(diag::err_escape_digit,
                  {quoteRune(decodeRune(P, End).CodePoint), baseName(Base)});
    Value = Value * Base + Digit;
  }
  if (Base == 8 && Value > Max)
    return fail(diag::err_escape_octal, {std::to_string(Value)});
  if (Value > Max || (Value >= 0xD800 && Value < 0xE000))
    return fail(diag::err_escape_code_point, {describeRune(Value)});
  return P;
}

const char *otelrewrite::scanRune(const char *Begin, const char *End,
                                  LiteralReporter Report) {
  const char *P = Begin + 1;
  bool IsGood = true;
  for (unsigned Count = 0;; ++Count) {
    if (P == End) {
      if (IsGood)
        Report(Begin, End, diag::err_rune_unterminated, {});
      return P;
    }
    if (*P == '\'') {
      if (IsGood && Count == 0)
        Report(P, P + 1, diag::err_rune_empty, {});
      else if (IsGood && Count != 1)
        Report(Begin, P + 1, diag::err_rune_long, {});
      return P + 1;
    }
    if (*P == '\n') {
      if (IsGood)
        Report(P, P, diag::err_rune_newline, {});
      return P;
    }
    if (*P == '\\')
      P = scanEscape(P + 1, End, '\'', IsGood, Report);
    else
      P = nextRune(P, End);
  }
}

const char *otelrewrite::scanString(const char *Begin, const char *End,
                                    LiteralReporter Report) {
  const char *P = Begin + 1;
  bool IsGood = true;
  for (;;) {
    if (P == End) {
      Report(Begin, End, diag::err_string_unterminated, {});
      return P;
    }
    if (*P == '"')
      return P + 1;
    if (*P == '\n') {
      Report(P, P, diag::err_string_newline, {});
      return P;
    }
    if (*P == '\\')
      P = scanEscape(P + 1, End, '"', IsGood, Report);
    else
      ++P;
  }
}

const char *otelrewrite::scanRawString(const char *Begin, const char *End,
                                       LiteralReporter Report) {
  const void *Close = std::memchr(Begin + 1, '`', End - Begin - 1);
  if (Close)
    return static_cast<const char *>(Close) + 1;
  Report(Begin, End, diag::err_string_unterminated, {});
  return End;
}
