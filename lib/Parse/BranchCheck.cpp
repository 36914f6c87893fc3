//===- BranchCheck.cpp - labels and branch statements ---------------------===//
//
// The checks that the compiler makes on each function body when it has parsed
// it: labels are declared once and used, break and continue have their
// statement, fallthrough its place, and goto neither enters a block nor jumps
// over a variable. Literals inside have bodies of their own.
//
// Blocks nest without limit, so the walk keeps its own stack of frames.
//
//===----------------------------------------------------------------------===//

#include "ParseActions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace otelrewrite;

namespace {

struct Block {
  TokenIndex Start;
};

struct Label {
  unsigned Block;
  /// The place of the block's frame while the block is open.
  size_t Depth;
  const LabeledStmt *Statement;
  bool IsUsed = false;
};

/// What unlabelled branches in a block refer to.
struct Targets {
  const Stmt *Break = nullptr;
  const Stmt *Continue = nullptr;
  /// The number of the switch clause whose list this is, or -1.
  int Clause = -1;
};

/// A block that waits until the ones before it are done.
struct InnerBlock {
  Targets Context;
  TokenIndex Start;
  ArrayRef<Stmt *> Stmts;
};

struct Frame {
  unsigned Block;
  Targets Context;
  ArrayRef<Stmt *> Stmts;
  size_t Next = 0;
  /// Of the statement at hand.
  const LabeledStmt *Label = nullptr;
  SmallVector<InnerBlock, 2> Inner;
  size_t NextInner = 0;
  /// The last variable declaration.
  TokenIndex Variable = NoToken;
  std::string VariableName;
};

class BranchChecker {
public:
  BranchChecker(const TokenBuffer &Tokens,
                std::vector<PendingDiagnostic> &Errors)
      : Tokens(Tokens), Errors(Errors) {}

  void run(const BlockStmt &Body);

private:
  void error(TokenIndex At, diag::Kind K, std::vector<std::string> Args = {}) {
    Errors.push_back({K, Tokens.range(At), std::move(Args)});
  }
  std::string describe(TokenIndex At) const {
    LineColumn P = Tokens.getFile().getLineColumn(Tokens.begin(At));
    return formatv("{0}:{1}:{2}", Tokens.getFile().getName(), P.Line, P.Column)
        .str();
  }
  StringRef nameOf(const Ident *I) const { return Tokens.text(I->First); }

  void push(Targets Context, TokenIndex Start, ArrayRef<Stmt *> Stmts);
  void visitStmt(const Stmt *S, size_t Index);
  void declareLabel(const LabeledStmt *S);
  void declareVariable(TokenIndex At, std::string Name);
  void visitBranch(const BranchStmt *S, size_t Index);
  void visitFallthrough(const BranchStmt *S, size_t Index);
  void visitLabeledBranch(const BranchStmt *S);
  bool isGotoTarget(StringRef Name);
  bool isOpen(const Label &L) const {
    return L.Depth < Frames.size() && Frames[L.Depth].Block == L.Block;
  }

  /// The statement that the label \p Name, which must belong to an enclosing
  /// statement, labels. IsKnown: the label exists.
  const LabeledStmt *enclosing(StringRef Name, bool &IsKnown);

  const TokenBuffer &Tokens;
  std::vector<PendingDiagnostic> &Errors;
  std::vector<Block> Blocks;
  std::vector<Frame> Frames;
  StringMap<Label> Labels;
  /// Gotos whose label has not been seen, by its name, in source order. Those
  /// behind a block's start are the ones in it.
  StringMap<SmallVector<const BranchStmt *, 1>> Gotos;
};

} // namespace

/// Without the empty statements at the end.
static ArrayRef<Stmt *> trimmed(ArrayRef<Stmt *> Stmts) {
  while (!Stmts.empty() && isa<EmptyStmt>(Stmts.back()))
    Stmts = Stmts.drop_back();
  return Stmts;
}

void BranchChecker::push(Targets Context, TokenIndex Start,
                         ArrayRef<Stmt *> Stmts) {
  Blocks.push_back({Start});
  Frame F;
  F.Block = Blocks.size() - 1;
  F.Context = Context;
  F.Stmts = trimmed(Stmts);
  Frames.push_back(std::move(F));
}

