//===- Scope.cpp - what names in a file mean ------------------------------===//

#include "otelrewrite/Match/Scope.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace otelrewrite;

/// What a package at \p Path may be called, the likeliest first.
static void guessNames(StringRef Path, SmallVectorImpl<std::string> &Names) {
  StringRef Last = Path.substr(Path.rfind('/') + 1);
  unsigned Major;
  if (Last.size() > 1 && Last[0] == 'v' &&
      !Last.drop_front().getAsInteger(10, Major) && Path.contains('/')) {
    StringRef Parent = Path.take_front(Path.rfind('/'));
    guessNames(Parent, Names);
  }
  Names.push_back(Last.str());
  StringRef Stem = Last.take_front(Last.find(".v"));
  Names.push_back(Stem.str());
  for (StringRef Affix : {"go-", "go."})
    if (Stem.starts_with(Affix))
      Names.push_back(Stem.drop_front(3).str());
  for (StringRef Affix : {"-go", ".go"})
    if (Stem.ends_with(Affix))
      Names.push_back(Stem.drop_back(3).str());
  if (Stem.contains('-'))
    Names.push_back(Stem.substr(Stem.rfind('-') + 1).str());
}

bool otelrewrite::isNameSuggested(StringRef Path, StringRef Name) {
  SmallVector<std::string> Names;
  guessNames(Path, Names);
  return Names.front() == Name;
}

ImportTable::ImportTable(const ParsedFile &File,
                         ArrayRef<std::pair<std::string, std::string>> Known) {
  for (const ImportSpec *I : getImports(*File.Root)) {
    if (!I->Path)
      continue;
    std::string Path = getImportPath(*I, File.Tokens);
    if (Path == "C")
      continue;
    if (!I->LocalName) {
      // `.` is a token, not an identifier, in some trees.
      StringRef First = File.Tokens.text(I->First);
      if (First == ".") {
        Dots.push_back(Path);
        continue;
      }
      SmallVector<std::string> Names;
      const auto *It =
          llvm::find_if(Known, [&](const auto &K) { return K.first == Path; });
      if (It != Known.end())
        Names.push_back(It->second);
      else
        guessNames(Path, Names);
      for (const std::string &N : Names)
        Guessed.try_emplace(N, Path);
      continue;
    }
    StringRef Name = I->LocalName->getText(File.Tokens);
    if (Name == ".")
      Dots.push_back(Path);
    else if (Name != "_")
      Named[Name] = Path;
  }
}

StringRef ImportTable::lookup(StringRef Name) const {
  if (auto It = Named.find(Name); It != Named.end())
    return It->second;
  if (auto It = Guessed.find(Name); It != Guessed.end())
    return It->second;
  return "";
}

void otelrewrite::walkWithPath(const Node &Root,
                               function_ref<void(ArrayRef<const Node *>)> F) {
  struct Step {
    const Node *N;
    size_t Depth;
  };
  SmallVector<Step, 64> Stack{{&Root, 0}};
  SmallVector<const Node *, 64> Path;
  while (!Stack.empty()) {
    Step S = Stack.pop_back_val();
    Path.resize(S.Depth);
    Path.push_back(S.N);
    F(Path);
    size_t Bottom = Stack.size();
    forEachChild(*S.N,
                 [&](const Node &C) { Stack.push_back({&C, S.Depth + 1}); });
    std::reverse(Stack.begin() + Bottom, Stack.end());
  }
}

namespace {
class Finder {
public:
  Finder(StringRef Name, const TokenBuffer &T, TokenIndex Use)
      : Name(Name), T(T), UseBegin(Use) {}
  LocalDecl Found;

