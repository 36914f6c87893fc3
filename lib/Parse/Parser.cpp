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

/// The last token up to \p I that is no semicolon.
static TokenIndex skipSemicolonsBack(const TokenBuffer &Tokens, TokenIndex I) {
  while (I > 0 && tok::isSemicolon(Tokens.kind(I)))
    --I;
  return I;
}

/// Runs the grammar over the whole file, starting again behind errors.
static void runWithRecovery(ParseActions &P) {
  const TokenBuffer &Tokens = P.Tokens;
  while (!runGrammar(P)) {
    // Behind a broken package clause everything would be a guess.
    if (!P.IsPackageKnown || P.Errors.size() >= ParseActions::MaxErrors)
      return;
    TokenIndex Bad = P.DeclBegin;
    TokenIndex Next = P.cursor() - 1;
    // `func` in a body that lacks its brace: the error is at the token behind.
    if (Next > Bad && beginsDeclaration(Tokens, Next - 1))
      --Next;
    if (Next <= Bad)
      Next = Bad + 1;
    while (Next < Tokens.size() && !beginsDeclaration(Tokens, Next))
      ++Next;
    TokenIndex BadLast =
        skipSemicolonsBack(Tokens, std::min(Next, Tokens.size() - 1) - 1);
    if (BadLast >= Bad)
      P.Decls.push_back(P.Context.create<BadDecl>(Bad, BadLast));
    if (Next >= Tokens.size())
      return;
    P.DeclBegin = Next;
    P.seek(Next);
    P.StartSymbol = ParseActions::StartDecls;
  }
}

/// The second periods of `..` right before a line break. The compiler's scanner
/// steps back to the first one without stepping back over the line break: it
/// says column 2 of the next line for the second period, and counts one line
/// too many from there on.
static std::vector<uint32_t> findMiscounts(const TokenBuffer &Tokens) {
  std::vector<uint32_t> Offsets;
  StringRef Bytes = Tokens.getFile().getBytes();
  for (TokenIndex I = 1; I < Tokens.size(); ++I) {
    uint32_t At = Tokens.begin(I);
    if (Tokens.kind(I) == tok::Period && Tokens.kind(I - 1) == tok::Period &&
        Tokens.begin(I - 1) + 1 == At && Bytes.substr(At + 1, 1) == "\n")
      Offsets.push_back(At);
  }
  return Offsets;
}

/// Reports the lexical errors of \p Tokens and \p SyntaxErrors by position.
static void reportInOrder(const TokenBuffer &Tokens,
                          ArrayRef<PendingDiagnostic> SyntaxErrors,
                          DiagnosticEngine &Diags) {
  const SourceFile &File = Tokens.getFile();
  struct Entry {
    const PendingDiagnostic *Error;
    bool IsLexical;
  };
  std::vector<Entry> All;
  for (const PendingDiagnostic &E : Tokens.errors())
    All.push_back({&E, true});
  for (const PendingDiagnostic &E : SyntaxErrors)
    All.push_back({&E, false});
  llvm::stable_sort(All, [](const Entry &A, const Entry &B) {
    return A.Error->Range.Begin < B.Error->Range.Begin;
  });
  if (All.size() > ParseActions::MaxErrors)
    All.resize(ParseActions::MaxErrors);
  std::vector<uint32_t> Miscounts;
  if (!All.empty())
    Miscounts = findMiscounts(Tokens);
  uint32_t LexicalLine = 0;
  for (const Entry &E : All) {
    uint32_t Begin = E.Error->Range.Begin;
    LineColumn At = File.getLineColumn(Begin);
    uint32_t Line = At.Line;
    bool IsSyntaxError = E.Error->Kind == diag::err_unexpected ||
                         E.Error->Kind == diag::err_syntax;
    if (E.IsLexical)
      LexicalLine = Line;
    else if (IsSyntaxError && Line == LexicalLine)
      continue; // what the bad token made of the line
    std::string Args[3];
    llvm::copy(E.Error->Args, Args);
    Diags.report(E.Error->Kind, File, E.Error->Range,
                 {Args[0], Args[1], Args[2]});
    auto Behind = llvm::upper_bound(Miscounts, Begin);
    if (Behind == Miscounts.begin())
      continue;
    At.Line += static_cast<uint32_t>(Behind - Miscounts.begin());
    if (Behind[-1] == Begin)
      At.Column = 2;
    Diags.setReported(At);
  }
}

FileNode *otelrewrite::parse(const TokenBuffer &Tokens, ASTContext &Context,
                             DiagnosticEngine &Diags) {
  ParseActions P(Tokens, Context);
  runWithRecovery(P);

  TokenIndex Last =
      skipSemicolonsBack(Tokens, Tokens.size() >= 2 ? Tokens.size() - 2 : 0);
  auto *Root = Context.create<FileNode>(0, Last);
  Root->PackageName = P.PackageName;
  Root->Decls = Context.createList<Decl>(P.Decls);

  // Broken bodies would only give errors that follow from others.
  std::vector<uint32_t> Broken;
  for (const PendingDiagnostic &E : P.Errors)
    Broken.push_back(E.Range.Begin);
  llvm::sort(Broken);
  for (const BlockStmt *Body : P.Bodies) {
    SourceRange R = Body->getRange(Tokens);
    auto First = llvm::lower_bound(Broken, R.Begin);
    if (First == Broken.end() || *First >= R.End)
      checkBranches(*Body, Tokens, P.Errors);
  }

  reportInOrder(Tokens, P.Errors, Diags);
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
