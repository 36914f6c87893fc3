//===- Places.cpp - the places of a package that rules ask about ----------===//

#include "Places.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace otelrewrite;

PlaceMatcher::PlaceMatcher(const PackageInfo &Pkg, PackageFiles Files)
    : Pkg(Pkg), Files(Files), Imports(Files.size()) {
  for (const ParsedFile *F : Files) {
    if (!F)
      continue;
    for (const Decl *D : F->Root->Decls) {
      if (const auto *Func = dyn_cast<FuncDecl>(D)) {
        if (Func->Name && !Func->Recv)
          OwnFuncs[Func->Name->getText(F->Tokens)] = true;
      } else if (const auto *G = dyn_cast<GenDecl>(D)) {
        for (const Node *N : G->Specs)
          if (const auto *T = dyn_cast<TypeSpec>(N); T && T->Name)
            OwnTypes[T->Name->getText(F->Tokens)] = true;
      }
    }
  }
}

const ImportTable &PlaceMatcher::importsOf(unsigned I) {
  if (!Imports[I])
    Imports[I] = std::make_unique<ImportTable>(*Files[I]);
  return *Imports[I];
}

std::optional<StringRef> otelrewrite::findDirective(const ParsedFile &File,
                                                    TokenIndex First,
                                                    StringRef Name) {
  uint32_t Below = File.Source.getLineColumn(File.Tokens.begin(First)).Line;
  for (const Comment &C : reverse(File.Tokens.commentsBefore(First))) {
    LineColumn At = File.Source.getLineColumn(C.Range.Begin);
    // A blank line parts a comment from the declaration.
    if (File.Source.getLineColumn(C.Range.End).Line + 1 < Below)
      break;
    Below = At.Line;
    StringRef Text = File.Source.getText(C.Range);
    if (!Text.consume_front("//") || !Text.consume_front(Name))
      continue;
    if (Text.empty() || isSpace(Text.front()))
      return Text.trim();
  }
  return std::nullopt;
}

static std::string withoutBlanks(StringRef Text) {
  std::string Out;
  for (char C : Text)
    if (!isSpace(C))
      Out += C;
  return Out == "interface{}" ? "any" : Out;
}

