//===- LexFuzzer.cpp - any bytes to tokens --------------------------------===//
//
// Tokens and comments are in order, disjoint and make up the file together with
// blanks; positions through line directives exist for all of them.
//
//===----------------------------------------------------------------------===//

#include "FuzzSupport.h"

#include "otelrewrite/Lex/Lexer.h"
#include "otelrewrite/Lex/LineDirectives.h"

using namespace llvm;
using namespace otelrewrite;

/// What lies between tokens: blanks, and where there are errors, bad bytes.
static void checkGap(const TokenBuffer &Tokens, uint32_t Begin, uint32_t End) {
  expect(Begin <= End, "tokens or comments overlap at " + Twine(End));
  if (!Tokens.errors().empty())
    return;
  StringRef Gap = Tokens.getFile().getText({Begin, End});
  if (Begin == 0)
    Gap.consume_front("\xEF\xBB\xBF");
  expect(Gap.find_first_not_of(" \t\r\n") == StringRef::npos,
         "lost bytes at " + Twine(Begin));
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  auto File = makeFile(Data, Size, "a.go");
  TokenBuffer Tokens = lex(*File);
  expect(Tokens.size() > 0 &&
             Tokens.kind(Tokens.size() - 1) == tok::EndOfFile &&
             Tokens.begin(Tokens.size() - 1) == File->size(),
         "no end of file");
  LineDirectives Lines(Tokens);
  ArrayRef<Comment> Comments = Tokens.comments();
  uint32_t At = 0;
  for (TokenIndex I = 0; I < Tokens.size(); ++I) {
    ArrayRef<Comment> Before = Tokens.commentsBefore(I);
    expect(Before.size() <= Comments.size() && Before.data() == Comments.data(),
           "commentsBefore disagrees with comments");
    // An automatic semicolon has no text: it stands at a line break, or where
    // the comment that holds the line break begins.
    if (Tokens.kind(I) == tok::AutoSemicolon)
      expect(Tokens.begin(I) >= At && Tokens.begin(I) == Tokens.end(I),
             "a semicolon is out of place");
    for (const Comment &C : Before) {
      checkGap(Tokens, At, C.Range.Begin);
      At = C.Range.End;
    }
    Comments = Comments.drop_front(Before.size());
    if (Tokens.kind(I) != tok::AutoSemicolon) {
      checkGap(Tokens, At, Tokens.begin(I));
      At = Tokens.end(I);
      expect(I + 1 == Tokens.size() || Tokens.begin(I) < At, "an empty token");
    }
    expect(At <= File->size(), "a token is outside the file");
    PresumedPosition P = Lines.getPresumed(Tokens.begin(I));
    if (Lines.empty()) {
      LineColumn L = File->getLineColumn(Tokens.begin(I));
      expect(P.Line == L.Line && P.Column == L.Column, "wrong position");
    }
  }
  expect(Comments.empty(), "a comment belongs to no token");
  for (const PendingDiagnostic &E : Tokens.errors()) {
    expect(E.Range.Begin <= E.Range.End && E.Range.End <= File->size(),
           "an error is outside the file");
    DiagnosticEngine Diags;
    std::string Args[3];
    for (size_t I = 0; I < E.Args.size(); ++I)
      Args[I] = E.Args[I];
    Diags.report(E.Kind, *File, E.Range, {Args[0], Args[1], Args[2]});
    render(Diags);
  }
  return 0;
}
