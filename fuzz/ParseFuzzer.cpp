//===- ParseFuzzer.cpp - any bytes to a tree ------------------------------===//
//
// The tree is consistent whatever the input, and whole where there is no
// error; walks, dumps and diagnostics get through.
//
//===----------------------------------------------------------------------===//

#include "FuzzSupport.h"
#include "TokenMutator.h"

#include "otelrewrite/AST/Dump.h"
#include "otelrewrite/AST/Walk.h"
#include "otelrewrite/Parse/Parser.h"

using namespace llvm;
using namespace otelrewrite;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  auto File = makeFile(Data, Size, "a.go");
  DiagnosticEngine Diags;
  auto Parsed = parseFile(*File, Diags);
  const TokenBuffer &Tokens = Parsed->Tokens;
  expect(Parsed->Root, "no tree");
  expect(Parsed->IsWhole == !Diags.hasErrors(), "IsWhole is wrong");

  std::string Problem = verifyTree(*Parsed->Root, Tokens);
  expect(Problem.empty(), Problem);
  bool HasBadNode = false;
  walkTree(*Parsed->Root, [&](const Node &N) {
    SourceRange R = N.getRange(Tokens);
    expect(R.Begin <= R.End && R.End <= File->size(), "a node is outside");
    HasBadNode |= isa<BadDecl>(N) || isa<BadStmt>(N) || isa<BadExpr>(N);
    return true;
  });
  expect(!Parsed->IsWhole || !HasBadNode, "a bad node without an error");
  expect(!Parsed->IsWhole || Parsed->Root->PackageName, "no package clause");
  for (const ImportSpec *I : getImports(*Parsed->Root))
    if (I->Path)
      getImportPath(*I, Tokens);

  checkRanges(Diags);
  render(Diags);
  if (Size % 4 == 0) {
    raw_null_ostream OS;
    dumpTree(*Parsed->Root, Tokens, OS);
  }
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *Data, size_t Size,
                                          size_t MaxSize, unsigned Seed) {
  return mutateTokens(Data, Size, MaxSize, Seed);
}
