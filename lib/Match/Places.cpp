//===- Places.cpp - the places of a package that rules ask about ----------===//

#include "Places.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace otelrewrite;

PlaceMatcher::PlaceMatcher(const PackageInfo &Pkg, PackageFiles Files)
    : Pkg(Pkg), Files(Files) {}

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
      if (StringRef Path = getScope().importsOf(File).lookup(Text);
          !Path.empty())
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

/// Interfaces of other packages whose methods are known here, as
/// `Name signature; …`.
static constexpr struct {
  StringRef Name, Methods;
} KnownInterfaces[] = {
    {"error", "Error (),string"},
    {"context.Context", "Deadline (),time.Time,bool; Done (),<-chanstruct{}; "
                        "Err (),error; Value (any),any"},
    {"database/sql.Scanner", "Scan (any),error"},
    {"database/sql/driver.Valuer", "Value (),database/sql/driver.Value,error"},
    {"encoding.TextMarshaler", "MarshalText (),[]byte,error"},
    {"encoding.TextUnmarshaler", "UnmarshalText ([]byte),error"},
    {"encoding/json.Marshaler", "MarshalJSON (),[]byte,error"},
    {"encoding/json.Unmarshaler", "UnmarshalJSON ([]byte),error"},
    {"fmt.Stringer", "String (),string"},
    {"io.Closer", "Close (),error"},
    {"io.ReadCloser", "Read ([]byte),int,error; Close (),error"},
    {"io.ReadWriteCloser",
     "Read ([]byte),int,error; Write ([]byte),int,error; Close (),error"},
    {"io.ReadWriter", "Read ([]byte),int,error; Write ([]byte),int,error"},
    {"io.Reader", "Read ([]byte),int,error"},
    {"io.ReaderFrom", "ReadFrom (io.Reader),int64,error"},
    {"io.WriteCloser", "Write ([]byte),int,error; Close (),error"},
    {"io.Writer", "Write ([]byte),int,error"},
    {"io.WriterTo", "WriteTo (io.Writer),int64,error"},
    {"log/slog.Handler", "Enabled (context.Context,log/slog.Level),bool; "
                         "Handle (context.Context,log/slog.Record),error; "
                         "WithAttrs ([]log/slog.Attr),log/slog.Handler; "
                         "WithGroup (string),log/slog.Handler"},
    {"net/http.Handler",
     "ServeHTTP (net/http.ResponseWriter,*net/http.Request)"},
    {"net/http.ResponseWriter",
     "Header (),net/http.Header; Write ([]byte),int,error; WriteHeader (int)"},
    {"net/http.RoundTripper",
     "RoundTrip (*net/http.Request),*net/http.Response,error"},
    {"sort.Interface", "Len (),int; Less (int,int),bool; Swap (int,int)"},
};

/// Adds the methods of the interface \p Full; false if they are not known.
bool PlaceMatcher::addMethods(StringRef Path, StringRef Name, MethodList &Out,
                              unsigned Depth) {
  if (Depth > 8)
    return false;
  if (Path.empty() || Path == Pkg.ImportPath) {
    TypeDeclaration D = TypeIndex(Files).find(Name);
    const auto *I =
        D.Spec ? dyn_cast_or_null<InterfaceType>(D.Spec->Type) : nullptr;
    if (I) {
      const TokenBuffer &T = Files[D.File]->Tokens;
      for (const Field *F : I->Elements) {
        if (const auto *Type = dyn_cast<FuncType>(F->Type);
            Type && !F->Names.empty()) {
          Out.push_back(
              {F->Names[0]->getText(T).str(), signatureOf(D.File, *Type)});
          continue;
        }
        if (const auto *Error = dyn_cast<Ident>(F->Type);
            Error && !getScope().declares(Error->getText(T))) {
          if (!addMethods("", Error->getText(T), Out, Depth + 1))
            return false;
          continue;
        }
        NamedType Inner = getScope().resolve(F->Type, {D.File, {}, 0});
        if (!Inner.isKnown() ||
            !addMethods(Inner.Path, Inner.Name, Out, Depth + 1))
          return false;
      }
      return true;
    }
  }
  std::string Full = Path.empty() ? Name.str() : (Path + "." + Name).str();
  for (const auto &K : KnownInterfaces) {
    if (K.Name != Full)
      continue;
    SmallVector<StringRef> Methods;
    K.Methods.split(Methods, "; ");
    for (StringRef M : Methods) {
      auto [Method, Signature] = M.split(' ');
      std::string Text = Signature.str();
      // The package's own types have no qualifier in it.
      std::string Own = Pkg.ImportPath + ".";
      for (size_t At = Text.find(Own); At != std::string::npos;
           At = Text.find(Own))
        Text.erase(At, Own.size());
      Out.push_back({Method.str(), std::move(Text)});
    }
    return true;
  }
  return false;
}

