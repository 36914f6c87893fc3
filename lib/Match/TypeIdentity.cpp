//===- TypeIdentity.cpp - are two types the same? -------------------------===//

#include "otelrewrite/Match/TypeIdentity.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <map>
#include <optional>
#include <set>

using namespace llvm;
using namespace otelrewrite;

PackageSources::~PackageSources() = default;

/// Types, aliases and constants nested deeper than this are not understood.
static constexpr unsigned MaxDepth = 100;

/// Predeclared types; the second is what an alias stands for.
static constexpr struct {
  StringRef Name, Text;
} Predeclared[] = {
    {"any", "interface{}"},
    {"bool", "bool"},
    {"byte", "uint8"},
    {"comparable", "comparable"},
    {"complex128", "complex128"},
    {"complex64", "complex64"},
    {"error", "error"},
    {"float32", "float32"},
    {"float64", "float64"},
    {"int", "int"},
    {"int16", "int16"},
    {"int32", "int32"},
    {"int64", "int64"},
    {"int8", "int8"},
    {"rune", "int32"},
    {"string", "string"},
    {"uint", "uint"},
    {"uint16", "uint16"},
    {"uint32", "uint32"},
    {"uint64", "uint64"},
    {"uint8", "uint8"},
    {"uintptr", "uintptr"},
};

static bool isExported(StringRef Name) {
  // Other scripts' capitals are exported too; taking them for hidden would
  // only word a message differently.
  return !Name.empty() && (isUpper(Name[0]) || (Name[0] & 0x80));
}

/// May \p From import \p Path, as far as `internal` elements decide?
static bool mayImport(StringRef From, StringRef Path) {
  size_t At = Path.rfind("internal");
  while (At != StringRef::npos) {
    bool Begins = At == 0 || Path[At - 1] == '/';
    size_t End = At + StringRef("internal").size();
    if (Begins && (End == Path.size() || Path[End] == '/')) {
      StringRef Parent = Path.take_front(At).rtrim('/');
      if (!(From == Parent || (From.starts_with(Parent) &&
                               From.substr(Parent.size()).starts_with("/"))))
        return false;
    }
    At = At ? Path.take_front(At).rfind("internal") : StringRef::npos;
  }
  return true;
}

namespace {

class Reader {
public:
  Reader(StringRef From, PackageSources &Sources, TypeIdentity &Out)
      : From(From), Sources(Sources), Out(Out) {}
  std::string type(const Expr *E, const TypeScope &S);
  void addMethods(const Expr *E, const TypeScope &S,
                  std::set<std::string> &Methods);

private:
  std::map<std::string, TypeIndex> Types; ///< by import path
  struct Declared {
    std::string ImportPath, Name;
    const ParsedFile *File = nullptr;
    const TypeSpec *Spec = nullptr;
    std::string Text; ///< of a predeclared type or a type parameter
  };
  Declared find(const Expr *E, const TypeScope &S);
  std::string findPackage(StringRef Qualifier, const TypeScope &S);
  std::string named(const Declared &D, ArrayRef<std::string> Args);
  std::string function(const FuncType &F, const TypeScope &S);
  std::string list(const FieldList *L, const TypeScope &S);
  std::string structure(const StructType &T, const TypeScope &S);
  std::optional<int64_t> constant(const Expr *E, const TypeScope &S);
  std::string unknown(std::string Why) {
    if (Out.Unknown.empty())
      Out.Unknown = std::move(Why);
    return "?";
  }
  void hide(std::string Why) {
    if (AliasDepth == 0 && Out.Hidden.empty())
      Out.Hidden = std::move(Why);
  }

  StringRef From;
  PackageSources &Sources;
  TypeIdentity &Out;
  unsigned Depth = 0, AliasDepth = 0;
};

} // namespace

static std::string quotePath(StringRef Path) {
  return ("\"" + Path + "\"").str();
}

/// A field's or method's name: unexported ones of two packages differ.
static std::string memberName(StringRef Name, const TypeScope &S) {
  return isExported(Name) ? Name.str()
                          : quotePath(S.ImportPath) + "." + Name.str();
}

/// The import that \p Qualifier means in the scope's file; empty: none.
std::string Reader::findPackage(StringRef Qualifier, const TypeScope &S) {
  const TokenBuffer &T = S.File->Tokens;
  for (const ImportSpec *I : getImports(*S.File->Root)) {
    std::string Path = getImportPath(*I, T);
    if (I->LocalName) {
      if (I->LocalName->getText(T) == Qualifier)
        return Sources.resolve(S.ImportPath, Path);
      continue;
    }
    std::string Resolved = Sources.resolve(S.ImportPath, Path);
    if (Sources.getName(Resolved) == Qualifier)
      return Resolved;
  }
  return "";
}

