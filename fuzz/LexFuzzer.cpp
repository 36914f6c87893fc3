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

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  auto File = makeFile(Data, Size, "a.go");
  TokenBuffer Tokens = lex(*File);
  std::string Problem = Tokens.verify();
  expect(Problem.empty(), Problem);
  LineDirectives Lines(Tokens);
  for (TokenIndex I = 0; I < Tokens.size(); ++I) {
    PresumedPosition P = Lines.getPresumed(Tokens.begin(I));
    if (Lines.empty()) {
      LineColumn L = File->getLineColumn(Tokens.begin(I));
      expect(P.Line == L.Line && P.Column == L.Column, "wrong position");
    }
  }
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
