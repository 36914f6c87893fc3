//===- LineDirectives.cpp - positions through //line ----------------------===//

#include "otelrewrite/Lex/LineDirectives.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace otelrewrite;

namespace {
/// What stands behind the last colon of a directive's text.
struct TrailingNumber {
  /// Offset behind the colon; 0 where there is no colon.
  size_t Begin = 0;
  bool IsNumber = false;
  uint64_t Value = 0;
};
} // namespace

static TrailingNumber parseTrailingNumber(StringRef Text) {
  size_t Colon = Text.rfind(':');
  if (Colon == StringRef::npos)
    return {};
  TrailingNumber N;
  N.Begin = Colon + 1;
  StringRef Digits = Text.substr(N.Begin);
  // A number too large for 64 bits is no number, as for strconv.ParseUint.
  N.IsNumber = !Digits.empty() && all_of(Digits, isDigit) &&
               !Digits.getAsInteger(10, N.Value);
  return N;
}

LineDirectives::Parsed LineDirectives::parse(StringRef Text, bool IsLineStart) {
  Parsed Result;
  bool IsBlock = Text.starts_with("/*");
  if (!IsBlock && !IsLineStart)
    return Result;
  StringRef Body = Text.drop_front(2);
  if (IsBlock)
    Body.consume_back("*/");
  else
    Body.consume_back("\r");
  if (!Body.consume_front("line "))
    return Result;
  TrailingNumber Last = parseTrailingNumber(Body);
  if (Last.Begin == 0)
    return Result;
  auto isValid = [](uint64_t N) { return N != 0 && N <= MaxLineColumn; };
  if (!Last.IsNumber) {
    Result.Status = Parsed::BadLine;
    Result.Offending = Body.substr(Last.Begin);
    return Result;
  }
  TrailingNumber Line = Last;
  TrailingNumber Before = parseTrailingNumber(Body.take_front(Last.Begin - 1));
  if (Before.IsNumber) {
    Line = Before;
    Result.HasColumn = true;
    if (!isValid(Last.Value)) {
      Result.Status = Parsed::BadColumn;
      Result.Offending = Body.substr(Last.Begin);
      return Result;
    }
    Result.Column = static_cast<uint32_t>(Last.Value);
    Body = Body.take_front(Last.Begin - 1);
  }
  if (!isValid(Line.Value)) {
    Result.Status = Parsed::BadLine;
    Result.Offending = Body.substr(Line.Begin);
    return Result;
  }
  Result.Status = Parsed::Good;
  Result.Line = static_cast<uint32_t>(Line.Value);
  Result.FileName = Body.take_front(Line.Begin - 1);
  return Result;
}

LineDirectives::LineDirectives(const TokenBuffer &Tokens)
    : File(&Tokens.getFile()) {
  for (const Comment &C : Tokens.comments()) {
    StringRef Text = File->getText(C.Range);
    if (!Text.substr(2).starts_with("line "))
      continue;
    bool IsBlock = Text[1] == '*';
    // A block comment of several lines is no directive for the compiler: its
    // text has a line break where the number should be, or before it.
    uint32_t Begin = C.Range.Begin;
    bool IsLineStart = Begin == 0 || File->getBytes()[Begin - 1] == '\n';
    Parsed P = parse(Text, IsLineStart);
    if (P.Status != Parsed::Good)
      continue;
    StringRef Name = P.FileName;
    if (Name.empty() && P.HasColumn)
      Name = Directives.empty() ? File->getName()
                                : Directives.back().Position.FileName;
    // The line break belongs to a line comment.
    uint32_t Offset = C.Range.End;
    if (!IsBlock && Offset < File->size())
      ++Offset;
    Directives.push_back({C.Range, Offset, {Name, P.Line, P.Column}});
  }
}

PresumedPosition LineDirectives::getPresumed(uint32_t Offset) const {
  LineColumn At = File->getLineColumn(Offset);
  auto It = partition_point(
      Directives, [&](const Directive &D) { return D.Offset <= Offset; });
  if (It == Directives.begin())
    return {File->getName(), At.Line, At.Column};
  const Directive &D = *std::prev(It);
  LineColumn Base = File->getLineColumn(D.Offset);
  PresumedPosition P = D.Position;
  P.Line += At.Line - Base.Line;
  if (D.Position.Column != 0)
    P.Column =
        At.Line == Base.Line ? P.Column + (At.Column - Base.Column) : At.Column;
  return P;
}
