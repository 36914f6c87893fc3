//===- ParseActions.h - what the grammar's productions do -------*- C++ -*-===//
//
// Internal to Parse. One call a production: most create a node, and are inline
// here because they run once for every few bytes of source; decisions and
// checks are in ParseActions.cpp.
//
// Lists under construction live on one stack of node pointers (Pending). The
// parser is LR, so that a list is complete, and taken off, before the list
// around it grows: a list's semantic value is where it starts.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_LIB_PARSE_PARSEACTIONS_H
#define OTELREWRITE_LIB_PARSE_PARSEACTIONS_H

#include "otelrewrite/AST/ASTContext.h"
#include "otelrewrite/Basic/Diagnostic.h"
#include "otelrewrite/Lex/TokenBuffer.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>
#include <vector>

namespace otelrewrite {

/// A list under construction: its first element's place in Pending. For
/// headers, also a token.
struct PendingList {
  uint32_t Start;
  TokenIndex Token;
};

union ParseValue {
  TokenIndex T;
  Node *N;
  PendingList L;
};
static_assert(sizeof(ParseValue) == 8, "the parser's stack is this wide");

class ParseActions {
public:
  /// Symbols on the parser's stack. Valid programs stay far below.
  static constexpr long MaxDepth = 2'000'000;

  /// More errors than this are not worth anybody's time; the compiler stops at
  /// ten.
  static constexpr size_t MaxErrors = 100;

  ParseActions(const TokenBuffer &Tokens, ASTContext &Context)
      : Tokens(Tokens), Context(Context), File(Tokens.getFile()) {}

  //--- The token feed --------------------------------------------------------

  /// What the feed does at a token, beside passing it on.
  enum FeedAction : uint8_t { Plain, Keyword, Open, OpenBrace, Close };

  /// Goes to the next token and returns its index. \p IsBody: it is the brace
  /// of a body.
  TokenIndex next(const FeedAction *Actions, bool &IsBody) {
    TokenIndex I = Cursor;
    FeedAction A = Actions[Tokens.kind(I)];
    ++Cursor;
    IsBody = false;
    if (LLVM_LIKELY(A == Plain))
      return I;
    feed(A, IsBody);
    return I;
  }
  void feed(FeedAction A, bool &IsBody);
  void seek(TokenIndex I) {
    Cursor = I;
    Brackets.clear();
    IsInHeader = false;
    Pending.clear();
  }
  TokenIndex cursor() const { return Cursor; }

  /// A BODY that turned out to be a literal's or a type's brace.
  TokenIndex literalBrace(TokenIndex Brace) {
    // The feed pushed the state inside; behind the brace the header goes on.
    Brackets.back() = true;
    return Brace;
  }

  //--- Lists -----------------------------------------------------------------

  PendingList list() {
    return {static_cast<uint32_t>(Pending.size()), NoToken};
  }
  PendingList list(Node *N) {
    PendingList L = list();
    Pending.push_back(N);
    return L;
  }
  PendingList append(PendingList L, Node *N) {
    Pending.push_back(N);
    return L;
  }
  PendingList prepend(Node *N, PendingList L) {
    Pending.insert(Pending.begin() + L.Start, N);
    return L;
  }
  PendingList first(PendingList L, PendingList) { return L; }
  PendingList pairs(Node *A, Node *B) {
    PendingList L = list(A);
    Pending.push_back(B);
    return L;
  }
  PendingList stmts(Node *S) {
    PendingList L = list();
    if (S) {
      checkStmtStart(S);
      Pending.push_back(S);
    }
    return L;
  }
  /// No statement begins with `~`, though an expression may.
  void checkStmtStart(Node *S) {
    if (LLVM_UNLIKELY(Tokens.kind(S->First) == tok::Tilde))
      rejectStmt(S);
  }
  void rejectStmt(Node *S);
  PendingList appendStmt(PendingList L, TokenIndex Semi, Node *S);
  PendingList emptyBelow(PendingList L) { return L; }

  //--- Declarations ----------------------------------------------------------

