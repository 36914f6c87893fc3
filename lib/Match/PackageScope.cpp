//===- PackageScope.cpp - names and types of one package ------------------===//

#include "PackageScope.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace otelrewrite;

/// Definitions that need more steps are not followed: they may be circular.
static constexpr unsigned MaxDepth = 16;

/// Variables of other packages that programs call methods on.
static constexpr struct {
  StringRef Path, Variable, TypePath, Type;
} KnownVariables[] = {
    {"net/http", "DefaultClient", "net/http", "Client"},
    {"net/http", "DefaultServeMux", "net/http", "ServeMux"},
    {"os", "Stdin", "os", "File"},
    {"os", "Stdout", "os", "File"},
    {"os", "Stderr", "os", "File"},
};

PackageScope::PackageScope(const PackageInfo &Pkg, PackageFiles Files)
    : Pkg(Pkg), Files(Files), Imports(Files.size()) {
  for (unsigned I = 0; I < Files.size(); ++I) {
    if (!Files[I])
      continue;
    const TokenBuffer &T = Files[I]->Tokens;
    for (const Decl *D : Files[I]->Root->Decls) {
      Declaration Found;
      Found.File = I;
      if (const auto *Func = dyn_cast<FuncDecl>(D)) {
        if (!Func->Name)
          continue;
        Found.Func = Func;
        StringRef Name = Func->Name->getText(T);
        if (!Func->Recv)
          Declared[Name] = Found;
        else if (const Ident *Base = getReceiver(*Func).Base)
          Methods[(Base->getText(T) + "." + Name).str()] = Found;
        continue;
      }
      const auto *G = dyn_cast<GenDecl>(D);
      if (!G)
        continue;
      for (const Node *N : G->Specs) {
        if (const auto *Type = dyn_cast<TypeSpec>(N); Type && Type->Name) {
          Found.Type = Type;
          Declared[Type->Name->getText(T)] = Found;
        } else if (const auto *V = dyn_cast<ValueSpec>(N)) {
          Found.Value = V;
          for (Found.Index = 0; Found.Index < V->Names.size(); ++Found.Index)
            Declared[V->Names[Found.Index]->getText(T)] = Found;
        }
      }
    }
  }
}

const ImportTable &PackageScope::importsOf(unsigned File) {
  if (!Imports[File])
    Imports[File] =
        std::make_unique<ImportTable>(*Files[File], Pkg.ImportNames);
  return *Imports[File];
}