Reader::Declared Reader::find(const Expr *E, const TypeScope &S) {
  const TokenBuffer &T = S.File->Tokens;
  Declared D;
  auto findIn = [&](StringRef Path, StringRef Name) {
    PackageFiles Files = Sources.getFiles(Path);
    TypeDeclaration Found =
        Types.try_emplace(Path.str(), Files).first->second.find(Name);
    if (!Found.Spec)
      return false;
    D.ImportPath = Path.str();
    D.Name = Name.str();
    D.File = Files[Found.File];
    D.Spec = Found.Spec;
    return true;
  };
  if (const auto *I = dyn_cast<Ident>(E)) {
    StringRef Name = I->getText(T);
    if (auto It = S.TypeParams.find(Name); It != S.TypeParams.end()) {
      D.Text = It->second;
      if (AliasDepth == 0)
        Out.HasTypeParams = true;
      return D;
    }
    if (findIn(S.ImportPath, Name))
      return D;
    for (const ImportSpec *Import : getImports(*S.File->Root))
      if (Import->LocalName && Import->LocalName->getText(T) == "." &&
          isExported(Name) &&
          findIn(Sources.resolve(S.ImportPath, getImportPath(*Import, T)),
                 Name))
        return D;
    for (const auto &P : Predeclared)
      if (P.Name == Name) {
        D.Text = P.Text.str();
        return D;
      }
    D.Text = unknown("`" + Name.str() + "` is not declared");
    return D;
  }
  const auto *Sel = dyn_cast<SelectorExpr>(E);
  const auto *Qualifier = Sel ? dyn_cast<Ident>(Sel->X) : nullptr;
  if (!Qualifier || !Sel->Sel) {
    D.Text = unknown("`" + E->getText(T).str() + "` is not understood");
    return D;
  }
  StringRef Name = Sel->Sel->getText(T);
  if (Qualifier->getText(T) == "C") {
    hide("`C." + Name.str() + "` belongs to cgo");
    D.ImportPath = S.ImportPath + "/C";
    D.Name = Name.str();
    return D;
  }
  std::string Path = findPackage(Qualifier->getText(T), S);
  if (Path.empty())
    D.Text = unknown("`" + Qualifier->getText(T).str() +
                     "` is no import of the file");
  else if (!findIn(Path, Name)) {
    // Taken for a type of its own: at worst two spellings of one type differ.
    D.ImportPath = Path;
    D.Name = Name.str();
  }
  return D;
}

std::string Reader::named(const Declared &D, ArrayRef<std::string> Args) {
  if (!D.Text.empty())
    return D.Text;
  if (!isExported(D.Name))
    hide("`" + D.Name + "` is not exported");
  else if (!mayImport(From, D.ImportPath))
    hide("package `" + D.ImportPath + "` is internal");
  else if (From != D.ImportPath && Sources.getName(D.ImportPath) == "main")
    hide("a program cannot be imported");
  if (D.Spec && D.Spec->hasAssign()) {
    TypeScope Inner{D.ImportPath, D.File, {}};
    size_t I = 0;
    if (const FieldList *L = D.Spec->TypeParams)
      for (const Field *F : L->Fields)
        for (const Ident *Name : F->Names) {
          if (I == Args.size())
            return unknown("`" + D.Name + "` lacks type arguments");
          Inner.TypeParams[Name->getText(D.File->Tokens)] = Args[I++];
        }
    ++AliasDepth;
    std::string Text = type(D.Spec->Type, Inner);
    --AliasDepth;
    return Text;
  }
  std::string Text = quotePath(D.ImportPath) + "." + D.Name;
  if (!Args.empty())
    Text += "[" + join(Args.begin(), Args.end(), ",") + "]";
  return Text;
}

std::string Reader::list(const FieldList *L, const TypeScope &S) {
  std::string Text = "(";
  if (L)
    for (const Field *F : L->Fields) {
      std::string One = type(F->Type, S);
      for (size_t I = 0; I < std::max<size_t>(1, F->Names.size()); ++I)
        Text += (Text.size() > 1 ? ", " : "") + One;
    }
  return Text + ")";
}

std::string Reader::function(const FuncType &F, const TypeScope &S) {
  std::string Text = list(F.Params, S);
  if (F.Results && countFields(F.Results) != 0)
    Text += " " + list(F.Results, S);
  return Text;
}