  void package(TokenIndex Package, TokenIndex Name);
  void topLevel(Node *D);
  Node *genDecl(TokenIndex Keyword, Node *Spec) {
    auto *D = Context.create<GenDecl>(Keyword, Spec->Last);
    D->Specs = NodeList<Node>(Spec);
    return D;
  }
  Node *genDecl(TokenIndex Keyword, TokenIndex Open, PendingList Specs,
                TokenIndex Close) {
    auto *D = Context.create<GenDecl>(Keyword, Close);
    D->OpToken = Open;
    D->Specs = take<Node>(Specs);
    return D;
  }
  Node *importSpec(TokenIndex Name, TokenIndex Path);
  Node *valueSpec(PendingList Names, Node *Type = nullptr);
  Node *valueSpec(PendingList Names, Node *Type, TokenIndex Assign,
                  PendingList Values);
  Node *typeSpec(TokenIndex Name, Node *Type) {
    auto *S = Context.create<TypeSpec>(Name, Type->Last);
    S->Name = ident(Name);
    S->Type = static_cast<Expr *>(Type);
    return S;
  }
  Node *typeSpecAlias(TokenIndex Name, TokenIndex Assign, Node *Type) {
    Node *S = typeSpec(Name, Type);
    S->OpToken = Assign;
    return S;
  }
  /// Called at each comma of a type's bracket: false, with an error, where what
  /// stands before the first is no type parameter.
  bool mustBeTypeParams(PendingList Items, TokenIndex Comma);
  Node *genericTypeSpec(TokenIndex Name, TokenIndex Open, PendingList Items,
                        TokenIndex Close, TokenIndex Assign, Node *Type);
  /// One item in the bracket: a type parameter, or an array's length.
  Node *typeSpecBracket(TokenIndex Name, TokenIndex Open, PendingList Items,
                        TokenIndex Close, TokenIndex Assign, Node *Type);
  Node *funcDecl(TokenIndex Func, Node *Recv, TokenIndex Name, Node *Signature,
                 Node *Body);
  Node *receiver(Node *Params);
  Node *typeParams(TokenIndex Open, PendingList Items, TokenIndex Close);
  Node *withTypeParams(Node *TypeParams, Node *Signature);

  //--- Types -----------------------------------------------------------------

  Node *sliceType(TokenIndex Open, TokenIndex Close, Node *Elem) {
    auto *T = Context.create<SliceType>(Open, Elem->Last);
    T->OpToken = Close;
    T->Elem = static_cast<Expr *>(Elem);
    return T;
  }
  Node *arrayType(TokenIndex Open, Node *Len, TokenIndex Close, Node *Elem) {
    auto *T = Context.create<ArrayType>(Open, Elem->Last);
    T->OpToken = Close;
    T->Len = static_cast<Expr *>(Len);
    T->Elem = static_cast<Expr *>(Elem);
    return T;
  }
  Node *mapType(TokenIndex Map, TokenIndex Open, Node *Key, Node *Value) {
    auto *T = Context.create<MapType>(Map, Value->Last);
    T->OpToken = Open;
    T->Key = static_cast<Expr *>(Key);
    T->Value = static_cast<Expr *>(Value);
    return T;
  }
  Node *chanType(TokenIndex Chan, TokenIndex Arrow, Node *Elem) {
    auto *T = Context.create<ChanType>(Chan, Elem->Last);
    T->OpToken = Arrow;
    if (Arrow != NoToken)
      T->setSendOnly();
    T->Elem = static_cast<Expr *>(Elem);
    return T;
  }
  Node *receiveType(TokenIndex Arrow, TokenIndex Chan, Node *Elem) {
    auto *T = Context.create<ChanType>(Arrow, Elem->Last);
    T->OpToken = Arrow;
    T->setReceiveOnly();
    T->Elem = static_cast<Expr *>(Elem);
    return T;
  }
  Node *ellipsis(TokenIndex Dots, Node *Elem) {
    auto *T = Context.create<EllipsisType>(Dots, Elem->Last);
    T->Elem = static_cast<Expr *>(Elem);
    return T;
  }
  Node *structType(TokenIndex Struct, TokenIndex Open, PendingList Fields,
                   TokenIndex Close) {
    auto *T = Context.create<StructType>(Struct, Close);
    T->OpToken = Open;
    T->Fields = take<Field>(Fields);
    return T;
  }
  Node *interfaceType(TokenIndex Interface, TokenIndex Open, PendingList Elems,
                      TokenIndex Close) {
    auto *T = Context.create<InterfaceType>(Interface, Close);
    T->OpToken = Open;
    T->Elements = take<Field>(Elems);
    return T;
  }
  Node *field(PendingList Names, Node *Type, Node *Tag);
  Node *field(TokenIndex Name, Node *Type, Node *Tag) {
    auto *F = Context.create<Field>(Name, (Tag ? Tag : Type)->Last);
    F->Names = NodeList<Ident>(ident(Name));
    F->Type = static_cast<Expr *>(Type);
    F->Tag = static_cast<BasicLit *>(Tag);
    return F;
  }
  Node *embedded(Node *Type, Node *Tag) {
    auto *F = Context.create<Field>(Type->First, (Tag ? Tag : Type)->Last);
    F->Type = static_cast<Expr *>(Type);
    F->Tag = static_cast<BasicLit *>(Tag);
    return F;
  }
  Node *method(TokenIndex Name, Node *Signature) {
    return field(Name, Signature, nullptr);
  }
  Node *parameters(TokenIndex Open, PendingList Pairs, TokenIndex Close);
  Node *signature(Node *Params, Node *Results);
  Node *singleResult(Node *Type);
  Node *funcType(TokenIndex Func, Node *Signature) {
    Signature->First = Func;
    Signature->OpToken = Func;
    return Signature;
  }

