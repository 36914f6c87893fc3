//===- TokenMutator.cpp - mutations of Go by tokens -----------------------===//
//
// Bytes alone seldom make one valid file of another; tokens do.
//
//===----------------------------------------------------------------------===//

#include "TokenMutator.h"

#include "otelrewrite/Lex/Lexer.h"

#include <cstring>
#include <random>
#include <string>

using namespace llvm;
using namespace otelrewrite;

extern "C" size_t LLVMFuzzerMutate(uint8_t *Data, size_t Size, size_t MaxSize);

/// Texts to put in: what the grammar has a rule for.
static constexpr StringLiteral Fragments[] = {"x",
                                              "_",
                                              "1",
                                              "\"s\"",
                                              "'c'",
                                              ".",
                                              ",",
                                              ";",
                                              ":",
                                              ":=",
                                              "=",
                                              "(",
                                              ")",
                                              "[",
                                              "]",
                                              "{",
                                              "}",
                                              "...",
                                              "<-",
                                              "*",
                                              "&",
                                              "~",
                                              "|",
                                              "+",
                                              "!",
                                              "++",
                                              "+=",
                                              "func",
                                              "if",
                                              "else",
                                              "for",
                                              "range",
                                              "switch",
                                              "select",
                                              "case",
                                              "default",
                                              "go",
                                              "defer",
                                              "return",
                                              "break",
                                              "continue",
                                              "goto",
                                              "fallthrough",
                                              "var",
                                              "const",
                                              "type",
                                              "struct",
                                              "interface",
                                              "map",
                                              "chan",
                                              "import",
                                              "package",
                                              "\n",
                                              "func(){}",
                                              "[]T{}",
                                              "x.(type)",
                                              "L:",
                                              "[T any]",
                                              "(a, b int)",
                                              "[...]int{1}",
                                              "struct{}{}",
                                              "case <-c:",
                                              "chan<- ",
                                              "func (r *T[P]) m() (n int) {}",
                                              "/*c*/",
                                              "//line x:3\n",
                                              "/*line :1:1*/",
                                              "interface{ ~int | m() }"};

size_t otelrewrite::mutateTokens(uint8_t *Data, size_t Size, size_t MaxSize,
                                 unsigned Seed) {
  std::minstd_rand Random(Seed);
  auto below = [&](size_t N) { return static_cast<size_t>(Random() % N); };
  StringRef Bytes(reinterpret_cast<const char *>(Data), Size);
  auto File = SourceFile::fromString("a.go", Bytes);
  TokenBuffer Tokens = lex(*File);
  if (Tokens.size() < 3 || below(3) == 0)
    return LLVMFuzzerMutate(Data, Size, MaxSize);

  // A run of tokens, mostly short, as bytes with what lies between them.
  auto pickRun = [&]() -> SourceRange {
    size_t First = below(Tokens.size() - 1);
    size_t Length = below(4) ? 1 + below(3) : 1 + below(40);
    size_t Last = std::min<size_t>(First + Length, Tokens.size() - 1) - 1;
    uint32_t Begin = Tokens.begin(First), End = Tokens.end(Last);
    return {Begin, std::max(Begin, End)};
  };
  SourceRange A = pickRun(), B = pickRun();
  std::string Out;
  auto replace = [&](SourceRange R, StringRef Text) {
    Out = (Bytes.take_front(R.Begin) + Text + Bytes.drop_front(R.End)).str();
  };
  switch (below(6)) {
  case 0:
    replace(A, "");
    break;
  case 1:
    replace({A.End, A.End}, (" " + File->getText(B)).str());
    break;
  case 2:
    replace(A, File->getText(B));
    break;
  case 3:
    replace(A, Fragments[below(std::size(Fragments))]);
    break;
  case 4:
    replace({A.End, A.End},
            (" " + Fragments[below(std::size(Fragments))] + " ").str());
    break;
  case 5:
    if (B.Begin < A.Begin)
      std::swap(A, B);
    if (B.Begin < A.End)
      return LLVMFuzzerMutate(Data, Size, MaxSize);
    Out = (Bytes.take_front(A.Begin) + File->getText(B) +
           File->getText({A.End, B.Begin}) + File->getText(A) +
           Bytes.drop_front(B.End))
              .str();
    break;
  }
  Size = std::min(Out.size(), MaxSize);
  std::memcpy(Data, Out.data(), Size);
  return Size;
}
