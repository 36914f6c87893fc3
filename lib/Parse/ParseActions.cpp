//===- ParseActions.cpp - decisions and checks of the productions ---------===//
//
// What the grammar takes as a superset is decided or rejected here. Verdicts,
// positions and wording follow cmd/compile/internal/syntax.
//
//===----------------------------------------------------------------------===//

#include "ParseActions.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"

using namespace llvm;
using namespace otelrewrite;

void ParseActions::feed(FeedAction A, bool &IsBody) {
  switch (A) {
  case Plain:
    return;
  case Keyword:
    IsInHeader = true;
    return;
  case Open:
    Brackets.push_back(IsInHeader);
    IsInHeader = false;
    return;
  case OpenBrace:
    IsBody = IsInHeader;
    Brackets.push_back(false);
    IsInHeader = false;
    return;
  case Close:
    if (Brackets.empty())
      return; // a syntax error follows
    PoppedBracket = IsInHeader = Brackets.back();
    Brackets.pop_back();
    return;
  }
}

//--- Declarations ------------------------------------------------------------

void ParseActions::package(TokenIndex Package, TokenIndex Name) {
  PackageName = ident(Name);
  IsPackageKnown = true;
  DeclBegin = Cursor;
}

void ParseActions::topLevel(Node *D) {
  // Declarations before this one may have been imports only.
  bool IsImport = Tokens.kind(D->First) == tok::Import;
  if (IsImport && !Decls.empty() &&
      Tokens.kind(Decls.back()->First) != tok::Import)
    error(D->First, diag::err_import_late);
  Decls.push_back(D);
  DeclBegin = Cursor;
}

Node *ParseActions::importSpec(TokenIndex Name, TokenIndex Path) {
  auto *S = Context.create<ImportSpec>(Name == NoToken ? Path : Name, Path);
  if (Name != NoToken)
    S->LocalName = ident(Name);
  S->Path = literal(Path);
  if (Tokens.kind(Path) != tok::StringLiteral)
    error(Path, diag::err_import_path);
  return S;
}

Node *ParseActions::valueSpec(PendingList Names, Node *Type) {
  NodeList<Ident> L = take<Ident>(Names);
  auto *S = Context.create<ValueSpec>(L.front()->First,
                                      Type ? Type->Last : L.back()->Last);
  S->Names = L;
  S->Type = static_cast<Expr *>(Type);
  return S;
}

Node *ParseActions::valueSpec(PendingList Names, Node *Type, TokenIndex Assign,
                              PendingList Values) {
  NodeList<Expr> V = take<Expr>(Values);
  NodeList<Ident> L = take<Ident>(Names);
  auto *S = Context.create<ValueSpec>(L.front()->First, V.back()->Last);
  S->Names = L;
  S->Type = static_cast<Expr *>(Type);
  S->OpToken = Assign;
  S->Values = V;
  return S;
}

static bool isTypeLiteral(const Node *E) {
  switch (E->Kind) {
  case NodeKind::ArrayType:
  case NodeKind::SliceType:
  case NodeKind::StructType:
  case NodeKind::FuncType:
  case NodeKind::InterfaceType:
  case NodeKind::MapType:
  case NodeKind::ChanType:
    return true;
  default:
    return false;
  }
}

namespace {
struct NameAndType {
  Ident *Name = nullptr;
  Expr *Type = nullptr;
};
} // namespace

/// Whether \p E can only be a type or a constraint, never a value.
static bool isTypeElement(const Node *E, const TokenBuffer &Tokens) {
  SmallVector<const Node *, 8> Stack{E};
  while (!Stack.empty()) {
    const Node *N = Stack.pop_back_val();
    if (auto *P = dyn_cast<ParenExpr>(N)) {
      Stack.push_back(P->X);
    } else if (auto *S = dyn_cast<StarExpr>(N)) {
      Stack.push_back(S->X);
    } else if (auto *B = dyn_cast<BinaryExpr>(N)) {
      Stack.append({B->X, B->Y});
    } else if (auto *U = dyn_cast<UnaryExpr>(N)) {
      if (Tokens.kind(U->First) == tok::Tilde)
        return true;
      Stack.push_back(U->X);
    } else if (isTypeLiteral(N)) {
      return true;
    }
  }
  return false;
}