  bool inFields(const FieldList *L) {
    if (L)
      for (const Field *F : L->Fields)
        for (const Ident *I : F->Names)
          if (I->getText(T) == Name)
            return take(F->Type, nullptr);
    return false;
  }
  bool inFunction(const FuncType *F) {
    return F && (inFields(F->TypeParams) || inFields(F->Params) ||
                 inFields(F->Results));
  }
  /// Declarations of \p S, whose scope begins behind it.
  bool inStmt(const Stmt *S) {
    while (const auto *L = dyn_cast_or_null<LabeledStmt>(S))
      S = L->Statement;
    if (const auto *A = dyn_cast_or_null<AssignStmt>(S)) {
      if (A->getOperator() == NoToken || T.text(A->getOperator()) != ":=")
        return false;
      for (size_t I = 0; I < A->Lhs.size(); ++I)
        if (const auto *Id = dyn_cast<Ident>(A->Lhs[I]))
          if (Id->getText(T) == Name)
            return takeValue(A->Lhs, A->Rhs, I);
      return false;
    }
    const auto *D = dyn_cast_or_null<DeclStmt>(S);
    const auto *G = D ? dyn_cast<GenDecl>(D->Declaration) : nullptr;
    if (!G)
      return false;
    for (const Node *N : G->Specs) {
      if (N->First >= UseBegin)
        break;
      if (const auto *V = dyn_cast<ValueSpec>(N)) {
        for (size_t I = 0; I < V->Names.size(); ++I)
          if (V->Names[I]->getText(T) == Name && V->Last < UseBegin)
            return V->Type ? take(V->Type, nullptr)
                           : takeValue(V->Names, V->Values, I);
      } else if (const auto *Y = dyn_cast<TypeSpec>(N)) {
        if (Y->Name && Y->Name->getText(T) == Name)
          return take(nullptr, nullptr);
      }
    }
    return false;
  }
  template <typename List> bool inStmts(const List &L) {
    // The last one counts: it hides those before it.
    bool IsFound = false;
    for (const Stmt *S : L) {
      if (S->First >= UseBegin)
        break;
      // A statement's own declarations begin behind it, those of a var block
      // behind each spec.
      if (S->Last < UseBegin || isa<DeclStmt>(S))
        IsFound |= inStmt(S);
    }
    return IsFound;
  }

private:
  bool take(const Expr *Type, const Expr *Value) {
    Found = {};
    Found.IsFound = true;
    Found.Type = Type;
    Found.Value = Value;
    return true;
  }
  template <typename Names, typename Values>
  bool takeValue(const Names &N, const Values &V, size_t I) {
    take(nullptr, N.size() == V.size() ? V[I] : V.size() == 1 ? V[0] : nullptr);
    Found.Index = static_cast<unsigned>(I);
    Found.IsTuple = N.size() != V.size();
    return true;
  }
  StringRef Name;
  const TokenBuffer &T;
  TokenIndex UseBegin;
};
} // namespace

LocalDecl otelrewrite::findLocal(ArrayRef<const Node *> Path, StringRef Name,
                                 const TokenBuffer &Tokens, TokenIndex Use) {
  Finder F(Name, Tokens, Use);
  for (size_t I = Path.size(); I-- > 0;) {
    const Node *N = Path[I];
    auto isBehind = [&](const Node *Part) { return Part && Part->Last < Use; };
    bool Is = false;
    if (const auto *B = dyn_cast<BlockStmt>(N))
      Is = F.inStmts(B->Stmts);
    else if (const auto *C = dyn_cast<CaseClause>(N))
      Is = F.inStmts(C->Body);
    else if (const auto *C = dyn_cast<CommClause>(N))
      Is = F.inStmts(C->Body) || (isBehind(C->Comm) && F.inStmt(C->Comm));
    else if (const auto *S = dyn_cast<IfStmt>(N))
      Is = isBehind(S->Init) && F.inStmt(S->Init);
    else if (const auto *S = dyn_cast<SwitchStmt>(N))
      Is = isBehind(S->Init) && F.inStmt(S->Init);
    else if (const auto *S = dyn_cast<TypeSwitchStmt>(N)) {
      Is = isBehind(S->Guard) && F.inStmt(S->Guard);
      if (Is) {
        // The clause says what it is, if it names one type.
        F.Found.Value = nullptr;
        if (const auto *C = I + 1 < Path.size()
                                ? dyn_cast<CaseClause>(Path[I + 1])
                                : nullptr;
            C && C->Values.size() == 1)
          F.Found.Type = C->Values[0];
      } else {
        Is = isBehind(S->Init) && F.inStmt(S->Init);
      }
    } else if (const auto *S = dyn_cast<ForStmt>(N))
      Is = isBehind(S->Init) && F.inStmt(S->Init);
    else if (const auto *R = dyn_cast<RangeStmt>(N)) {
      if (isBehind(R->X) && R->getOperator() != NoToken &&
          Tokens.text(R->getOperator()) == ":=")
        for (size_t L = 0; L < R->Lhs.size(); ++L)
          if (isa<Ident>(R->Lhs[L]) && R->Lhs[L]->getText(Tokens) == Name) {
            F.Found = {};
            F.Found.IsFound = true;
            // The first is a key, unless what is received or yielded.
            F.Found.Range = L == 1 ? R->X : nullptr;
            Is = true;
          }
    } else if (const auto *L = dyn_cast<FuncLit>(N))
      Is = L->Type->Last < Use && F.inFunction(L->Type);
    else if (const auto *D = dyn_cast<FuncDecl>(N))
      Is = F.inFields(D->Recv) || F.inFunction(D->Type);
    if (Is)
      return F.Found;
  }
  return {};
}