  //--- Expressions -----------------------------------------------------------

  Ident *ident(TokenIndex T) { return Context.create<Ident>(T, T); }
  BasicLit *literal(TokenIndex T) { return Context.create<BasicLit>(T, T); }
  Node *paren(TokenIndex Open, Node *X, TokenIndex Close) {
    auto *E = Context.create<ParenExpr>(Open, Close);
    E->X = static_cast<Expr *>(X);
    return E;
  }
  Node *selector(Node *X, TokenIndex Period, TokenIndex Sel) {
    auto *E = Context.create<SelectorExpr>(X->First, Sel);
    E->OpToken = Period;
    E->X = static_cast<Expr *>(X);
    E->Sel = ident(Sel);
    return E;
  }
  Node *index(Node *X, TokenIndex Open, PendingList Indices, TokenIndex Close) {
    auto *E = Context.create<IndexExpr>(X->First, Close);
    E->OpToken = Open;
    E->X = static_cast<Expr *>(X);
    E->Indices = take<Expr>(Indices);
    return E;
  }
  Node *slice(Node *X, TokenIndex Open, Node *Low, TokenIndex Colon1,
              Node *High, TokenIndex Colon2, Node *Max, TokenIndex Close);
  Node *typeAssert(Node *X, TokenIndex Open, Node *Type, TokenIndex Close) {
    auto *E = Context.create<TypeAssertExpr>(X->First, Close);
    E->OpToken = Open;
    E->X = static_cast<Expr *>(X);
    E->Type = static_cast<Expr *>(Type);
    return E;
  }
  Node *call(Node *Fun, TokenIndex Open, PendingList Args, TokenIndex Dots,
             TokenIndex Close) {
    auto *E = Context.create<CallExpr>(Fun->First, Close);
    E->OpToken = Open;
    if (Dots != NoToken)
      E->setVariadic();
    E->Fun = static_cast<Expr *>(Fun);
    E->Args = take<Expr>(Args);
    return E;
  }
  Node *star(TokenIndex Star, Node *X) {
    auto *E = Context.create<StarExpr>(Star, X->Last);
    E->X = static_cast<Expr *>(X);
    return E;
  }
  Node *unary(TokenIndex Operator, Node *X) {
    auto *E = Context.create<UnaryExpr>(Operator, X->Last);
    E->X = static_cast<Expr *>(X);
    return E;
  }
  Node *receive(TokenIndex Arrow, Node *X);
  Node *binary(Node *X, TokenIndex Operator, Node *Y) {
    auto *E = Context.create<BinaryExpr>(X->First, Y->Last);
    E->OpToken = Operator;
    E->X = static_cast<Expr *>(X);
    E->Y = static_cast<Expr *>(Y);
    return E;
  }
  Node *keyValue(Node *Key, TokenIndex Colon, Node *Value) {
    auto *E = Context.create<KeyValueExpr>(Key->First, Value->Last);
    E->OpToken = Colon;
    E->Key = static_cast<Expr *>(Key);
    E->Value = static_cast<Expr *>(Value);
    return E;
  }
  Node *compositeLit(Node *Type, TokenIndex Open, PendingList Elements,
                     TokenIndex Close) {
    auto *E = Context.create<CompositeLit>(Type ? Type->First : Open, Close);
    E->OpToken = Open;
    E->Type = static_cast<Expr *>(Type);
    E->Elements = take<Expr>(Elements);
    return E;
  }
  /// Whether `{` at \p Brace may follow \p Type; reports the error if not.
  bool mayBeLiteralType(Node *Type, TokenIndex Brace);
  Node *funcLit(Node *Type, Node *Body);

