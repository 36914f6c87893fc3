//===- YamlScalar.cpp - the text of YAML's scalars ------------------------===//

#include "YamlScalar.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

using namespace llvm;
using namespace otelrewrite;

namespace {
/// Text that grows byte by byte with where it comes from.
class TextBuilder {
public:
  /// Appends \p C, which stands at \p At of the file.
  void add(char C, uint32_t At) {
    auto Length = static_cast<uint32_t>(Out.Text.size());
    if (Out.Segments.empty() || At != Next)
      Out.Segments.push_back({Length, At});
    Out.Text += C;
    Next = At + 1;
  }
  void add(StringRef S, uint32_t At) {
    // An escape: every byte of it stands where the escape begins.
    for (char C : S)
      add(C, At);
  }
  GoText Out;

private:
  uint32_t Next = 0;
};
} // namespace

static std::string encode(uint32_t CodePoint) {
  char Buffer[UNI_MAX_UTF8_BYTES_PER_CODE_POINT];
  char *End = Buffer;
  if (!ConvertCodePointToUTF8(CodePoint, End))
    return "\xEF\xBF\xBD";
  return std::string(Buffer, End);
}

/// What escape \p S, which begins behind the backslash, stands for; its length
/// goes to \p Length.
static std::string decodeEscape(StringRef S, size_t &Length) {
  Length = 1;
  switch (S[0]) {
  case '0':
    return std::string(1, '\0');
  case 'a':
    return "\a";
  case 'b':
    return "\b";
  case 't':
  case '\t':
    return "\t";
  case 'n':
    return "\n";
  case 'v':
    return "\v";
  case 'f':
    return "\f";
  case 'r':
    return "\r";
  case 'e':
    return "\x1b";
  case 'N':
    return encode(0x85);
  case '_':
    return encode(0xA0);
  case 'L':
    return encode(0x2028);
  case 'P':
    return encode(0x2029);
  case 'x':
  case 'u':
  case 'U': {
    size_t Digits = S[0] == 'x' ? 2 : S[0] == 'u' ? 4 : 8;
    uint32_t Value = 0;
    if (S.substr(1, Digits).getAsInteger(16, Value))
      Value = 0xFFFD;
    Length = 1 + std::min(Digits, S.size() - 1);
    return encode(Value);
  }
  default:
    return S.take_front(1).str();
  }
}

GoText otelrewrite::decodeFlowScalar(StringRef Raw, uint32_t Begin) {
  TextBuilder B;
  char Quote = Raw.empty() || (Raw[0] != '"' && Raw[0] != '\'') ? 0 : Raw[0];
  size_t I = Quote ? 1 : 0;
  size_t End = Quote && Raw.size() > 1 ? Raw.size() - 1 : Raw.size();
  auto at = [&](size_t Offset) {
    return Begin + static_cast<uint32_t>(Offset);
  };
  // Text that ends in a segment even when it is empty, for messages.
  B.Out.Segments.push_back({0, at(I)});
  while (I < End) {
    char C = Raw[I];
    if (C == '\n' || C == '\r' || C == ' ' || C == '\t') {
      // A run of blanks with line breaks: one is a blank, each more a newline.
      size_t Stop = I, Breaks = 0;
      while (Stop < End && isSpace(Raw[Stop])) {
        Breaks += Raw[Stop] == '\n';
        ++Stop;
      }
      if (Breaks == 0) {
        for (; I < Stop; ++I)
          B.add(Raw[I], at(I));
        continue;
      }
      if (Breaks == 1)
        B.add(' ', at(I));
      else
        B.add(std::string(Breaks - 1, '\n'), at(I));
      I = Stop;
    } else if (Quote == '\'' && C == '\'' && I + 1 < End) {
      B.add('\'', at(I));
      I += 2;
    } else if (Quote == '"' && C == '\\' && I + 1 < End) {
      if (Raw[I + 1] == '\n' || Raw[I + 1] == '\r') {
        // The line goes on without a blank.
        ++I;
        while (I < End && isSpace(Raw[I]))
          ++I;
        continue;
      }
      size_t Length = 0;
      B.add(decodeEscape(Raw.slice(I + 1, End), Length), at(I));
      I += 1 + Length;
    } else {
      B.add(C, at(I));
      ++I;
    }
  }
  return std::move(B.Out);
}

GoText otelrewrite::decodeBlockScalar(StringRef Header, StringRef Lines,
                                      uint32_t Begin) {
  // `key: >2- # comment`
  bool IsFolded = false;
  char Chomp = 0;
  for (size_t At = Header.find_first_of("|>"); At != StringRef::npos;
       At = Header.find_first_of("|>", At + 1)) {
    StringRef Rest = Header.substr(At + 1);
    StringRef Indicators = Rest.take_while(
        [](char C) { return isDigit(C) || C == '+' || C == '-'; });
    StringRef Behind = Rest.substr(Indicators.size()).ltrim(" \t\r");
    if (!Behind.empty() && !Behind.starts_with("#"))
      continue;
    IsFolded = Header[At] == '>';
    for (char C : Indicators)
      if (!isDigit(C))
        Chomp = C;
    break;
  }

  struct Line {
    size_t Begin, End; // without the break
  };
  SmallVector<Line> All;
  for (size_t At = 0; At < Lines.size();) {
    size_t Break = std::min(Lines.find('\n', At), Lines.size());
    size_t End = Break;
    if (End > At && Lines[End - 1] == '\r')
      --End;
    All.push_back({At, End});
    At = Break + 1;
  }
  auto countBlanks = [&](const Line &L) {
    size_t N = 0;
    while (L.Begin + N < L.End && Lines[L.Begin + N] == ' ')
      ++N;
    return N;
  };
  // The first line that is not blank has the block's indentation.
  size_t Indent = 0;
  for (const Line &L : All)
    if (size_t N = countBlanks(L); L.Begin + N < L.End) {
      Indent = N;
      break;
    }

  TextBuilder B;
  auto at = [&](size_t Offset) {
    return Begin + static_cast<uint32_t>(Offset);
  };
  auto contentOf = [&](const Line &L) {
    return std::min(L.Begin + Indent, L.End);
  };
  size_t NumContent = All.size();
  while (NumContent &&
         contentOf(All[NumContent - 1]) == All[NumContent - 1].End)
    --NumContent;
  bool WasText = false, WasIndented = false;
  size_t PendingBreaks = 0, BreakAt = 0;
  for (size_t I = 0; I < NumContent; ++I) {
    size_t From = contentOf(All[I]), To = All[I].End;
    bool IsBlank = From == To;
    bool IsIndented = !IsBlank && (Lines[From] == ' ' || Lines[From] == '\t');
    if (!IsBlank) {
      if (IsFolded && WasText && !WasIndented && !IsIndented) {
        if (PendingBreaks == 1)
          B.add(' ', at(BreakAt));
        else
          B.add(std::string(PendingBreaks - 1, '\n'), at(BreakAt));
      } else if (PendingBreaks) {
        B.add(std::string(PendingBreaks, '\n'), at(BreakAt));
      }
      PendingBreaks = 0;
      for (size_t C = From; C < To; ++C)
        B.add(Lines[C], at(C));
      WasText = true;
      WasIndented = IsIndented;
    }
    if (!PendingBreaks)
      BreakAt = To;
    ++PendingBreaks;
  }
  if (NumContent && Chomp != '-')
    B.add('\n', at(BreakAt));
  if (Chomp == '+')
    B.add(std::string(All.size() - NumContent, '\n'), at(BreakAt));
  if (B.Out.Segments.empty())
    B.Out.Segments.push_back({0, Begin});
  return std::move(B.Out);
}