/// Takes \p E apart as a type parameter's name and its constraint: `P *C`,
/// `P (C)`, and unions that begin so. Only if \p Force is set or the constraint
/// cannot be a value. A name alone gives the name.
static NameAndType splitTypeParam(Node *E, bool Force,
                                  const TokenBuffer &Tokens,
                                  ASTContext &Context) {
  if (auto *Name = dyn_cast<Ident>(E))
    return {Name, nullptr};
  // Down the left side of the union.
  SmallVector<BinaryExpr *, 8> Unions;
  Node *Head = E;
  while (auto *B = dyn_cast<BinaryExpr>(Head)) {
    if (Tokens.kind(B->OpToken) != tok::Pipe)
      break;
    Force = Force || isTypeElement(B->Y, Tokens);
    Unions.push_back(B);
    Head = B->X;
  }
  NameAndType Result;
  if (auto *B = dyn_cast<BinaryExpr>(Head)) {
    auto *Name = dyn_cast<Ident>(B->X);
    if (!Name || Tokens.kind(B->OpToken) != tok::Star ||
        !(Force || isTypeElement(B->Y, Tokens)))
      return {};
    auto *Star = Context.create<StarExpr>(B->OpToken, B->Last);
    Star->X = B->Y;
    Result = {Name, Star};
  } else if (auto *C = dyn_cast<CallExpr>(Head)) {
    auto *Name = dyn_cast<Ident>(C->Fun);
    if (!Name || C->Args.size() != 1 || C->isVariadic() ||
        !(Force || isTypeElement(C->Args.front(), Tokens)))
      return {};
    auto *Paren = Context.create<ParenExpr>(C->OpToken, C->Last);
    Paren->X = C->Args.front();
    Result = {Name, Paren};
  } else {
    return {};
  }
  while (!Unions.empty()) {
    BinaryExpr *U = Unions.pop_back_val();
    U->X = Result.Type;
    U->First = Result.Type->First;
    Result.Type = U;
  }
  return Result;
}

bool ParseActions::mustBeTypeParams(PendingList Items, TokenIndex Comma) {
  if (Pending.size() - Items.Start > 2 || Pending[Items.Start + 1])
    return true;
  NameAndType Split =
      splitTypeParam(Pending[Items.Start], true, Tokens, Context);
  if (!Split.Name) {
    error(Comma, diag::err_array_comma);
    return false;
  }
  Pending[Items.Start] = Split.Name;
  Pending[Items.Start + 1] = Split.Type;
  return true;
}

Node *ParseActions::genericTypeSpec(TokenIndex Name, TokenIndex Open,
                                    PendingList Items, TokenIndex Close,
                                    TokenIndex Assign, Node *Type) {
  FieldList *Params = makeFields(Open, Items, Close, true);
  auto *S = static_cast<TypeSpec *>(typeSpec(Name, Type));
  S->OpToken = Assign;
  S->TypeParams = Params;
  return S;
}

Node *ParseActions::typeSpecBracket(TokenIndex Name, TokenIndex Open,
                                    PendingList Items, TokenIndex Close,
                                    TokenIndex Assign, Node *Type) {
  Node *&First = Pending[Items.Start];
  Node *&Constraint = Pending[Items.Start + 1];
  if (Pending.size() - Items.Start == 2 && !Constraint) {
    NameAndType Split = splitTypeParam(First, false, Tokens, Context);
    if (!Split.Type) {
      Node *Length = First;
      Pending.resize(Items.Start);
      if (Assign != NoToken)
        unexpected(Assign, ", expected type");
      return typeSpec(Name, arrayType(Open, Length, Close, Type));
    }
    First = Split.Name;
    Constraint = Split.Type;
  }
  return genericTypeSpec(Name, Open, Items, Close, Assign, Type);
}

Node *ParseActions::typeParams(TokenIndex Open, PendingList Items,
                               TokenIndex Close) {
  return makeFields(Open, Items, Close, true);
}

Node *ParseActions::withTypeParams(Node *TypeParams, Node *Signature) {
  auto *Type = static_cast<FuncType *>(Signature);
  Type->TypeParams = static_cast<FieldList *>(TypeParams);
  Type->First = TypeParams->First;
  return Type;
}

