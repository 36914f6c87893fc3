//===- Scanner.re - bytes to tokens (re2c) --------------------------------===//
//
// One pass. The generated automaton takes what nearly all source consists of;
// numbers with prefixes or separators, strings with escapes, identifiers and
// characters beyond ASCII, and all errors leave it for plain C++.
//
// Encoding errors (NUL, invalid UTF-8, byte order marks) are found by a pass of
// their own, which runs only over files that are not plain ASCII; the scanner
// then steps over the bad bytes.
//
// The source ends with a NUL byte that is not part of it: the sentinel.
//
//===----------------------------------------------------------------------===//

#include "otelrewrite/Lex/Lexer.h"
#include "otelrewrite/Lex/LineDirectives.h"

#include "Literals.h"
#include "Unicode.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cstring>

using namespace llvm;
using namespace otelrewrite;

namespace otelrewrite {

class Lexer {
public:
  explicit Lexer(const SourceFile &File)
      : Buffer(File), Base(File.getBytes().begin()),
        End(File.getBytes().end()) {}

  TokenBuffer run();

private:
  /// Random bytes have an error each; nobody reads that many.
  static constexpr size_t MaxErrors = 1000;

  uint32_t offset(const char *P) const {
    return static_cast<uint32_t>(P - Base);
  }
  void report(const char *At, const char *AtEnd, diag::Kind K,
              std::initializer_list<std::string> Args = {}) {
    if (Buffer.Errors.size() < MaxErrors)
      Buffer.Errors.push_back({K, {offset(At), offset(AtEnd)}, Args});
  }
  void add(tok::Kind K, const char *Begin, const char *TokenEnd) {
    size_t Length = TokenEnd - Begin;
    if (LLVM_UNLIKELY(Length >= Token::LongLength)) {
      Buffer.LongTokens.push_back({Buffer.size(), Length});
      Length = Token::LongLength;
    }
    Buffer.Tokens.push_back(
        {offset(Begin), K, static_cast<uint32_t>(Length)});
  }

  void checkEncoding();
  void scan();
  void addComment(const char *Begin, const char *CommentEnd);
  const char *scanBlockComment(const char *Begin);
  const char *scanIdentifierTail(const char *P);
  const char *scanBeyondAscii(const char *P);

  TokenBuffer Buffer;
  const char *Base;
  const char *End;
  /// A line break or the end of the file now gives a semicolon.
  bool NeedsSemicolon = false;
};

} // namespace otelrewrite

/// Frees what \p V has reserved in vain: shrink_to_fit does nothing in
/// libstdc++ without exceptions.
template <typename T> static void shrink(std::vector<T> &V) {
  if (V.capacity() > V.size() + V.size() / 8)
    std::vector<T>(V.begin(), V.end()).swap(V);
}

TokenBuffer otelrewrite::lex(const SourceFile &File) {
  return Lexer(File).run();
}

TokenBuffer Lexer::run() {
  // Go has about six bytes a token; growth is the exception.
  Buffer.Tokens.reserve((End - Base) / 5 + 16);
  checkEncoding();
  scan();
  shrink(Buffer.Tokens);
  shrink(Buffer.Comments);
  llvm::stable_sort(Buffer.Errors, [](const auto &A, const auto &B) {
    return A.Range.Begin < B.Range.Begin;
  });
  return std::move(Buffer);
}

/// Behind the plain ASCII at \p P: the first byte that is NUL or beyond ASCII.
static const char *skipPlain(const char *P, const char *End) {
  // c - 1 has no high bit in any byte but for 0x00 and 0x81…, and those have it
  // in c itself; a borrow from a NUL byte's neighbour does no harm. Blocks have
  // a length that compilers make vectors of.
  constexpr uint64_t Ones = 0x0101010101010101, Highs = Ones << 7;
  constexpr size_t Words = 16;
  for (; static_cast<size_t>(End - P) >= 8 * Words; P += 8 * Words) {
    uint64_t Seen = 0;
    for (size_t I = 0; I < Words; ++I) {
      uint64_t Word;
      std::memcpy(&Word, P + 8 * I, 8);
      Seen |= Word | (Word - Ones);
    }
    if (Seen & Highs)
      break;
  }
  while (P != End && static_cast<signed char>(*P) > 0)
    ++P;
  return P;
}