LocalDecl PackageScope::findLocal(StringRef Name, const Use &U) const {
  if (U.Path.empty())
    return {};
  return otelrewrite::findLocal(U.Path, Name, Files[U.File]->Tokens, U.At);
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static const Expr *withoutPointers(const Expr *E) {
  while (E) {
    E = unparen(E);
    if (const auto *S = dyn_cast<StarExpr>(E))
      E = S->X;
    else
      break;
  }
  return E;
}

/// A type's name without its type arguments.
static const Expr *baseOf(const Expr *E) {
  E = withoutPointers(E);
  if (const auto *I = dyn_cast_or_null<IndexExpr>(E))
    E = unparen(I->X);
  return E;
}

NamedType PackageScope::resolve(const Spelled &S, unsigned Depth) {
  if (S.Known.isKnown() || !S.Type || Depth > MaxDepth)
    return S.Known;
  const TokenBuffer &T = Files[S.At.File]->Tokens;
  const Expr *E = baseOf(S.Type);
  const ImportTable &Table = importsOf(S.At.File);
  if (const auto *Sel = dyn_cast_or_null<SelectorExpr>(E)) {
    const auto *X = dyn_cast<Ident>(unparen(Sel->X));
    if (!X || !Sel->Sel || findLocal(X->getText(T), S.At).IsFound)
      return {};
    StringRef Path = Table.lookup(X->getText(T));
    return Path.empty() ? NamedType() : NamedType{Path, Sel->Sel->getText(T)};
  }
  const auto *I = dyn_cast_or_null<Ident>(E);
  if (!I)
    return {};
  StringRef Name = I->getText(T);
  if (findLocal(Name, S.At).IsFound)
    return {};
  if (const Declaration *D = find(Name)) {
    if (!D->Type)
      return {};
    if (!D->Type->hasAssign())
      return {Pkg.ImportPath, Name};
    Spelled Alias{D->Type->Type, {D->File, {}, 0}};
    NamedType Meant = resolve(Alias, Depth + 1);
    return Meant.isKnown() ? Meant : NamedType{Pkg.ImportPath, Name};
  }
  ArrayRef<std::string> Dots = Table.getDotImports();
  if (Dots.size() != 1 || isLower(Name[0]) || Name[0] == '_')
    return {};
  return {Dots[0], Name};
}

NamedType PackageScope::resolve(const Expr *Type, const Use &U) {
  return resolve(Spelled{Type, U}, 0);
}

const PackageScope::Declaration *
PackageScope::findDeclared(const Spelled &S) const {
  const auto *I = dyn_cast_or_null<Ident>(baseOf(S.Type));
  if (!I)
    return nullptr;
  StringRef Name = I->getText(Files[S.At.File]->Tokens);
  if (findLocal(Name, S.At).IsFound)
    return nullptr;
  const Declaration *D = find(Name);
  return D && D->Type ? D : nullptr;
}

PackageScope::Spelled PackageScope::underlying(Spelled S, unsigned Depth) {
  for (; Depth <= MaxDepth; ++Depth) {
    const Declaration *D = findDeclared(S);
    if (!D)
      return S;
    S = {D->Type->Type, {D->File, {}, 0}};
  }
  return {};
}

PackageScope::Spelled PackageScope::elementOf(const Spelled &S,
                                              unsigned Depth) {
  Spelled U = underlying(S, Depth);
  const Expr *E = withoutPointers(U.Type);
  if (!E)
    return {};
  if (const auto *A = dyn_cast<ArrayType>(E))
    return {A->Elem, U.At};
  if (const auto *L = dyn_cast<SliceType>(E))
    return {L->Elem, U.At};
  if (const auto *M = dyn_cast<MapType>(E))
    return {M->Value, U.At};
  if (const auto *C = dyn_cast<ChanType>(E))
    return {C->Elem, U.At};
  if (const auto *D = dyn_cast<EllipsisType>(E))
    return {D->Elem, U.At};
  return {};
}

/// The name of an embedded field.
static StringRef embeddedName(const Field &F, const TokenBuffer &T) {
  const Expr *E = baseOf(F.Type);
  if (const auto *S = dyn_cast_or_null<SelectorExpr>(E))
    return S->Sel ? S->Sel->getText(T) : StringRef();
  return E ? E->getText(T) : StringRef();
}

PackageScope::Spelled PackageScope::fieldOf(const Spelled &S, StringRef Name,
                                            unsigned Depth) {
  Spelled U = underlying(S, Depth);
  const auto *Struct = dyn_cast_or_null<StructType>(withoutPointers(U.Type));
  if (!Struct || Depth > MaxDepth)
    return {};
  const TokenBuffer &T = Files[U.At.File]->Tokens;
  for (const Field *F : Struct->Fields) {
    if (F->Names.empty() && embeddedName(*F, T) == Name)
      return {F->Type, U.At};
    for (const Ident *I : F->Names)
      if (I->getText(T) == Name)
        return {F->Type, U.At};
  }
  for (const Field *F : Struct->Fields)
    if (F->Names.empty())
      if (Spelled Inner = fieldOf({F->Type, U.At}, Name, Depth + 1);
          Inner.isKnown())
        return Inner;
  return {};
}

NamedType PackageScope::findMethodType(NamedType T, StringRef Method) {
  return findMethodType(T, Method, 0);
}

NamedType PackageScope::findMethodType(NamedType T, StringRef Method,
                                       unsigned Depth) {
  if (T.Path != Pkg.ImportPath ||
      Methods.contains((T.Name + "." + Method).str()))
    return T;
  const Declaration *D = find(T.Name);
  if (!D || !D->Type || Depth > MaxDepth)
    return {};
  Spelled U = underlying({D->Type->Type, {D->File, {}, 0}}, Depth);
  const Expr *E = withoutPointers(U.Type);
  NodeList<Field> Fields;
  if (const auto *S = dyn_cast_or_null<StructType>(E))
    Fields = S->Fields;
  else if (const auto *I = dyn_cast_or_null<InterfaceType>(E))
    Fields = I->Elements;
  NamedType Foreign;
  unsigned NumForeign = 0;
  for (const Field *F : Fields) {
    if (!F->Names.empty()) {
      for (const Ident *I : F->Names)
        if (isa<InterfaceType>(E) &&
            I->getText(Files[U.At.File]->Tokens) == Method)
          return T;
      continue;
    }
    NamedType Inner = resolve(Spelled{F->Type, U.At}, 0);
    NamedType M = Inner.isKnown() && Inner.Path == Pkg.ImportPath
                      ? findMethodType(Inner, Method, Depth + 1)
                      : NamedType();
    if (M.isKnown() && M.Path == Pkg.ImportPath)
      return M;
    if (M.isKnown() || !Inner.isKnown() || Inner.Path != Pkg.ImportPath) {
      ++NumForeign;
      Foreign = M.isKnown() ? M : Inner;
    }
  }
  // Of several of other packages one cannot know whose it is.
  return NumForeign == 1 ? Foreign : NamedType();
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

PackageScope::Spelled PackageScope::resultOf(const Declaration &D,
                                             unsigned Index) const {
  const TokenBuffer &T = Files[D.File]->Tokens;
  const FieldList *Results = D.Func->Type->Results;
  if (!Results)
    return {};
  for (const Field *F : Results->Fields) {
    unsigned N = std::max<unsigned>(1, F->Names.size());
    if (Index >= N) {
      Index -= N;
      continue;
    }
    // A type parameter stands for something else in each call.
    const auto *Name = dyn_cast_or_null<Ident>(baseOf(F->Type));
    if (const FieldList *Params = D.Func->Type->TypeParams; Params && Name)
      for (const Field *P : Params->Fields)
        for (const Ident *I : P->Names)
          if (I->getText(T) == Name->getText(T))
            return {};
    return {F->Type, {D.File, {}, 0}};
  }
  return {};
}

PackageScope::Spelled PackageScope::spellCall(const CallExpr &Call,
                                              const Use &U, unsigned Result,
                                              unsigned Depth) {
  const TokenBuffer &T = Files[U.File]->Tokens;
  const Expr *Fun = unparen(Call.Fun);
  if (isa<StarExpr>(Fun) || isa<ArrayType>(Fun) || isa<SliceType>(Fun) ||
      isa<MapType>(Fun) || isa<ChanType>(Fun))
    return {Fun, U}; // a conversion
  const Expr *Base = baseOf(Fun);
  if (const auto *I = dyn_cast_or_null<Ident>(Base)) {
    StringRef Name = I->getText(T);
    if (LocalDecl L = findLocal(Name, U); L.IsFound)
      return {};
    if (const Declaration *D = find(Name))
      return D->Func   ? resultOf(*D, Result)
             : D->Type ? Spelled{Fun, U}
                       : Spelled();
    if ((Name == "new" || Name == "make") && !Call.Args.empty())
      return {Call.Args[0], U};
    return {};
  }
  const auto *S = dyn_cast_or_null<SelectorExpr>(Base);
  if (!S || !S->Sel)
    return {};
  NamedType On = resolve(spell(S->X, U, Depth + 1), Depth + 1);
  On = findMethodType(On, S->Sel->getText(T));
  if (On.Path != Pkg.ImportPath)
    return {};
  auto It = Methods.find((On.Name + "." + S->Sel->getText(T)).str());
  return It == Methods.end() ? Spelled() : resultOf(It->second, Result);
}

PackageScope::Spelled PackageScope::spellValue(const Expr *Value,
                                               unsigned Index, bool IsTuple,
                                               const Use &U, unsigned Depth) {
  if (!Value)
    return {};
  Use At = U;
  At.At = Value->First;
  if (!IsTuple)
    return spell(Value, At, Depth + 1);
  Value = unparen(Value);
  if (const auto *Call = dyn_cast<CallExpr>(Value))
    return spellCall(*Call, At, Index, Depth + 1);
  // The second value of `m[k]`, `x.(T)` and `<-c` is a bool.
  return Index == 0 ? spell(Value, At, Depth + 1) : Spelled();
}

PackageScope::Spelled PackageScope::spell(const Expr *E, const Use &U,
                                          unsigned Depth) {
  E = E ? unparen(E) : nullptr;
  if (!E || Depth > MaxDepth)
    return {};
  const TokenBuffer &T = Files[U.File]->Tokens;
  if (const auto *I = dyn_cast<Ident>(E)) {
    StringRef Name = I->getText(T);
    if (LocalDecl L = findLocal(Name, U); L.IsFound) {
      if (L.Type)
        return {L.Type, {U.File, U.Path, L.Type->First}};
      if (L.Range) {
        Use At = U;
        At.At = L.Range->First;
        return elementOf(spell(L.Range, At, Depth + 1), Depth + 1);
      }
      return spellValue(L.Value, L.Index, L.IsTuple, U, Depth);
    }
    const Declaration *D = find(Name);
    if (!D || !D->Value)
      return {};
    const ValueSpec &V = *D->Value;
    if (V.Type)
      return {V.Type, {D->File, {}, 0}};
    bool IsTuple = V.Values.size() == 1 && V.Names.size() > 1;
    if (!IsTuple && V.Values.size() != V.Names.size())
      return {};
    return spellValue(V.Values[IsTuple ? 0 : D->Index], D->Index, IsTuple,
                      {D->File, {}, 0}, Depth);
  }
  if (const auto *S = dyn_cast<SelectorExpr>(E)) {
    if (!S->Sel)
      return {};
    StringRef Name = S->Sel->getText(T);
    if (const auto *X = dyn_cast<Ident>(unparen(S->X));
        X && !findLocal(X->getText(T), U).IsFound)
      if (StringRef Path = importsOf(U.File).lookup(X->getText(T));
          !Path.empty() && !find(X->getText(T))) {
        for (const auto &K : KnownVariables)
          if (K.Path == Path && K.Variable == Name)
            return {nullptr, {}, {K.TypePath, K.Type}};
        return {};
      }
    return fieldOf(spell(S->X, U, Depth + 1), Name, Depth + 1);
  }
  if (const auto *L = dyn_cast<CompositeLit>(E))
    return {L->Type, U};
  if (const auto *C = dyn_cast<CallExpr>(E))
    return spellCall(*C, U, 0, Depth);
  if (const auto *A = dyn_cast<TypeAssertExpr>(E))
    return {A->Type, U};
  if (const auto *P = dyn_cast<StarExpr>(E))
    return spell(P->X, U, Depth + 1);
  if (const auto *X = dyn_cast<UnaryExpr>(E)) {
    if (T.text(X->First) == "&")
      return spell(X->X, U, Depth + 1);
    if (T.text(X->First) == "<-")
      return elementOf(spell(X->X, U, Depth + 1), Depth + 1);
    return {};
  }
  if (const auto *X = dyn_cast<IndexExpr>(E))
    return elementOf(spell(X->X, U, Depth + 1), Depth + 1);
  if (const auto *X = dyn_cast<SliceExpr>(E))
    return spell(X->X, U, Depth + 1);
  return {};
}

NamedType PackageScope::typeOf(const Expr *E, const Use &U) {
  return resolve(spell(E, U, 0), 0);
}