Node *ParseActions::funcDecl(TokenIndex Func, Node *Recv, TokenIndex Name,
                             Node *Signature, Node *Body) {
  auto *D = Context.create<FuncDecl>(Func, Body ? Body->Last : Signature->Last);
  D->Recv = static_cast<FieldList *>(Recv);
  D->Name = ident(Name);
  D->Type = static_cast<FuncType *>(Signature);
  D->Body = static_cast<BlockStmt *>(Body);
  if (Body)
    addBody(D->Body);
  return D;
}

Node *ParseActions::receiver(Node *Params) {
  auto *L = static_cast<FieldList *>(Params);
  checkDots(*L, false);
  unsigned Count = countFields(L);
  // The compiler complains at the token behind the receiver.
  if (Count == 0)
    error(L->Last + 1, diag::err_receiver_none);
  else if (Count > 1)
    error(L->Last + 1, diag::err_receiver_many);
  return L;
}

//--- Types -------------------------------------------------------------------

FieldList *ParseActions::makeFields(TokenIndex Open, PendingList Pairs,
                                    TokenIndex Close, bool AreTypeParams) {
  auto *List = Context.create<FieldList>(Open, Close);
  List->OpToken = Open;
  size_t Count = (Pending.size() - Pairs.Start) / 2;
  if (Count == 0)
    return List;
  Node **Items = Pending.data() + Pairs.Start;
  auto nameOf = [&](size_t I) -> Node *& { return Items[2 * I]; };
  auto typeOf = [&](size_t I) -> Node *& { return Items[2 * I + 1]; };

  size_t Named = 0; // items with a name and a type
  size_t Typed = 0;
  for (size_t I = 0; I < Count; ++I) {
    Named += nameOf(I) && typeOf(I);
    Typed += typeOf(I) != nullptr;
    if (typeOf(I) && isa<EllipsisType>(typeOf(I)))
      List->setHasDots();
  }

  SmallVector<Node *, 8> Fields;
  if (Named == 0 && !AreTypeParams) {
    for (size_t I = 0; I < Count; ++I)
      Fields.push_back(embedded(typeOf(I) ? typeOf(I) : nameOf(I), nullptr));
  } else {
    if (Named != Count) {
      // From right to left: an item without a type has the type that follows.
      TokenIndex ErrorAt = NoToken;
      bool HasType = false;
      for (size_t I = Count; I-- > 0;) {
        if (typeOf(I)) {
          HasType = true;
          if (!nameOf(I))
            ErrorAt = typeOf(I)->First;
        } else if (!HasType) {
          ErrorAt = nameOf(I)->First;
        }
      }
      if (ErrorAt != NoToken) {
        if (Named == Typed)
          error(Close, AreTypeParams ? diag::err_type_constraint_missing
                                     : diag::err_parameter_type_missing);
        else if (!AreTypeParams)
          error(ErrorAt, diag::err_parameter_name_missing);
        else
          error(ErrorAt, Count == 1 ? diag::err_type_parameter_or_length
                                    : diag::err_type_parameter_name_missing);
      }
    }
    for (size_t I = 0; I < Count;) {
      if (!nameOf(I)) {
        Fields.push_back(embedded(typeOf(I), nullptr));
        ++I;
        continue;
      }
      SmallVector<Node *, 4> Names;
      Node *Type = nullptr;
      while (!Type && I < Count && nameOf(I)) {
        Names.push_back(nameOf(I));
        Type = typeOf(I);
        ++I;
      }
      if (!Type) { // reported above
        for (Node *Name : Names)
          Fields.push_back(embedded(Name, nullptr));
        continue;
      }
      auto *F = Context.create<Field>(Names.front()->First, Type->Last);
      F->Names = Context.createList<Ident>(Names);
      F->Type = static_cast<Expr *>(Type);
      Fields.push_back(F);
    }
  }
  List->Fields = Context.createList<Field>(Fields);
  Pending.resize(Pairs.Start);
  return List;
}

Node *ParseActions::parameters(TokenIndex Open, PendingList Pairs,
                               TokenIndex Close) {
  return makeFields(Open, Pairs, Close, false);
}

