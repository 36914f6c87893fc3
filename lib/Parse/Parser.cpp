//===- Parser.cpp - tokens to a tree --------------------------------------===//
//
// Runs the grammar, goes on behind errors, and brings all diagnostics of a file
// into source order.
//
// Recovery: after a syntax error the grammar starts again at the next token
// that begins a declaration in column 1, which is where gofmt puts them. What
// lies between becomes a BadDecl. So errors in different declarations are all
// found, and none is the consequence of another.
//
//===----------------------------------------------------------------------===//

#include "otelrewrite/Parse/Parser.h"
#include "otelrewrite/Lex/Lexer.h"

#include "GrammarEntry.h"
#include "ParseActions.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace otelrewrite;

/// More errors than this are not worth anybody's time; the compiler stops at
/// ten.
static constexpr size_t MaxErrors = 100;

static bool beginsDeclaration(const TokenBuffer &Tokens, TokenIndex I) {
  switch (Tokens.kind(I)) {
  case tok::Const:
  case tok::Func:
  case tok::Import:
  case tok::Type:
  case tok::Var: {
    uint32_t Begin = Tokens.begin(I);
    return Begin == 0 || Tokens.getFile().getBytes()[Begin - 1] == '\n';
  }
  default:
    return false;
  }
}

/// Runs the grammar over the whole file, starting again behind errors.
static void runWithRecovery(ParseActions &P) {
  const TokenBuffer &Tokens = P.Tokens;
  while (!runGrammar(P)) {
    // Behind a broken package clause everything would be a guess.
    if (!P.IsPackageKnown || P.Errors.size() >= MaxErrors)
      return;
    TokenIndex Bad = P.DeclBegin;
    TokenIndex Next = P.cursor() - 1;
    if (Next <= Bad)
      Next = Bad + 1;
    while (Next < Tokens.size() && !beginsDeclaration(Tokens, Next))
      ++Next;
    TokenIndex BadLast = std::min(Next, Tokens.size() - 1) - 1;
    if (BadLast >= Bad)
      P.Decls.push_back(P.Context.create<BadDecl>(Bad, BadLast));
    if (Next >= Tokens.size())
      return;
    P.DeclBegin = Next;
    P.seek(Next);
    P.StartSymbol = ParseActions::StartDecls;
  }
}

FileNode *otelrewrite::parse(const TokenBuffer &Tokens, ASTContext &Context,
                             DiagnosticEngine &Diags) {
  ParseActions P(Tokens, Context);
  runWithRecovery(P);

  TokenIndex Last = Tokens.size() >= 2 ? Tokens.size() - 2 : 0;
  while (Last > 0 && tok::isSemicolon(Tokens.kind(Last)))
    --Last;
  auto *Root = Context.create<FileNode>(0, Last);
  Root->PackageName = P.PackageName;
  Root->Decls = Context.createList<Decl>(P.Decls);

  for (const BlockStmt *Body : P.Bodies) {
    uint32_t Begin = Tokens.begin(Body->First);
    uint32_t End = Tokens.end(Body->Last);
    // Broken bodies would only give errors that follow from others.
    if (none_of(P.Errors, [&](const PendingDiagnostic &E) {
          return E.Range.Begin >= Begin && E.Range.Begin < End;
        }))
      checkBranches(*Body, Tokens, P.Errors);
  }

  std::vector<const PendingDiagnostic *> All;
  for (const PendingDiagnostic &E : Tokens.errors())
    All.push_back(&E);
  for (const PendingDiagnostic &E : P.Errors)
    All.push_back(&E);
  llvm::stable_sort(
      All, [](auto *A, auto *B) { return A->Range.Begin < B->Range.Begin; });
  if (All.size() > MaxErrors)
    All.resize(MaxErrors);
  for (const PendingDiagnostic *E : All) {
    std::string Args[3];
    for (size_t I = 0; I < E->Args.size(); ++I)
      Args[I] = E->Args[I];
    Diags.report(E->Kind, Tokens.getFile(), E->Range,
                 {Args[0], Args[1], Args[2]});
  }
  return Root;
}

std::unique_ptr<ParsedFile> otelrewrite::parseFile(const SourceFile &Source,
                                                   DiagnosticEngine &Diags) {
  auto Result = std::make_unique<ParsedFile>(Source);
  unsigned Before = Diags.getNumErrors();
  Result->Tokens = lex(Source);
  Result->Root = parse(Result->Tokens, Result->Context, Diags);
  Result->IsWhole = Diags.getNumErrors() == Before;
  return Result;
}