void Lexer::checkEncoding() {
  for (const char *P = Base; (P = skipPlain(P, End)) != End;) {
    if (*P == 0) {
      report(P, P + 1, diag::err_nul);
      ++P;
      continue;
    }
    DecodedRune R = decodeRune(P, End);
    if (R.Length == 0) {
      report(P, P + 1, diag::err_utf8);
      ++P;
      continue;
    }
    if (R.CodePoint == ByteOrderMark && P != Base)
      report(P, P + R.Length, diag::err_bom);
    P += R.Length;
  }
}

void Lexer::addComment(const char *Begin, const char *CommentEnd) {
  Buffer.Comments.push_back(
      {{offset(Begin), offset(CommentEnd)}, Buffer.size()});
  StringRef Text(Begin, CommentEnd - Begin);
  if (Text.size() < 7 || Text[2] != 'l' || !Text.substr(2).starts_with("line "))
    return;
  bool IsLineStart = Begin == Base || Begin[-1] == '\n';
  LineDirectives::Parsed P = LineDirectives::parse(Text, IsLineStart);
  if (P.Status != LineDirectives::Parsed::BadLine &&
      P.Status != LineDirectives::Parsed::BadColumn)
    return;
  report(P.Offending.begin(), P.Offending.end(),
         P.Status == LineDirectives::Parsed::BadLine
             ? diag::err_line_directive_line
             : diag::err_line_directive_column,
         {P.Offending.str()});
}

const char *Lexer::scanBlockComment(const char *Begin) {
  const char *P = Begin + 2;
  for (;;) {
    P = static_cast<const char *>(std::memchr(P, '*', End - P));
    if (!P) {
      report(Begin, End, diag::err_comment_unterminated);
      return nullptr;
    }
    if (P[1] == '/')
      return P + 2;
    ++P;
  }
}

/// Takes the rest of an identifier that has characters beyond ASCII. What is
/// neither letter nor digit is an error and still part of the identifier, as
/// for the compiler.
const char *Lexer::scanIdentifierTail(const char *P) {
  for (;;) {
    if (static_cast<unsigned char>(*P) < 0x80) {
      if (!isAlnum(*P) && *P != '_' && !(*P == 0 && P != End))
        return P;
      ++P;
      continue;
    }
    DecodedRune R = decodeRune(P, End);
    if (R.Length == 0) {
      ++P; // reported by checkEncoding
      continue;
    }
    if (R.CodePoint != ByteOrderMark && !isUnicodeLetter(R.CodePoint) &&
        !isUnicodeDigit(R.CodePoint))
      report(P, P + R.Length, diag::err_identifier_character,
             {describeRune(R.CodePoint)});
    P += R.Length;
  }
}

/// \p P stands at a byte beyond ASCII where a token may begin. Returns the end
/// of the identifier there, or \p P where none begins.
const char *Lexer::scanBeyondAscii(const char *P) {
  DecodedRune R = decodeRune(P, End);
  if (R.Length == 0 || R.CodePoint == ByteOrderMark)
    return P;
  if (isUnicodeDigit(R.CodePoint)) {
    report(P, P + R.Length, diag::err_identifier_digit,
           {describeRune(R.CodePoint)});
    return scanIdentifierTail(P + R.Length);
  }
  return scanIdentifierTail(P);
}