  //--- Statements ------------------------------------------------------------

  Node *block(TokenIndex Open, PendingList Stmts, TokenIndex Close) {
    auto *S = Context.create<BlockStmt>(Open, Close);
    S->Stmts = take<Stmt>(Stmts);
    return S;
  }
  Node *exprStmt(Node *X) {
    auto *S = Context.create<ExprStmt>(X->First, X->Last);
    S->X = static_cast<Expr *>(X);
    return S;
  }
  Node *declStmt(Node *D) {
    auto *S = Context.create<DeclStmt>(D->First, D->Last);
    S->Declaration = static_cast<Decl *>(D);
    return S;
  }
  Node *labeled(TokenIndex Name, TokenIndex Colon, Node *Statement);
  Node *goStmt(TokenIndex Go, Node *Call);
  Node *deferStmt(TokenIndex Defer, Node *Call);
  Node *returnStmt(TokenIndex Return, PendingList Results) {
    NodeList<Expr> L = take<Expr>(Results);
    auto *S =
        Context.create<ReturnStmt>(Return, L.empty() ? Return : L.back()->Last);
    S->Results = L;
    return S;
  }
  void addBody(BlockStmt *Body) {
    if (LastBranch > Body->First)
      Bodies.push_back(Body);
  }
  Node *branch(TokenIndex Keyword, TokenIndex Label) {
    auto *S =
        Context.create<BranchStmt>(Keyword, Label == NoToken ? Keyword : Label);
    if (Label != NoToken)
      S->Label = ident(Label);
    LastBranch = Keyword;
    return S;
  }
  Node *assign(PendingList Lhs, TokenIndex Operator, PendingList Rhs) {
    NodeList<Expr> Right = take<Expr>(Rhs);
    NodeList<Expr> Left = take<Expr>(Lhs);
    auto *S =
        Context.create<AssignStmt>(Left.front()->First, Right.back()->Last);
    S->OpToken = Operator;
    S->Lhs = Left;
    S->Rhs = Right;
    return S;
  }
  Node *opAssign(Node *X, TokenIndex Operator, Node *Y) {
    auto *S = Context.create<AssignStmt>(X->First, Y->Last);
    S->OpToken = Operator;
    S->Lhs = NodeList<Expr>(static_cast<Expr *>(X));
    S->Rhs = NodeList<Expr>(static_cast<Expr *>(Y));
    return S;
  }
  Node *incDec(Node *X, TokenIndex Operator) {
    auto *S = Context.create<IncDecStmt>(X->First, Operator);
    S->OpToken = Operator;
    S->X = static_cast<Expr *>(X);
    return S;
  }
  Node *send(Node *Chan, TokenIndex Arrow, Node *Value) {
    auto *S = Context.create<SendStmt>(Chan->First, Value->Last);
    S->OpToken = Arrow;
    S->Chan = static_cast<Expr *>(Chan);
    S->Value = static_cast<Expr *>(Value);
    return S;
  }
  /// Headers are two pending nodes, Init and Cond, and the semicolon.
  PendingList header(Node *Cond = nullptr) {
    return header(nullptr, NoToken, Cond);
  }
  PendingList header(Node *Init, TokenIndex Semi, Node *Cond);
  Node *ifStmt(TokenIndex If, PendingList Header, Node *Then, TokenIndex Else,
               Node *ElseStmt);
  Node *switchStmt(TokenIndex Switch, PendingList Header, TokenIndex Open,
                   PendingList Clauses, TokenIndex Close);
  Node *selectStmt(TokenIndex Select, TokenIndex Open, PendingList Clauses,
                   TokenIndex Close);
  Node *caseClause(TokenIndex Case, PendingList Values, TokenIndex Colon,
                   PendingList Body);
  Node *commClause(TokenIndex Case, Node *Comm, TokenIndex Colon,
                   PendingList Body);
  /// Complains of a condition that is none before what follows it is read.
  Node *forCondition(Node *S) {
    return S && !llvm::isa<ExprStmt>(S) ? exprStmt(conditionOf(S)) : S;
  }
  Node *forStmt(TokenIndex For, PendingList Header, TokenIndex Semi2,
                Node *Post, Node *Body);
  Node *rangeClause(PendingList Lhs, TokenIndex Operator, TokenIndex Range,
                    Node *X);
  Node *rangeStmt(TokenIndex For, Node *Clause, Node *Body);