/// `...` stands only at the end of a function's parameters. One report a list.
void ParseActions::checkDots(const FieldList &List, bool MayHaveDots) {
  if (!List.isHasDots())
    return;
  for (Field *F : List.Fields) {
    if (!isa<EllipsisType>(F->Type))
      continue;
    if (!MayHaveDots) {
      error(F->Type->First, diag::err_dots_invalid);
      return;
    }
    if (F != List.Fields.back() || F->Names.size() > 1) {
      error(F->Type->First, diag::err_dots_not_final);
      return;
    }
  }
}

Node *ParseActions::signature(Node *Params, Node *Results) {
  auto *T = Context.create<FuncType>(Params->First,
                                     (Results ? Results : Params)->Last);
  T->Params = static_cast<FieldList *>(Params);
  T->Results = static_cast<FieldList *>(Results);
  checkDots(*T->Params, true);
  if (Results)
    checkDots(*T->Results, false);
  return T;
}

Node *ParseActions::singleResult(Node *Type) {
  auto *L = Context.create<FieldList>(Type->First, Type->Last);
  L->Fields = NodeList<Field>(static_cast<Field *>(embedded(Type, nullptr)));
  return L;
}

Node *ParseActions::field(PendingList Names, Node *Type, Node *Tag) {
  NodeList<Ident> L = take<Ident>(Names);
  auto *F = Context.create<Field>(L.front()->First, (Tag ? Tag : Type)->Last);
  F->Names = L;
  F->Type = static_cast<Expr *>(Type);
  F->Tag = static_cast<BasicLit *>(Tag);
  return F;
}

//--- Expressions -------------------------------------------------------------

/// `<-` before a channel type belongs to the type: `<-chan T`; and a send-only
/// channel passes its arrow on: `<-chan<- chan T` receives `<-chan T`.
Node *ParseActions::receive(TokenIndex Arrow, Node *X) {
  auto *Outer = dyn_cast<ChanType>(X);
  if (!Outer)
    return unary(Arrow, X);
  auto here = [&] { return Cursor - 1; };
  ChanType *C = Outer;
  for (;;) {
    TokenIndex Old = C->OpToken;
    bool WasReceive = C->isReceiveOnly();
    bool WasSend = C->isSendOnly();
    C->Flags = 0;
    C->setReceiveOnly();
    C->OpToken = Arrow;
    C->First = Arrow;
    if (WasReceive) {
      error(here(), diag::err_chan_expected, {"<-"});
      break;
    }
    if (!WasSend)
      break;
    auto *Elem = dyn_cast<ChanType>(C->Elem);
    if (!Elem) {
      error(here(), diag::err_chan_expected, {C->Elem->getText(Tokens).str()});
      break;
    }
    Arrow = Old;
    C = Elem;
  }
  return Outer;
}

Node *ParseActions::slice(Node *X, TokenIndex Open, Node *Low,
                          TokenIndex Colon1, Node *High, TokenIndex Colon2,
                          Node *Max, TokenIndex Close) {
  auto *E = Context.create<SliceExpr>(X->First, Close);
  E->OpToken = Open;
  E->Colon1 = Colon1;
  E->Colon2 = Colon2;
  E->X = static_cast<Expr *>(X);
  E->Low = static_cast<Expr *>(Low);
  E->High = static_cast<Expr *>(High);
  E->Max = static_cast<Expr *>(Max);
  if (Colon2 != NoToken) {
    if (!High)
      error(Colon2, diag::err_slice_middle);
    if (!Max)
      error(Close, diag::err_slice_final);
  }
  return E;
}

/// Whether \p E is a value by its form alone.
static bool isValue(const Node *E, const TokenBuffer &Tokens) {
  SmallVector<const Node *, 8> Stack{E};
  while (!Stack.empty()) {
    const Node *N = Stack.pop_back_val();
    switch (N->Kind) {
    case NodeKind::BasicLit:
    case NodeKind::CompositeLit:
    case NodeKind::FuncLit:
    case NodeKind::SliceExpr:
    case NodeKind::TypeAssertExpr:
    case NodeKind::CallExpr:
    case NodeKind::UnaryExpr:
    case NodeKind::BinaryExpr:
      return true;
    default:
      break;
    }
    if (auto *P = dyn_cast<ParenExpr>(N)) {
      Stack.push_back(P->X);
    } else if (auto *I = dyn_cast<IndexExpr>(N)) {
      Stack.push_back(I->X);
      // Several indices are types.
      if (I->Indices.size() == 1)
        Stack.push_back(I->Indices.front());
    }
  }
  return false;
}