void Lexer::scan() {
  const char *YYCURSOR = Base;
  const char *YYMARKER = nullptr;
  const char *Start;
  tok::Kind Kind;
  auto reportLiteral = [&](const char *At, const char *AtEnd, diag::Kind K,
                           std::initializer_list<std::string> Args) {
    report(At, AtEnd, K, Args);
  };

next:
  Start = YYCURSOR;
  /*!re2c
    re2c:define:YYCTYPE = "unsigned char";
    re2c:yyfill:enable = 0;
    re2c:flags:case-ranges = 0;

    letter = [A-Za-z_];
    digit = [0-9];
    // What may continue a number after its leading digits.
    more = [0-9A-Za-z_.];

    [ \t\r]+ { goto next; }

    "\n" {
      if (NeedsSemicolon) {
        add(tok::AutoSemicolon, Start, Start);
        NeedsSemicolon = false;
      }
      goto next;
    }

    "\x00" {
      if (Start != End)
        goto next; // reported by checkEncoding
      if (NeedsSemicolon)
        add(tok::AutoSemicolon, Start, Start);
      add(tok::EndOfFile, Start, Start);
      return;
    }

    "//" [^\n\x00]* {
      // A NUL may be an ordinary, if wrong, byte of the comment.
      if (*YYCURSOR == 0 && YYCURSOR != End) {
        const void *NL = std::memchr(YYCURSOR, '\n', End - YYCURSOR);
        YYCURSOR = NL ? static_cast<const char *>(NL) : End;
      }
      addComment(Start, YYCURSOR);
      goto next;
    }

    "/*" {
      const char *CommentEnd = scanBlockComment(Start);
      bool IsTerminated = CommentEnd;
      if (!IsTerminated)
        CommentEnd = End;
      addComment(Start, CommentEnd);
      if (NeedsSemicolon &&
          std::memchr(Start, '\n', CommentEnd - Start)) {
        add(tok::AutoSemicolon, Start, Start);
        NeedsSemicolon = false;
      }
      YYCURSOR = CommentEnd;
      goto next;
    }

    "break"       { Kind = tok::Break;       goto ending; }
    "case"        { Kind = tok::Case;        goto plain; }
    "chan"        { Kind = tok::Chan;        goto plain; }
    "const"       { Kind = tok::Const;       goto plain; }
    "continue"    { Kind = tok::Continue;    goto ending; }
    "default"     { Kind = tok::Default;     goto plain; }
    "defer"       { Kind = tok::Defer;       goto plain; }
    "else"        { Kind = tok::Else;        goto plain; }
    "fallthrough" { Kind = tok::Fallthrough; goto ending; }
    "for"         { Kind = tok::For;         goto plain; }
    "func"        { Kind = tok::Func;        goto plain; }
    "go"          { Kind = tok::Go;          goto plain; }
    "goto"        { Kind = tok::Goto;        goto plain; }
    "if"          { Kind = tok::If;          goto plain; }
    "import"      { Kind = tok::Import;      goto plain; }
    "interface"   { Kind = tok::Interface;   goto plain; }
    "map"         { Kind = tok::Map;         goto plain; }
    "package"     { Kind = tok::Package;     goto plain; }
    "range"       { Kind = tok::Range;       goto plain; }
    "return"      { Kind = tok::Return;      goto ending; }
    "select"      { Kind = tok::Select;      goto plain; }
    "struct"      { Kind = tok::Struct;      goto plain; }
    "switch"      { Kind = tok::Switch;      goto plain; }
    "type"        { Kind = tok::Type;        goto plain; }
    "var"         { Kind = tok::Var;         goto plain; }

    letter (letter | digit)* {
      Kind = tok::Identifier;
      goto ending;
    }

    digit+ {
      char Next = *YYCURSOR;
      Kind = tok::IntLiteral;
      if (isAlnum(Next) || Next == '_' || Next == '.' ||
          (*Start == '0' && YYCURSOR - Start > 1))
        YYCURSOR = scanNumber(Start, End, Kind, reportLiteral);
      goto literal;
    }
    "." digit {
      YYCURSOR = scanNumber(Start, End, Kind, reportLiteral);
      goto literal;
    }

    ["] [^"\\\n\x00]* ["] { Kind = tok::StringLiteral; goto literal; }
    ["] {
      YYCURSOR = scanString(Start, End, reportLiteral);
      Kind = tok::StringLiteral;
      goto literal;
    }
    "`" {
      YYCURSOR = scanRawString(Start, End, reportLiteral);
      Kind = tok::StringLiteral;
      goto literal;
    }
    ['] [\x20-\x26\x28-\x5b\x5d-\x7e] ['] {
      Kind = tok::RuneLiteral;
      goto literal;
    }
    ['] {
      YYCURSOR = scanRune(Start, End, reportLiteral);
      Kind = tok::RuneLiteral;
      goto literal;
    }

    "+"   { Kind = tok::Plus;                goto punct; }
    "-"   { Kind = tok::Minus;               goto punct; }
    "*"   { Kind = tok::Star;                goto punct; }
    "/"   { Kind = tok::Slash;               goto punct; }
    "%"   { Kind = tok::Percent;             goto punct; }
    "&"   { Kind = tok::Amp;                 goto punct; }
    "|"   { Kind = tok::Pipe;                goto punct; }
    "^"   { Kind = tok::Caret;               goto punct; }
    "<<"  { Kind = tok::LessLess;            goto punct; }
    ">>"  { Kind = tok::GreaterGreater;      goto punct; }
    "&^"  { Kind = tok::AmpCaret;            goto punct; }
    "+="  { Kind = tok::PlusEqual;           goto punct; }
    "-="  { Kind = tok::MinusEqual;          goto punct; }
    "*="  { Kind = tok::StarEqual;           goto punct; }
    "/="  { Kind = tok::SlashEqual;          goto punct; }
    "%="  { Kind = tok::PercentEqual;        goto punct; }
    "&="  { Kind = tok::AmpEqual;            goto punct; }
    "|="  { Kind = tok::PipeEqual;           goto punct; }
    "^="  { Kind = tok::CaretEqual;          goto punct; }
    "<<=" { Kind = tok::LessLessEqual;       goto punct; }
    ">>=" { Kind = tok::GreaterGreaterEqual; goto punct; }
    "&^=" { Kind = tok::AmpCaretEqual;       goto punct; }
    "&&"  { Kind = tok::AmpAmp;              goto punct; }
    "||"  { Kind = tok::PipePipe;            goto punct; }
    "<-"  { Kind = tok::Arrow;               goto punct; }
    "++"  { Kind = tok::PlusPlus;            goto endingPunct; }
    "--"  { Kind = tok::MinusMinus;          goto endingPunct; }
    "=="  { Kind = tok::EqualEqual;          goto punct; }
    "<"   { Kind = tok::Less;                goto punct; }
    ">"   { Kind = tok::Greater;             goto punct; }
    "="   { Kind = tok::Equal;               goto punct; }
    "!"   { Kind = tok::Exclaim;             goto punct; }
    "~"   { Kind = tok::Tilde;               goto punct; }
    "!="  { Kind = tok::ExclaimEqual;        goto punct; }
    "<="  { Kind = tok::LessEqual;           goto punct; }
    ">="  { Kind = tok::GreaterEqual;        goto punct; }
    ":="  { Kind = tok::ColonEqual;          goto punct; }
    "..." { Kind = tok::Ellipsis;            goto punct; }
    "("   { Kind = tok::LParen;              goto punct; }
    "["   { Kind = tok::LBracket;            goto punct; }
    "{"   { Kind = tok::LBrace;              goto punct; }
    ","   { Kind = tok::Comma;               goto punct; }
    "."   { Kind = tok::Period;              goto punct; }
    ")"   { Kind = tok::RParen;              goto endingPunct; }
    "]"   { Kind = tok::RBracket;            goto endingPunct; }
    "}"   { Kind = tok::RBrace;              goto endingPunct; }
    ";"   { Kind = tok::Semicolon;           goto punct; }
    ":"   { Kind = tok::Colon;               goto punct; }

    [\x80-\xff] {
      const char *TokenEnd = scanBeyondAscii(Start);
      if (TokenEnd == Start)
        goto next; // a byte order mark or an invalid byte
      YYCURSOR = TokenEnd;
      Kind = tok::Identifier;
      goto literal;
    }

    * {
      report(Start, YYCURSOR, diag::err_character,
             {describeRune(static_cast<unsigned char>(*Start))});
      goto next;
    }
  */

  // Words: what looks like a keyword may be the head of a longer identifier
  // with characters beyond ASCII.
ending:
  if (LLVM_UNLIKELY(static_cast<signed char>(*YYCURSOR) <= 0) &&
      YYCURSOR != End)
    goto word;
  NeedsSemicolon = true;
  add(Kind, Start, YYCURSOR);
  goto next;

plain:
  if (LLVM_UNLIKELY(static_cast<signed char>(*YYCURSOR) <= 0) &&
      YYCURSOR != End)
    goto word;
  NeedsSemicolon = false;
  add(Kind, Start, YYCURSOR);
  goto next;

word:
  YYCURSOR = scanIdentifierTail(YYCURSOR);
  Kind = tok::Identifier;

literal:
endingPunct:
  NeedsSemicolon = true;
  add(Kind, Start, YYCURSOR);
  goto next;

punct:
  NeedsSemicolon = false;
  add(Kind, Start, YYCURSOR);
  goto next;
}