void BranchChecker::run(const BlockStmt &Body) {
  push({}, Body.First, Body.Stmts.ref());
  while (!Frames.empty()) {
    Frame &F = Frames.back();
    if (F.NextInner < F.Inner.size()) {
      InnerBlock I = F.Inner[F.NextInner++];
      push(I.Context, I.Start, I.Stmts);
      continue;
    }
    if (F.Next < F.Stmts.size()) {
      F.Inner.clear();
      F.NextInner = 0;
      F.Label = nullptr;
      size_t Index = F.Next++;
      visitStmt(F.Stmts[Index], Index);
      continue;
    }
    Frames.pop_back();
  }
  for (const auto &Entry : Gotos) {
    for (const BranchStmt *S : Entry.second) {
      StringRef Name = Entry.first();
      auto It = Labels.find(Name);
      if (It == Labels.end()) {
        error(S->Label->First, diag::err_label_undefined, {Name.str()});
        continue;
      }
      It->second.IsUsed = true;
      error(S->Label->First, diag::err_goto_into_block,
            {Name.str(), describe(Blocks[It->second.Block].Start)});
    }
  }
  for (const auto &Entry : Labels)
    if (!Entry.second.IsUsed)
      error(Entry.second.Statement->Label->First, diag::err_label_unused,
            {Entry.first().str()});
}

void BranchChecker::declareVariable(TokenIndex At, std::string Name) {
  Frame &F = Frames.back();
  F.Variable = At;
  F.VariableName = std::move(Name);
}

void BranchChecker::declareLabel(const LabeledStmt *S) {
  Frame &F = Frames.back();
  StringRef Name = nameOf(S->Label);
  auto [It, IsNew] =
      Labels.try_emplace(Name, Label{F.Block, Frames.size() - 1, S, false});
  if (!IsNew)
    error(S->Label->First, diag::err_label_redefined,
          {Name.str(), describe(It->second.Statement->Label->First)});
  F.Label = S;
  auto Waiting = Gotos.find(Name);
  if (Waiting == Gotos.end())
    return;
  auto &List = Waiting->second;
  while (!List.empty() && List.back()->First > Blocks[F.Block].Start) {
    const BranchStmt *Goto = List.pop_back_val();
    It->second.IsUsed = true;
    if (F.Variable != NoToken && Goto->First < F.Variable)
      error(Goto->Label->First, diag::err_goto_over_variable,
            {Name.str(), F.VariableName, describe(F.Variable)});
  }
}

void BranchChecker::visitStmt(const Stmt *S, size_t Index) {
  while (auto *L = dyn_cast<LabeledStmt>(S)) {
    Frames.back().Label = nullptr;
    if (nameOf(L->Label) != "_")
      declareLabel(L);
    if (!L->Statement)
      return;
    S = L->Statement;
  }
  Frame &F = Frames.back();
  Targets Nested = F.Context;
  Nested.Clause = -1;
  auto addInner = [&](const BlockStmt *B) {
    F.Inner.push_back({Nested, B->First, B->Stmts.ref()});
  };
  if (auto *D = dyn_cast<DeclStmt>(S)) {
    auto *G = dyn_cast<GenDecl>(D->Declaration);
    if (G && Tokens.kind(G->First) == tok::Var && !G->Specs.empty()) {
      auto *V = cast<ValueSpec>(G->Specs.front());
      declareVariable(V->First, nameOf(V->Names.front()).str());
    }
  } else if (auto *B = dyn_cast<BranchStmt>(S)) {
    visitBranch(B, Index);
  } else if (auto *A = dyn_cast<AssignStmt>(S)) {
    if (Tokens.kind(A->getOperator()) == tok::ColonEqual) {
      SourceRange Lhs = {Tokens.begin(A->Lhs.front()->First),
                         Tokens.end(A->Lhs.back()->Last)};
      declareVariable(A->getOperator(), Tokens.getFile().getText(Lhs).str());
    }
  } else if (auto *B = dyn_cast<BlockStmt>(S)) {
    addInner(B);
  } else if (auto *I = dyn_cast<IfStmt>(S)) {
    addInner(I->Then);
    // The else part counts as a block that holds it.
    if (I->Else)
      F.Inner.push_back({Nested, I->Else->First, ArrayRef(&I->Else, 1)});
  } else if (auto *L = dyn_cast<ForStmt>(S)) {
    Nested.Break = Nested.Continue = L;
    addInner(L->Body);
  } else if (auto *L = dyn_cast<RangeStmt>(S)) {
    Nested.Break = Nested.Continue = L;
    addInner(L->Body);
  } else if (isa<SwitchStmt>(S) || isa<TypeSwitchStmt>(S)) {
    Nested.Break = S;
    auto *W = dyn_cast<SwitchStmt>(S);
    for (const CaseClause *C :
         W ? W->Clauses : cast<TypeSwitchStmt>(S)->Clauses) {
      ++Nested.Clause;
      F.Inner.push_back({Nested, C->First, C->Body.ref()});
    }
  } else if (auto *L = dyn_cast<SelectStmt>(S)) {
    Nested.Break = L;
    for (const CommClause *C : L->Clauses)
      F.Inner.push_back({Nested, C->First, C->Body.ref()});
  }
}