bool ParseActions::mayBeLiteralType(Node *Type, TokenIndex Brace) {
  const Expr *T = unparen(static_cast<Expr *>(Type));
  bool IsType = false;
  switch (T->Kind) {
  case NodeKind::Ident:
  case NodeKind::SelectorExpr:
  case NodeKind::ArrayType:
  case NodeKind::SliceType:
  case NodeKind::StructType:
  case NodeKind::MapType:
    IsType = true;
    break;
  case NodeKind::IndexExpr:
    IsType = !isValue(T, Tokens);
    break;
  default:
    break;
  }
  if (!IsType)
    return false;
  if (T != Type)
    error(Brace, diag::err_literal_type_paren);
  return true;
}

Node *ParseActions::funcLit(Node *Type, Node *Body) {
  auto *E = Context.create<FuncLit>(Type->First, Body->Last);
  E->Type = static_cast<FuncType *>(Type);
  E->Body = static_cast<BlockStmt *>(Body);
  addBody(E->Body);
  return E;
}

//--- Statements --------------------------------------------------------------

/// `x.(type)` or `n := x.(type)`.
static bool isTypeSwitchGuard(const Node *S, const TokenBuffer &Tokens) {
  auto isGuard = [](const Node *E) {
    auto *A = dyn_cast<TypeAssertExpr>(E);
    return A && !A->Type;
  };
  if (auto *E = dyn_cast_or_null<ExprStmt>(S))
    return isGuard(E->X);
  auto *A = dyn_cast_or_null<AssignStmt>(S);
  return A && Tokens.kind(A->OpToken) == tok::ColonEqual &&
         A->Lhs.size() == 1 && isa<Ident>(A->Lhs.front()) &&
         A->Rhs.size() == 1 && isGuard(A->Rhs.front());
}

PendingList ParseActions::header(Node *Init, TokenIndex Semi, Node *Cond) {
  // Complain here, before the body and its errors. A guard is no value either,
  // but whether it stands in a switch is not known yet.
  if (Cond && !isa<ExprStmt>(Cond) && !isTypeSwitchGuard(Cond, Tokens))
    Cond = exprStmt(conditionOf(Cond));
  PendingList L = pairs(Init, Cond);
  L.Token = Semi;
  IsLastHeaderFull = Semi != NoToken;
  return L;
}

PendingList ParseActions::appendStmt(PendingList L, TokenIndex Semi, Node *S) {
  if (Tokens.kind(Semi) == tok::Semicolon) {
    tok::Kind Before = Tokens.kind(Semi - 1);
    if (tok::isSemicolon(Before) || Before == tok::LBrace ||
        Before == tok::Colon) {
      auto *Empty = Context.create<EmptyStmt>(Semi, Semi);
      LabeledStmt *Label = nullptr;
      if (Pending.size() > L.Start)
        Label = dyn_cast<LabeledStmt>(Pending.back());
      // L: M: ;
      while (Label && Label->Last + 1 == Semi) {
        Label->Last = Semi;
        auto *Inner = dyn_cast_or_null<LabeledStmt>(Label->Statement);
        if (!Inner) {
          Label->Statement = Empty;
          Empty = nullptr;
        }
        Label = Inner;
      }
      if (Empty)
        Pending.push_back(Empty);
    }
  }
  if (S) {
    checkStmtStart(S);
    Pending.push_back(S);
  }
  return L;
}

void ParseActions::rejectStmt(Node *S) {
  SourceRange R = S->getRange(Tokens);
  llvm::erase_if(Errors, [&](const PendingDiagnostic &E) {
    return R.contains(E.Range.Begin); // consequences
  });
  unexpected(S->First, ", expected }");
}

