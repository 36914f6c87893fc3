//===- Unquote.cpp - what a string literal means --------------------------===//

#include "otelrewrite/Lex/Unquote.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

using namespace llvm;
using namespace otelrewrite;

/// Appends what the escape behind the backslash at \p P means.
static const char *unescape(const char *P, const char *End, std::string &Out) {
  char C = *P++;
  switch (C) {
  case 'a':
    Out += '\a';
    return P;
  case 'b':
    Out += '\b';
    return P;
  case 'f':
    Out += '\f';
    return P;
  case 'n':
    Out += '\n';
    return P;
  case 'r':
    Out += '\r';
    return P;
  case 't':
    Out += '\t';
    return P;
  case 'v':
    Out += '\v';
    return P;
  case 'x':
  case 'u':
  case 'U': {
    unsigned Count = C == 'x' ? 2 : C == 'u' ? 4 : 8;
    uint32_t Value = 0;
    for (; Count && P != End && isHexDigit(*P); --Count)
      Value = Value * 16 + hexDigitValue(*P++);
    if (C == 'x') {
      Out += static_cast<char>(Value);
      return P;
    }
    char Buffer[4];
    char *BufferEnd = Buffer;
    if (ConvertCodePointToUTF8(Value, BufferEnd))
      Out.append(Buffer, BufferEnd);
    return P;
  }
  default:
    break;
  }
  if (C < '0' || C > '7') {
    Out += C; // a quote or a backslash
    return P;
  }
  unsigned Value = C - '0';
  for (unsigned I = 0; I < 2 && P != End && *P >= '0' && *P <= '7'; ++I)
    Value = Value * 8 + (*P++ - '0');
  Out += static_cast<char>(Value);
  return P;
}

std::string otelrewrite::unquote(StringRef Text) {
  std::string Out;
  if (Text.size() < 2 || (Text[0] != '"' && Text[0] != '`'))
    return Out;
  bool IsRaw = Text[0] == '`';
  Text = Text.drop_front().drop_back();
  for (const char *P = Text.begin(); P != Text.end();) {
    if (*P == '\\' && !IsRaw && P + 1 != Text.end()) {
      P = unescape(P + 1, Text.end(), Out);
      continue;
    }
    if (!IsRaw || *P != '\r')
      Out += *P;
    ++P;
  }
  return Out;
}