  //--- Recovery --------------------------------------------------------------

  void discard(PendingList L) {
    if (L.Start < Pending.size())
      Pending.resize(L.Start);
  }
  /// The token ahead is wrong; the statement around it began before the last
  /// \p OpenBrackets open brackets, of which \p OpenBraces are braces.
  void beginRecovery(unsigned OpenBrackets, unsigned OpenBraces);
  /// Skips the rest of the statement that begins at \p First. Null where its
  /// end cannot be found before the next declaration.
  Node *badStmt(TokenIndex First);
  /// Skips to the next clause of a switch or select, or to its end; false where
  /// that cannot be found.
  bool skipToClause();

  //--- Errors ----------------------------------------------------------------

  void error(SourceRange Range, diag::Kind K,
             std::vector<std::string> Args = {}) {
    Errors.push_back({K, Range, std::move(Args)});
  }
  void error(TokenIndex At, diag::Kind K, std::vector<std::string> Args = {}) {
    error(Tokens.range(At), K, std::move(Args));
  }
  /// "syntax error: unexpected <token> <Context>".
  void unexpected(TokenIndex At, std::string Context);
  /// Bison's parser met a token that it cannot take. \p Stack holds the names
  /// of the symbols on its stack, the top first, as far as they matter; \p
  /// Expected those of the tokens that it would take.
  void syntaxError(llvm::ArrayRef<llvm::StringRef> Stack,
                   llvm::ArrayRef<llvm::StringRef> Expected);
  void stackExhausted();
  /// The token as the compiler's messages call it.
  std::string describeToken(TokenIndex I) const;

  const TokenBuffer &Tokens;
  ASTContext &Context;
  const SourceFile &File;
  std::vector<PendingDiagnostic> Errors;
  Ident *PackageName = nullptr;
  std::vector<Node *> Decls;
  /// Function bodies with branch or labeled statements, which are to be
  /// checked.
  std::vector<BlockStmt *> Bodies;
  /// The last such statement reduced. A body holds it, or one before it, only
  /// if it begins before it.
  TokenIndex LastBranch = 0;
  /// The token that the current attempt (the file, or the declarations from a
  /// point of recovery on) began with.
  TokenIndex DeclBegin = 0;
  /// The package clause has been read.
  bool IsPackageKnown = false;
  /// What the grammar starts with; Started once it has.
  enum : uint8_t { StartFile, StartDecls, Started } StartSymbol = StartFile;

private:
  template <typename T> NodeList<T> take(PendingList L) {
    NodeList<T> List = Context.createList<T>(
        llvm::ArrayRef<Node *>(Pending).drop_front(L.Start));
    Pending.resize(L.Start);
    return List;
  }
  FieldList *makeFields(TokenIndex Open, PendingList Pairs, TokenIndex Close,
                        bool AreTypeParams);
  void checkDots(const FieldList &List, bool MayHaveDots);
  Expr *conditionOf(Node *S);
  void checkClauseEnd(PendingList Body);

  std::vector<Node *> Pending;
  TokenIndex Cursor = 0;
  /// For each open bracket, whether a header goes on behind it.
  std::vector<uint8_t> Brackets;
  /// Behind if, for, switch, select and before their body, outside brackets.
  bool IsInHeader = false;
  /// What the last closing bracket took from Brackets, for recovery at it.
  bool PoppedBracket = false;
  /// Braces of the broken statement that are open at the wrong token.
  unsigned BracesInStatement = 0;
  TokenIndex LastRecovery = NoToken;
  /// The last header had its semicolon.
  bool IsLastHeaderFull = false;
};

/// Whether token \p I is a declaration's keyword in column 1, where gofmt puts
/// those at top level.
bool beginsDeclaration(const TokenBuffer &Tokens, TokenIndex I);

/// Labels, goto, break, continue and fallthrough in one function body, without
/// the bodies of function literals in it. Reports what cmd/compile does.
void checkBranches(const BlockStmt &Body, const TokenBuffer &Tokens,
                   std::vector<PendingDiagnostic> &Errors);

} // namespace otelrewrite

#endif