void BranchChecker::visitFallthrough(const BranchStmt *S, size_t Index) {
  const Frame &F = Frames.back();
  const Stmt *In = F.Context.Break;
  diag::Kind Problem = diag::err_fallthrough;
  if (In && isa<TypeSwitchStmt>(In)) {
    Problem = diag::err_fallthrough_type_switch;
  } else if (In && isa<SwitchStmt>(In) && F.Context.Clause >= 0 &&
             Index + 1 == F.Stmts.size()) {
    size_t Count = cast<SwitchStmt>(In)->Clauses.size();
    if (static_cast<size_t>(F.Context.Clause) + 1 != Count)
      return;
    Problem = diag::err_fallthrough_final;
  }
  error(S->First, Problem);
}

void BranchChecker::visitBranch(const BranchStmt *S, size_t Index) {
  const Frame &F = Frames.back();
  if (S->Label) {
    visitLabeledBranch(S);
    return;
  }
  switch (Tokens.kind(S->First)) {
  case tok::Break:
    if (!F.Context.Break)
      error(S->First, diag::err_break_outside);
    return;
  case tok::Continue:
    if (!F.Context.Continue)
      error(S->First, diag::err_continue_outside);
    return;
  default:
    visitFallthrough(S, Index);
    return;
  }
}

const LabeledStmt *BranchChecker::enclosing(StringRef Name, bool &IsKnown) {
  auto It = Labels.find(Name);
  IsKnown = It != Labels.end();
  if (!IsKnown)
    return nullptr;
  Label &L = It->second;
  L.IsUsed = true;
  bool IsAround = isOpen(L) && L.Depth + 1 < Frames.size() &&
                  Frames[L.Depth].Label == L.Statement;
  return IsAround ? L.Statement : nullptr;
}

/// A label counts where its block is the goto's or around it.
bool BranchChecker::isGotoTarget(StringRef Name) {
  auto It = Labels.find(Name);
  if (It == Labels.end())
    return false;
  It->second.IsUsed = true;
  return isOpen(It->second);
}

void BranchChecker::visitLabeledBranch(const BranchStmt *S) {
  TokenIndex At = S->Label->First;
  StringRef Name = nameOf(S->Label);
  tok::Kind Keyword = Tokens.kind(S->First);
  if (Keyword == tok::Goto) {
    if (!isGotoTarget(Name))
      Gotos[Name].push_back(S);
    return;
  }
  bool IsBreak = Keyword == tok::Break;
  bool IsKnown;
  const LabeledStmt *L = enclosing(Name, IsKnown);
  if (!IsKnown) {
    error(At,
          IsBreak ? diag::err_break_label_undefined
                  : diag::err_continue_label_undefined,
          {Name.str()});
    return;
  }
  bool IsLoop = L && L->Statement &&
                (isa<ForStmt>(L->Statement) || isa<RangeStmt>(L->Statement));
  bool IsChoice =
      L && L->Statement &&
      (isa<SwitchStmt>(L->Statement) || isa<TypeSwitchStmt>(L->Statement) ||
       isa<SelectStmt>(L->Statement));
  if (IsBreak && !IsLoop && !IsChoice)
    error(At, diag::err_break_label, {Name.str()});
  else if (!IsBreak && !IsLoop)
    error(At, diag::err_continue_label, {Name.str()});
}

void otelrewrite::checkBranches(const BlockStmt &Body,
                                const TokenBuffer &Tokens,
                                std::vector<PendingDiagnostic> &Errors) {
  BranchChecker(Tokens, Errors).run(Body);
}