std::string PlaceMatcher::findUnknownInterface(const Selector &S) const {
  std::string Out;
  S.forEachLeaf([&](const Selector &L) {
    if (L.Kind != PredicateKind::Implements)
      return;
    if (auto It = Interfaces.find(L.Text);
        It != Interfaces.end() && !It->second)
      Out = L.Text;
  });
  return Out;
}

bool PlaceMatcher::implements(const QualifiedPattern &Q, const Candidate &C) {
  ReceiverInfo Recv = getReceiver(*C.Func);
  if (!Recv.Base)
    return false;
  StringRef Path = Q.Path.getPattern(), Name = Q.Name.getPattern();
  std::string Full = Path.empty() ? Name.str() : (Path + "." + Name).str();
  auto [It, IsNew] = Interfaces.try_emplace(Full);
  if (IsNew) {
    MethodList Found;
    if (addMethods(Path, Name, Found, 0))
      It->second = std::move(Found);
  }
  if (!It->second)
    return false;
  StringRef Base = Recv.Base->getText(Files[C.File]->Tokens);
  StringRef Own = C.Func->Name->getText(Files[C.File]->Tokens);
  bool IsOwn = false;
  for (auto &[Method, Signature] : *It->second) {
    IsOwn |= Method == Own;
    auto [File, Func] = getScope().findMethod(Base, Method);
    if (!Func || signatureOf(File, *Func->Type) != Signature)
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
          Leaf.Pattern.match(F->Name->getText(T))) {
        // As with `func`: a method is named with its receiver.
        ReceiverInfo R = getReceiver(*F);
        if (Leaf.HasArgs
                ? R.Base && Leaf.Recv.match(R.IsPointer, R.Base->getText(T))
                : !R.Base)
          return true;
      }
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

bool PlaceMatcher::resolveType(ArrayRef<const Node *> Path, const Expr *Type,
                               Candidate &C) {
  NamedType T = getScope().resolve(Type, {C.File, Path, Path.back()->First});
  C.Path = T.Path;
  C.TypeName = T.Name;
  return T.isKnown();
}

bool PlaceMatcher::resolveCall(ArrayRef<const Node *> Path, Candidate &C) {
  const TokenBuffer &T = Files[C.File]->Tokens;
  Use U{C.File, Path, Path.back()->First};
  const Expr *Fun = unparen(cast<CallExpr>(C.Place)->Fun);
  if (const auto *I = dyn_cast<IndexExpr>(Fun))
    Fun = unparen(I->X);
  if (const auto *I = dyn_cast<Ident>(Fun)) {
    C.Name = I->getText(T);
    if (getScope().findLocal(C.Name, U).IsFound)
      return false;
    if (getScope().declares(C.Name)) {
      C.Path = Pkg.ImportPath;
      return getScope().hasFunc(C.Name);
    }
    ArrayRef<std::string> Dots = getScope().importsOf(C.File).getDotImports();
    if (Dots.size() != 1 || C.Name.empty() || isLower(C.Name[0]) ||
        C.Name[0] == '_')
      return false;
    C.Path = Dots[0];
    return true;
  }
  const auto *S = dyn_cast<SelectorExpr>(Fun);
  if (!S || !S->Sel)
    return false;
  C.Name = S->Sel->getText(T);
  // A name of the package cannot be an import's as well.
  if (const auto *X = dyn_cast<Ident>(unparen(S->X)))
    if (StringRef Base = X->getText(T);
        !getScope().findLocal(Base, U).IsFound && !getScope().declares(Base)) {
      C.Path = getScope().importsOf(C.File).lookup(Base);
      return !C.Path.empty();
    }
  NamedType On = getScope().findMethodType(getScope().typeOf(S->X, U), C.Name);
  C.HasRecv = true;
  C.Path = On.Path;
  C.TypeName = On.Name;
  return On.isKnown();
}

std::string PlaceMatcher::findUnknownCall(const QualifiedPattern &Q) {
  std::string Found;
  for (unsigned I = 0; I < Files.size() && Found.empty(); ++I) {
    if (!Files[I] || isGeneratedByTool(*Files[I]))
      continue;
    walkWithPath(*Files[I]->Root, [&](ArrayRef<const Node *> Path) {
      Candidate C;
      C.File = I;
      C.Place = Path.back();
      if (!Found.empty() || !isa<CallExpr>(C.Place) || resolveCall(Path, C) ||
          !C.HasRecv || !Q.Name.match(C.Name))
        return;
      const SourceFile &Source = Files[I]->Source;
      uint32_t At = Files[I]->Tokens.begin(C.Place->First);
      Found = sys::path::filename(Source.getName()).str() + ":" +
              std::to_string(Source.getLineColumn(At).Line);
    });
  }
  return Found;
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
          // An element of a slice, an array or a map has the element's type; a
          // key has the key's, which is seldom a struct.
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