Node *ParseActions::labeled(TokenIndex Name, TokenIndex Colon,
                            Node *Statement) {
  auto *S =
      Context.create<LabeledStmt>(Name, Statement ? Statement->Last : Colon);
  S->OpToken = Colon;
  S->Label = ident(Name);
  S->Statement = static_cast<Stmt *>(Statement);
  LastBranch = std::max(LastBranch, Name);
  // Labels before one that lacks its statement lack theirs too.
  tok::Kind Next = Tokens.kind(S->Last + 1);
  bool IsBare = !Statement || (isa<LabeledStmt>(Statement) &&
                               Tokens.kind(S->Last) == tok::Colon);
  if (IsBare && !tok::isSemicolon(Next) && Next != tok::RBrace)
    error(Colon, diag::err_label_statement);
  return S;
}

Node *ParseActions::goStmt(TokenIndex Go, Node *Call) {
  auto *S = Context.create<GoStmt>(Go, Call->Last);
  S->Call = static_cast<Expr *>(Call);
  if (isa<ParenExpr>(Call))
    error(Call->First, diag::err_call_paren, {"go"});
  return S;
}

Node *ParseActions::deferStmt(TokenIndex Defer, Node *Call) {
  auto *S = Context.create<DeferStmt>(Defer, Call->Last);
  S->Call = static_cast<Expr *>(Call);
  if (isa<ParenExpr>(Call))
    error(Call->First, diag::err_call_paren, {"defer"});
  return S;
}

/// The condition that \p S stands for; complains where it is none.
Expr *ParseActions::conditionOf(Node *S) {
  if (!S)
    return nullptr;
  if (auto *E = dyn_cast<ExprStmt>(S))
    return E->X;
  std::string Text;
  auto *A = dyn_cast<AssignStmt>(S);
  if (A && Tokens.kind(A->OpToken) == tok::Equal) {
    // Show where the `=` is.
    auto side = [&](const NodeList<Expr> &L) {
      SourceRange R = {Tokens.begin(L.front()->First),
                       Tokens.end(L.back()->Last)};
      std::string Side = File.getText(R).str();
      if (L.size() == 1 && isa<BinaryExpr>(L.front()))
        return "(" + Side + ")";
      return Side;
    };
    Text = "assignment " + side(A->Lhs) + " = " + side(A->Rhs);
  } else {
    Text = S->getText(Tokens).str();
  }
  error(S->OpToken, diag::err_statement_as_value, {Text});
  return Context.create<BadExpr>(S->First, S->Last);
}

Node *ParseActions::ifStmt(TokenIndex If, PendingList Header, Node *Then,
                           TokenIndex Else, Node *ElseStmt) {
  auto *S = Context.create<IfStmt>(If, (ElseStmt ? ElseStmt : Then)->Last);
  S->OpToken = Else;
  S->Init = static_cast<Stmt *>(Pending[Header.Start]);
  S->Cond = conditionOf(Pending[Header.Start + 1]);
  S->Then = static_cast<BlockStmt *>(Then);
  S->Else = static_cast<Stmt *>(ElseStmt);
  Pending.resize(Header.Start);
  if (!S->Cond && Header.Token != NoToken) {
    if (Tokens.kind(Header.Token) == tok::Semicolon)
      error(Header.Token, diag::err_if_condition);
    else
      unexpected(Header.Token, ", expected { after if clause");
  }
  return S;
}

Node *ParseActions::switchStmt(TokenIndex Switch, PendingList Header,
                               TokenIndex Open, PendingList Clauses,
                               TokenIndex Close) {
  NodeList<CaseClause> L = take<CaseClause>(Clauses);
  auto *Init = static_cast<Stmt *>(Pending[Header.Start]);
  Node *Tag = Pending[Header.Start + 1];
  Pending.resize(Header.Start);
  if (isTypeSwitchGuard(Tag, Tokens)) {
    auto *S = Context.create<TypeSwitchStmt>(Switch, Close);
    S->OpToken = Open;
    S->Init = Init;
    S->Guard = static_cast<Stmt *>(Tag);
    S->Clauses = L;
    return S;
  }
  auto *S = Context.create<SwitchStmt>(Switch, Close);
  S->OpToken = Open;
  S->Init = Init;
  S->Tag = conditionOf(Tag);
  S->Clauses = L;
  return S;
}