std::string PlaceMatcher::typeText(unsigned File, const Expr *E,
                                   bool WithPaths) {
  const TokenBuffer &T = Files[File]->Tokens;
  std::string Out;
  for (TokenIndex I = E->First; I <= E->Last; ++I) {
    if (T.kind(I) == tok::AutoSemicolon)
      continue;
    StringRef Text = T.text(I);
    if (WithPaths && I < E->Last && T.text(I + 1) == ".")
      if (StringRef Path = importsOf(File).lookup(Text); !Path.empty())
        Text = Path;
    Out += Text;
  }
  return Out == "interface{}" ? "any" : Out;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// One type for each parameter or result.
static SmallVector<const Expr *> typesOf(const FieldList *L) {
  SmallVector<const Expr *> Out;
  if (L)
    for (const Field *F : L->Fields)
      Out.append(std::max<size_t>(1, F->Names.size()), F->Type);
  return Out;
}

bool PlaceMatcher::hasSignature(const Selector &Leaf, const Candidate &C) {
  auto Args = typesOf(C.Func->Type->Params);
  auto Returns = typesOf(C.Func->Type->Results);
  auto is = [&](const Expr *E, StringRef Wanted) {
    // With a path, `*net/http.Request`, the file's name for it does not count.
    return typeText(C.File, E, Wanted.contains('/')) == withoutBlanks(Wanted);
  };
  auto equal = [&](ArrayRef<const Expr *> Have, ArrayRef<std::string> Wanted) {
    if (Have.size() != Wanted.size())
      return false;
    for (size_t I = 0; I < Have.size(); ++I)
      if (!is(Have[I], Wanted[I]))
        return false;
    return true;
  };
  auto contains = [&](ArrayRef<const Expr *> Have, StringRef Wanted) {
    return any_of(Have, [&](const Expr *E) { return is(E, Wanted); });
  };
  auto any = [&](ArrayRef<const Expr *> Have, ArrayRef<std::string> Wanted) {
    return any_of(Wanted,
                  [&](const std::string &W) { return contains(Have, W); });
  };
  switch (Leaf.Kind) {
  case PredicateKind::Signature:
    return equal(Args, Leaf.Args) && equal(Returns, Leaf.Returns);
  case PredicateKind::SignatureContains:
    return any(Args, Leaf.Args) || any(Returns, Leaf.Returns);
  case PredicateKind::Param:
    return contains(Args, Leaf.Text);
  case PredicateKind::Result:
    return contains(Returns, Leaf.Text);
  case PredicateKind::LastResult:
    return !Returns.empty() && is(Returns.back(), Leaf.Text);
  default:
    return false;
  }
}

std::string PlaceMatcher::signatureOf(unsigned File, const FuncType &F) {
  std::string Out = "(";
  for (const Expr *E : typesOf(F.Params))
    Out += (Out.size() > 1 ? "," : "") + typeText(File, E, true);
  Out += ")";
  for (const Expr *E : typesOf(F.Results))
    Out += "," + typeText(File, E, true);
  // The package's own types have no qualifier in it.
  std::string Own = Pkg.ImportPath + ".";
  for (size_t At = Out.find(Own); At != std::string::npos; At = Out.find(Own))
    Out.erase(At, Own.size());
  return Out;
}

/// Interfaces of other packages whose methods are known here.
static constexpr struct {
  StringRef Name, Method, Signature;
} KnownInterfaces[] = {
    {"error", "Error", "(),string"},
    {"fmt.Stringer", "String", "(),string"},
    {"io.Reader", "Read", "([]byte),int,error"},
    {"io.Writer", "Write", "([]byte),int,error"},
    {"io.Closer", "Close", "(),error"},
    {"net/http.Handler", "ServeHTTP",
     "(net/http.ResponseWriter,*net/http.Request)"},
    {"net/http.RoundTripper", "RoundTrip",
     "(*net/http.Request),*net/http.Response,error"},
    {"database/sql/driver.Valuer", "Value",
     "(),database/sql/driver.Value,error"},
    {"encoding/json.Marshaler", "MarshalJSON", "(),[]byte,error"},
    {"log/slog.Handler", "Handle", "(context.Context,log/slog.Record),error"},
};

bool PlaceMatcher::implements(const QualifiedPattern &Q, const Candidate &C) {
  ReceiverInfo Recv = getReceiver(*C.Func);
  if (!Recv.Base)
    return false;
  StringRef Path = Q.Path.getPattern(), Name = Q.Name.getPattern();
  std::string Full = Path.empty() ? Name.str() : (Path + "." + Name).str();
  std::vector<std::pair<std::string, std::string>> Methods;
  if (Path.empty() || Path == Pkg.ImportPath) {
    TypeDeclaration D = TypeIndex(Files).find(Name);
    const auto *I = D.Spec ? dyn_cast<InterfaceType>(D.Spec->Type) : nullptr;
    if (I)
      for (const Field *F : I->Elements) {
        const auto *Type = dyn_cast<FuncType>(F->Type);
        if (F->Names.empty() || !Type) {
          UnknownInterface = Full; // an embedded interface
          return false;
        }
        Methods.push_back({F->Names[0]->getText(Files[D.File]->Tokens).str(),
                           signatureOf(D.File, *Type)});
      }
  }
  if (Methods.empty())
    for (const auto &K : KnownInterfaces)
      if (K.Name == Full)
        Methods.push_back({K.Method.str(), K.Signature.str()});
  if (Methods.empty()) {
    UnknownInterface = Full;
    return false;
  }
  StringRef Base = Recv.Base->getText(Files[C.File]->Tokens);
  StringRef Own = C.Func->Name->getText(Files[C.File]->Tokens);
  bool IsOwn = false;
  for (auto &[Method, Signature] : Methods) {
    IsOwn |= Method == Own;
    bool IsFound = false;
    forEach(PlaceKind::Function, [&](const Candidate &M) {
      const TokenBuffer &T = Files[M.File]->Tokens;
      ReceiverInfo R = getReceiver(*M.Func);
      if (R.Base && R.Base->getText(T) == Base &&
          M.Func->Name->getText(T) == Method)
        IsFound |= signatureOf(M.File, *M.Func->Type) == Signature;
    });
    if (!IsFound)
      return false;
  }
  return IsOwn;
}

//===----------------------------------------------------------------------===//
// Selectors
//===----------------------------------------------------------------------===//

bool PlaceMatcher::selects(const Selector &S, const Candidate &C) {
  switch (S.Type) {
  case Selector::Op::AllOf:
    return all_of(S.Children, [&](auto &Child) { return selects(Child, C); });
  case Selector::Op::OneOf:
    return any_of(S.Children, [&](auto &Child) { return selects(Child, C); });
  case Selector::Op::Not:
    return !selects(S.Children[0], C);
  case Selector::Op::Leaf:
    return holds(S, C);
  }
  llvm_unreachable("unknown operator");
}

bool PlaceMatcher::holds(const Selector &Leaf, const Candidate &C) {
  const ParsedFile &File = *Files[C.File];
  switch (Leaf.getInfo().Scope) {
  case PredicateScope::File:
    return holdsForFile(Leaf, File);
  case PredicateScope::Any:
    return C.Declaration != NoToken &&
           findDirective(File, C.Declaration, Leaf.Text);
  case PredicateScope::Struct:
    return Leaf.Pattern.match(C.Name);
  case PredicateScope::Value:
    return Leaf.Kind == PredicateKind::Identifier
               ? Leaf.Pattern.match(C.Name)
               : (Leaf.Text == "const") == C.IsConst;
  case PredicateScope::Call:
  case PredicateScope::Literal: {
    const QualifiedPattern &Q = Leaf.Qualified;
    if (!Q.Name.match(C.Name) || !Q.Path.match(C.Path) ||
        Q.Recv.has_value() != C.HasRecv)
      return false;
    // The pointer is taken or followed by the call itself.
    return !Q.Recv || Q.Recv->Type.match(C.TypeName);
  }
  case PredicateScope::Function:
    break;
  }
  if (!C.Func)
    return Leaf.Kind == PredicateKind::NoRecv;
  ReceiverInfo Recv = getReceiver(*C.Func);
  switch (Leaf.Kind) {
  case PredicateKind::Func:
    return Leaf.Pattern.match(C.Func->Name->getText(File.Tokens));
  case PredicateKind::Recv:
    return Recv.Base &&
           Leaf.Recv.match(Recv.IsPointer, Recv.Base->getText(File.Tokens));
  case PredicateKind::NoRecv:
    return !Recv.Base;
  case PredicateKind::Implements:
    return implements(Leaf.Qualified, C);
  default:
    return hasSignature(Leaf, C);
  }
}

bool PlaceMatcher::holdsForFile(const Selector &Leaf, const ParsedFile &File) {
  const TokenBuffer &T = File.Tokens;
  switch (Leaf.Kind) {
  case PredicateKind::HasPackage:
    return Leaf.Pattern.match(File.Root->PackageName->getText(T));
  case PredicateKind::IsTest:
    return Leaf.Flag ==
           sys::path::filename(File.Source.getName()).ends_with("_test.go");
  case PredicateKind::HasDirective:
    for (const Comment &C : T.commentsBefore(File.Root->First)) {
      StringRef Text = File.Source.getText(C.Range);
      if (Text.consume_front("//") && Text.consume_front(Leaf.Text) &&
          (Text.empty() || isSpace(Text.front())))
        return true;
    }
    return false;
  default:
    break;
  }
  for (const Decl *D : File.Root->Decls) {
    if (const auto *F = dyn_cast<FuncDecl>(D)) {
      if (Leaf.Kind == PredicateKind::HasFunc && F->Name &&
          Leaf.Pattern.match(F->Name->getText(T)))
        return true;
      if (Leaf.Kind == PredicateKind::HasRecv)
        if (ReceiverInfo R = getReceiver(*F);
            R.Base && Leaf.Recv.match(R.IsPointer, R.Base->getText(T)))
          return true;
    } else if (const auto *G = dyn_cast<GenDecl>(D);
               G && Leaf.Kind == PredicateKind::HasStruct) {
      for (const Node *N : G->Specs)
        if (const auto *Y = dyn_cast<TypeSpec>(N))
          if (Y->Name && isa_and_nonnull<StructType>(Y->Type) &&
              Leaf.Pattern.match(Y->Name->getText(T)))
            return true;
    }
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Candidates
//===----------------------------------------------------------------------===//

/// The type that \p E has where its own text says so: `T{…}`, `&T{…}`,
/// `new(T)`.
static const Expr *typeOfValue(const Expr *E, const TokenBuffer &T) {
  E = E ? unparen(E) : nullptr;
  if (const auto *U = dyn_cast_or_null<UnaryExpr>(E);
      U && T.text(U->First) == "&")
    E = unparen(U->X);
  if (const auto *L = dyn_cast_or_null<CompositeLit>(E))
    return L->Type;
  if (const auto *C = dyn_cast_or_null<CallExpr>(E))
    if (const auto *F = dyn_cast<Ident>(unparen(C->Fun));
        F && F->getText(T) == "new" && C->Args.size() == 1)
      return C->Args[0];
  return nullptr;
}

bool PlaceMatcher::resolveType(ArrayRef<const Node *> Path, const Expr *Type,
                               Candidate &C) {
  const TokenBuffer &T = Files[C.File]->Tokens;
  Type = Type ? unparen(Type) : nullptr;
  if (const auto *S = dyn_cast_or_null<StarExpr>(Type))
    Type = unparen(S->X);
  if (const auto *I = dyn_cast_or_null<IndexExpr>(Type))
    Type = unparen(I->X);
  if (const auto *S = dyn_cast_or_null<SelectorExpr>(Type)) {
    const auto *X = dyn_cast<Ident>(unparen(S->X));
    if (!X || findLocal(Path, X->getText(T), T).IsFound)
      return false;
    C.Path = importsOf(C.File).lookup(X->getText(T));
    C.TypeName = S->Sel->getText(T);
    return !C.Path.empty();
  }
  const auto *I = dyn_cast_or_null<Ident>(Type);
  if (!I || findLocal(Path, I->getText(T), T).IsFound)
    return false;
  C.TypeName = I->getText(T);
  if (OwnTypes.contains(C.TypeName)) {
    C.Path = Pkg.ImportPath;
    return true;
  }
  ArrayRef<std::string> Dots = importsOf(C.File).getDotImports();
  if (Dots.size() != 1)
    return false;
  C.Path = Dots[0];
  return true;
}

bool PlaceMatcher::resolveCall(ArrayRef<const Node *> Path, Candidate &C) {
  const TokenBuffer &T = Files[C.File]->Tokens;
  const auto *Call = cast<CallExpr>(C.Place);
  const Expr *Fun = unparen(Call->Fun);
  if (const auto *I = dyn_cast<IndexExpr>(Fun))
    Fun = unparen(I->X);
  if (const auto *I = dyn_cast<Ident>(Fun)) {
    C.Name = I->getText(T);
    if (findLocal(Path, C.Name, T).IsFound)
      return false;
    if (OwnFuncs.contains(C.Name)) {
      C.Path = Pkg.ImportPath;
      return true;
    }
    ArrayRef<std::string> Dots = importsOf(C.File).getDotImports();
    if (Dots.size() != 1 || OwnTypes.contains(C.Name) || C.Name.empty() ||
        isLower(C.Name[0]))
      return false;
    C.Path = Dots[0];
    return true;
  }
  const auto *S = dyn_cast<SelectorExpr>(Fun);
  if (!S || !S->Sel)
    return false;
  C.Name = S->Sel->getText(T);
  const auto *X = dyn_cast<Ident>(unparen(S->X));
  if (!X) {
    // `(&http.Client{}).Do(…)`
    C.HasRecv = true;
    return resolveType(Path, typeOfValue(S->X, T), C);
  }
  StringRef Base = X->getText(T);
  LocalDecl L = findLocal(Path, Base, T);
  if (!L.IsFound) {
    C.Path = importsOf(C.File).lookup(Base);
    return !C.Path.empty();
  }
  C.HasRecv = true;
  return resolveType(Path, L.Type ? L.Type : typeOfValue(L.Value, T), C);
}

void PlaceMatcher::forEachInFile(unsigned I, PlaceKind Kind,
                                 function_ref<void(const Candidate &)> F) {
  const ParsedFile &File = *Files[I];
  const TokenBuffer &T = File.Tokens;
  Candidate Base;
  Base.Kind = Kind;
  Base.File = I;
  for (const Decl *D : File.Root->Decls) {
    const auto *Func = dyn_cast<FuncDecl>(D);
    const auto *G = dyn_cast<GenDecl>(D);
    switch (Kind) {
    case PlaceKind::Package:
      break;
    case PlaceKind::Function:
      if (Func && Func->Name && (!Func->Recv || getReceiver(*Func).Base)) {
        Candidate C = Base;
        C.Func = Func;
        C.Place = Func;
        C.Name = Func->Name->getText(T);
        C.Declaration = Func->First;
        F(C);
      }
      break;
    case PlaceKind::Struct:
    case PlaceKind::Value:
      if (!G)
        break;
      for (const Node *N : G->Specs) {
        Candidate C = Base;
        C.Place = N;
        C.Declaration = G->hasOpen() ? N->First : G->First;
        if (const auto *Y = dyn_cast<TypeSpec>(N);
            Y && Kind == PlaceKind::Struct) {
          if (!Y->Name || !isa_and_nonnull<StructType>(Y->Type))
            continue;
          C.Name = Y->Name->getText(T);
          F(C);
        } else if (const auto *V = dyn_cast<ValueSpec>(N);
                   V && Kind == PlaceKind::Value) {
          C.IsConst = T.kind(G->First) == tok::Const;
          for (C.Index = 0; C.Index < V->Names.size(); ++C.Index) {
            C.Name = V->Names[C.Index]->getText(T);
            F(C);
          }
        }
      }
      break;
    case PlaceKind::Call:
    case PlaceKind::Literal:
      // Constants hold no calls that could be changed.
      if (G && T.kind(G->First) != tok::Var)
        break;
      walkWithPath(*D, [&](ArrayRef<const Node *> Path) {
        const Node *N = Path.back();
        Candidate C = Base;
        C.Func = Func;
        C.Place = N;
        if (Func)
          C.Declaration = Func->First;
        if (Kind == PlaceKind::Call && isa<CallExpr>(N)) {
          if (resolveCall(Path, C))
            F(C);
        } else if (const auto *L = dyn_cast<CompositeLit>(N);
                   L && Kind == PlaceKind::Literal) {
          const Expr *Type = L->Type;
          // An element of a slice, an array or a map has the element's type.
          for (size_t Up = Path.size() - 1; !Type && Up-- > 0;) {
            if (isa<KeyValueExpr>(Path[Up]))
              continue;
            const auto *Outer = dyn_cast<CompositeLit>(Path[Up]);
            if (!Outer || !Outer->Type)
              break;
            if (const auto *S = dyn_cast<SliceType>(Outer->Type))
              Type = S->Elem;
            else if (const auto *A = dyn_cast<ArrayType>(Outer->Type))
              Type = A->Elem;
            else if (const auto *M = dyn_cast<MapType>(Outer->Type))
              Type = M->Value;
            break;
          }
          if (Type && resolveType(Path, Type, C)) {
            C.Name = C.TypeName;
            F(C);
          }
        }
      });
      break;
    }
  }
}

void PlaceMatcher::forEach(PlaceKind Kind,
                           function_ref<void(const Candidate &)> F) {
  for (unsigned I = 0; I < Files.size(); ++I)
    if (Files[I] && !isGeneratedByTool(*Files[I]))
      forEachInFile(I, Kind, F);
}