std::string Reader::structure(const StructType &T, const TypeScope &S) {
  const TokenBuffer &Tokens = S.File->Tokens;
  std::string Text = "struct{";
  for (const Field *F : T.Fields) {
    std::string Rest = type(F->Type, S);
    if (F->Tag)
      Rest += " " + F->Tag->getText(Tokens).str();
    Rest += ";";
    if (F->Names.empty()) {
      const Expr *E = unparen(F->Type);
      if (const auto *Star = dyn_cast<StarExpr>(E))
        E = unparen(Star->X);
      if (const auto *Index = dyn_cast<IndexExpr>(E))
        E = unparen(Index->X);
      if (const auto *Sel = dyn_cast<SelectorExpr>(E))
        E = Sel->Sel;
      Text += "embedded " + memberName(E->getText(Tokens), S) + " " + Rest;
    }
    for (const Ident *I : F->Names)
      Text += memberName(I->getText(Tokens), S) + " " + Rest;
  }
  return Text + "}";
}

/// Adds the methods of interface type \p E, which may be a name of one.
void Reader::addMethods(const Expr *E, const TypeScope &S,
                        std::set<std::string> &Methods) {
  if (Depth > MaxDepth) {
    unknown("the type is nested too deeply");
    return;
  }
  ++Depth;
  E = unparen(E);
  if (const auto *T = dyn_cast<InterfaceType>(E)) {
    for (const Field *F : T->Elements) {
      if (F->Names.empty())
        addMethods(F->Type, S, Methods);
      else if (const auto *Func = dyn_cast<FuncType>(F->Type))
        for (const Ident *I : F->Names)
          Methods.insert(memberName(I->getText(S.File->Tokens), S) +
                         function(*Func, S));
    }
  } else if (isa<Ident>(E) || isa<SelectorExpr>(E)) {
    Declared D = find(E, S);
    if (D.Spec) {
      ++AliasDepth;
      addMethods(D.Spec->Type, {D.ImportPath, D.File, {}}, Methods);
      --AliasDepth;
    } else if (D.Text == "error") {
      Methods.insert("Error() (string)");
    } else if (D.Text != "interface{}") {
      unknown("the interface embeds `" + E->getText(S.File->Tokens).str() +
              "`");
    }
  } else {
    unknown("the interface embeds `" + E->getText(S.File->Tokens).str() + "`");
  }
  --Depth;
}

/// The value of an array's length, where it needs no type checker.
std::optional<int64_t> Reader::constant(const Expr *E, const TypeScope &S) {
  if (Depth > MaxDepth)
    return std::nullopt;
  struct Nesting {
    unsigned &Depth;
    explicit Nesting(unsigned &D) : Depth(D) { ++Depth; }
    ~Nesting() { --Depth; }
  } Nested(Depth);
  const TokenBuffer &T = S.File->Tokens;
  E = unparen(E);
  if (const auto *Lit = dyn_cast<BasicLit>(E)) {
    std::string Digits;
    for (char C : Lit->getText(T))
      if (C != '_')
        Digits += C;
    // Go's 0o17 and 017 are LLVM's.
    int64_t Value;
    if (StringRef(Digits).getAsInteger(0, Value))
      return std::nullopt;
    return Value;
  }
  if (const auto *B = dyn_cast<BinaryExpr>(E)) {
    auto X = constant(B->X, S), Y = constant(B->Y, S);
    if (!X || !Y || *X < 0 || *Y < 0 || *X > INT32_MAX || *Y > INT32_MAX)
      return std::nullopt;
    StringRef Op = T.text(B->getOperator());
    if (Op == "+")
      return *X + *Y;
    if (Op == "-")
      return *X - *Y;
    if (Op == "*")
      return *X * *Y;
    if (Op == "/" && *Y)
      return *X / *Y;
    if (Op == "%" && *Y)
      return *X % *Y;
    if (Op == "<<" && *Y < 31)
      return *X << *Y;
    if (Op == ">>" && *Y < 63)
      return *X >> *Y;
    return std::nullopt;
  }
  std::string Path = S.ImportPath;
  StringRef Name;
  if (const auto *I = dyn_cast<Ident>(E)) {
    Name = I->getText(T);
  } else if (const auto *Sel = dyn_cast<SelectorExpr>(E)) {
    const auto *Qualifier = dyn_cast<Ident>(Sel->X);
    if (!Qualifier || !Sel->Sel)
      return std::nullopt;
    Path = findPackage(Qualifier->getText(T), S);
    Name = Sel->Sel->getText(T);
  } else {
    return std::nullopt;
  }
  for (const ParsedFile *F : Sources.getFiles(Path))
    for (const Decl *D : F->Root->Decls) {
      const auto *G = dyn_cast<GenDecl>(D);
      if (!G || F->Tokens.kind(G->First) != tok::Const)
        continue;
      for (const Node *N : G->Specs)
        if (const auto *V = dyn_cast<ValueSpec>(N))
          for (size_t I = 0; I < V->Names.size(); ++I)
            if (V->Names[I]->getText(F->Tokens) == Name)
              return I < V->Values.size()
                         ? constant(V->Values[I], {Path, F, {}})
                         : std::nullopt;
    }
  return std::nullopt;
}