Node *ParseActions::selectStmt(TokenIndex Select, TokenIndex Open,
                               PendingList Clauses, TokenIndex Close) {
  auto *S = Context.create<SelectStmt>(Select, Close);
  S->OpToken = Open;
  S->Clauses = take<CommClause>(Clauses);
  return S;
}

/// Before the next clause a statement needs its semicolon; the grammar does
/// not ask for it. The token ahead has been read.
void ParseActions::checkClauseEnd(PendingList Body) {
  TokenIndex Ahead = Cursor - 1;
  tok::Kind Before = Tokens.kind(Ahead - 1);
  bool IsClause =
      Tokens.kind(Ahead) == tok::Case || Tokens.kind(Ahead) == tok::Default;
  if (IsClause && !tok::isSemicolon(Before) && Before != tok::Colon)
    unexpected(Ahead, " at end of statement");
}

Node *ParseActions::caseClause(TokenIndex Case, PendingList Values,
                               TokenIndex Colon, PendingList Body) {
  checkClauseEnd(Body);
  NodeList<Stmt> Stmts = take<Stmt>(Body);
  auto *C = Context.create<CaseClause>(
      Case, Stmts.empty() ? Colon : Stmts.back()->Last);
  C->OpToken = Colon;
  C->Values = take<Expr>(Values);
  C->Body = Stmts;
  return C;
}

Node *ParseActions::commClause(TokenIndex Case, Node *Comm, TokenIndex Colon,
                               PendingList Body) {
  checkClauseEnd(Body);
  NodeList<Stmt> Stmts = take<Stmt>(Body);
  auto *C = Context.create<CommClause>(
      Case, Stmts.empty() ? Colon : Stmts.back()->Last);
  C->OpToken = Colon;
  C->Comm = static_cast<Stmt *>(Comm);
  C->Body = Stmts;
  return C;
}

Node *ParseActions::forStmt(TokenIndex For, PendingList Header,
                            TokenIndex Semi2, Node *Post, Node *Body) {
  auto *S = Context.create<ForStmt>(For, Body->Last);
  S->Semi1 = Header.Token;
  S->Semi2 = Semi2;
  S->Init = static_cast<Stmt *>(Pending[Header.Start]);
  S->Cond = conditionOf(Pending[Header.Start + 1]);
  S->Post = static_cast<Stmt *>(Post);
  S->Body = static_cast<BlockStmt *>(Body);
  Pending.resize(Header.Start);
  if (auto *A = dyn_cast_or_null<AssignStmt>(Post))
    if (Tokens.kind(A->OpToken) == tok::ColonEqual)
      error(A->OpToken, diag::err_for_post_declaration);
  return S;
}

Node *ParseActions::rangeClause(PendingList Lhs, TokenIndex Operator,
                                TokenIndex Range, Node *X) {
  auto *S = Context.create<RangeStmt>(Range, X->Last);
  S->OpToken = Operator;
  S->Range = Range;
  S->Lhs = take<Expr>(Lhs);
  S->X = static_cast<Expr *>(X);
  return S;
}

Node *ParseActions::rangeStmt(TokenIndex For, Node *Clause, Node *Body) {
  auto *S = static_cast<RangeStmt *>(Clause);
  S->First = For;
  S->Last = Body->Last;
  S->Body = static_cast<BlockStmt *>(Body);
  return S;
}

//--- Errors ------------------------------------------------------------------

std::string ParseActions::describeToken(TokenIndex I) const {
  tok::Kind K = Tokens.kind(I);
  switch (K) {
  case tok::Identifier:
    return ("name " + Tokens.text(I)).str();
  case tok::Semicolon:
    return "semicolon";
  case tok::AutoSemicolon:
    return Tokens.begin(I) == File.size() ? "EOF" : "newline";
  case tok::Comma:
    return "comma";
  case tok::EndOfFile:
    return "EOF";
  default:
    if (tok::isLiteral(K))
      return ("literal " + Tokens.text(I)).str();
    if (tok::isKeyword(K))
      return ("keyword " + tok::getName(K)).str();
    return tok::getName(K).str();
  }
}

void ParseActions::unexpected(TokenIndex At, std::string Where) {
  error(At, diag::err_unexpected, {describeToken(At), std::move(Where)});
}

void ParseActions::stackExhausted() { error(Cursor - 1, diag::err_too_deep); }