std::string Reader::type(const Expr *E, const TypeScope &S) {
  if (Depth > MaxDepth)
    return unknown("the type is nested too deeply");
  ++Depth;
  std::string Text;
  E = unparen(E);
  if (isa<Ident>(E) || isa<SelectorExpr>(E)) {
    Text = named(find(E, S), {});
  } else if (const auto *I = dyn_cast<IndexExpr>(E)) {
    SmallVector<std::string> Args;
    for (const Expr *Arg : I->Indices)
      Args.push_back(type(Arg, S));
    Text = named(find(unparen(I->X), S), Args);
  } else if (const auto *P = dyn_cast<StarExpr>(E)) {
    Text = "*" + type(P->X, S);
  } else if (const auto *A = dyn_cast<ArrayType>(E)) {
    auto Length = A->Len ? constant(A->Len, S) : std::nullopt;
    std::string Elem = type(A->Elem, S);
    Text = Length ? "[" + std::to_string(*Length) + "]" + Elem
                  : unknown("the array's length is not understood");
  } else if (const auto *L = dyn_cast<SliceType>(E)) {
    Text = "[]" + type(L->Elem, S);
  } else if (const auto *D = dyn_cast<EllipsisType>(E)) {
    Text = "..." + type(D->Elem, S);
  } else if (const auto *M = dyn_cast<MapType>(E)) {
    std::string Key = type(M->Key, S);
    Text = "map[" + Key + "]" + type(M->Value, S);
  } else if (const auto *C = dyn_cast<ChanType>(E)) {
    Text = (C->isSendOnly()      ? "chan<- ("
            : C->isReceiveOnly() ? "<-chan ("
                                 : "chan (") +
           type(C->Elem, S) + ")";
  } else if (const auto *F = dyn_cast<FuncType>(E)) {
    Text = "func" + function(*F, S);
  } else if (const auto *T = dyn_cast<StructType>(E)) {
    Text = structure(*T, S);
  } else if (isa<InterfaceType>(E)) {
    std::set<std::string> Methods;
    addMethods(E, S, Methods);
    Text = "interface{" + join(Methods.begin(), Methods.end(), "; ") + "}";
  } else {
    Text =
        unknown("`" + E->getText(S.File->Tokens).str() + "` is not understood");
  }
  --Depth;
  return Text;
}

std::string TypeIdentity::getReadable() const {
  std::string Text;
  StringRef Rest = this->Text;
  while (!Rest.empty()) {
    size_t Open = Rest.find('"');
    for (char C : Rest.take_front(Open))
      if (C != '$')
        Text += C;
    if (Open == StringRef::npos)
      break;
    StringRef Path =
        Rest.drop_front(Open + 1).take_until([](char C) { return C == '"'; });
    Rest = Rest.drop_front(Open + Path.size() + 2);
    Text += Path.substr(Path.rfind('/') + 1);
  }
  return Text;
}

TypeIdentity otelrewrite::readType(const Expr &Type, const TypeScope &Scope,
                                   StringRef From, PackageSources &Sources) {
  TypeIdentity Out;
  Out.Text = Reader(From, Sources, Out).type(&Type, Scope);
  return Out;
}

std::set<std::string> otelrewrite::readMethods(const Expr &Type,
                                               const TypeScope &Scope,
                                               PackageSources &Sources,
                                               std::string &Why) {
  TypeIdentity Out;
  std::set<std::string> Methods;
  Reader(Scope.ImportPath, Sources, Out).addMethods(&Type, Scope, Methods);
  Why = Out.Unknown;
  return Methods;
}

TypeScope otelrewrite::getSignatureScope(StringRef ImportPath,
                                         const ParsedFile &File,
                                         const FuncDecl &Func) {
  TypeScope S{ImportPath.str(), &File, {}};
  auto add = [&](const Ident *I) {
    std::string Name = I->getText(File.Tokens).str();
    // Not to be taken for a type of that name.
    S.TypeParams[Name] = "$" + Name;
  };
  if (const FieldList *L = Func.Type->TypeParams)
    for (const Field *F : L->Fields)
      for (const Ident *I : F->Names)
        add(I);
  if (const IndexExpr *Instance = getReceiver(Func).Instance)
    for (const Expr *E : Instance->Indices)
      if (const auto *I = dyn_cast<Ident>(unparen(E)))
        add(I);
  return S;
}
