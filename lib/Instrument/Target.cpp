//===- Target.cpp - a function taken apart for instrumentation ------------===//

#include "Target.h"

#include "otelrewrite/AST/Walk.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace otelrewrite;

//===----------------------------------------------------------------------===//
// Identity
//===----------------------------------------------------------------------===//

std::vector<TargetHook>
otelrewrite::collectHooks(const RuleSet &Rules,
                          ArrayRef<const Match *> Matches) {
  std::vector<TargetHook> Hooks;
  for (const Match *M : Matches) {
    const Rule &R = Rules.getRules()[M->Rule];
    for (const Action &A : R.Do)
      if (auto H = getHooks(A))
        Hooks.push_back(
            {R.Name, R.Library, H->Path, H->Before, H->After, {}, {}});
  }
  return Hooks;
}

/// `init` may be declared several times, so that its name does not identify it.
/// The original file's name and the ordinal in it do, whatever tool has copied
/// the file in between.
std::string TargetReader::idOfInit(const FuncDecl &Func) {
  const NodeList<Decl> &Decls = File.Root->Decls;
  for (; Decls[NextDecl] != &Func; ++NextDecl) {
    assert(NextDecl + 1 < Decls.size() && "targets are not in order");
    if (const auto *F = dyn_cast<FuncDecl>(Decls[NextDecl]))
      NumInits += !F->Recv && F->Name->getText(File.Tokens) == "init";
  }
  uint32_t Offset = File.Tokens.begin(Func.First);
  std::string Base =
      sys::path::filename(Lines.getPresumed(Offset).FileName).str();
  for (char &C : Base)
    if (!isAlnum(C))
      C = '_';
  return ("i" + Twine(Base.size()) + "_" + Base + "_" + Twine(NumInits)).str();
}

std::string TargetReader::idOf(const FuncDecl &Func) {
  std::string Name = Func.Name->getText(File.Tokens).str();
  ReceiverInfo Recv = getReceiver(Func);
  if (Recv.Base) {
    StringRef Base = Recv.Base->getText(File.Tokens);
    return ("m" + Twine(Base.size()) + "_" + Base + "_" + Name).str();
  }
  if (Name == "init")
    return idOfInit(Func);
  return "f_" + Name;
}

Target TargetReader::describe(ArrayRef<const Match *> Matches) {
  const Match &First = *Matches.front();
  Target T;
  T.Func = First.Func;
  T.File = First.File;
  T.Id = idOf(*First.Func);
  T.Info.FuncName = getFuncName(File, *First.Func);
  T.Info.ImportPath = Pkg.ImportPath;
  T.Info.LinkPath = Pkg.LinkPath;
  T.Info.SlotName = "otelH" + T.Id;
  PresumedPosition P =
      Lines.getPresumed(File.Tokens.begin(First.Func->Name->First));
  T.Info.Position = P.FileName.str() + ":" + std::to_string(P.Line);
  if (P.Column)
    T.Info.Position += ":" + std::to_string(P.Column);
  T.Info.Hooks = collectHooks(Rules, Matches);
  for (const TargetHook &H : T.Info.Hooks)
    T.HasAfter |= !H.After.empty();
  return T;
}

//===----------------------------------------------------------------------===//
// Signature
//===----------------------------------------------------------------------===//

namespace {

class SignatureReader {
public:
  SignatureReader(Target &T, const ParsedFile &File, StringRef Prefix)
      : T(T), Tokens(File.Tokens), Prefix(Prefix) {}
  void read();

private:
  void readTypeParams();
  void readParams(const FieldList *List);
  void readResults(const FieldList *List);
  void collectTakenNames();
  std::string typeText(const Expr *E) const;
  std::string name(char Kind, size_t Number) const {
    return (Prefix + Twine(Kind) + Twine(Number)).str();
  }
  void edit(SourceRange R, std::string Text) {
    T.Edits.push_back({R, std::move(Text)});
  }

  Target &T;
  const TokenBuffer &Tokens;
  StringRef Prefix;
  /// Names that closures use: a parameter must not keep them.
  StringSet<> Taken;
};

} // namespace

std::string SignatureReader::typeText(const Expr *E) const {
  if (const auto *Ellipsis = dyn_cast<EllipsisType>(E))
    return "[]" + Ellipsis->Elem->getText(Tokens).str();
  return E->getText(Tokens).str();
}

/// Writing a parameter back after the before hook is an assignment, and a
/// variable that is assigned to and used in a closure lives on the heap. So a
/// parameter that a closure mentions keeps its name for a copy that is assigned
/// once, and gets another name in the signature.
void SignatureReader::collectTakenNames() {
  const BlockStmt *Body = T.Func->Body;
  if (!Body)
    return;
  // Most bodies hold no closure; their tokens tell so faster than the tree.
  TokenIndex I = Body->First;
  while (I < Body->Last && Tokens.kind(I) != tok::Func)
    ++I;
  if (I == Body->Last)
    return;
  walkTree(*Body, [&](const Node &N) {
    if (!isa<FuncLit>(N))
      return true;
    walkTree(N, [&](const Node &Inner) {
      if (const auto *I = dyn_cast<Ident>(&Inner))
        Taken.insert(I->getText(Tokens));
      return true;
    });
    return false;
  });
}

void SignatureReader::readTypeParams() {
  auto nameOf = [&](const Ident *I) {
    StringRef Text = I->getText(Tokens);
    if (Text != "_")
      return Text.str();
    std::string New = name('t', T.TypeParams.size());
    edit(I->getRange(Tokens), New);
    return New;
  };
  if (const FieldList *List = T.Func->Type->TypeParams)
    for (const Field *F : List->Fields)
      for (const Ident *I : F->Names)
        // An interface around it keeps `[P *C]` from being an array length.
        T.TypeParams.push_back(
            {nameOf(I), "interface{ " + F->Type->getText(Tokens).str() + " }"});

  ReceiverInfo Recv = getReceiver(*T.Func);
  if (!Recv.Instance)
    return;
  T.GenericReceiver = Recv.Base->getText(Tokens).str();
  for (const Expr *E : Recv.Instance->Indices)
    if (const auto *I = dyn_cast<Ident>(unparen(E)))
      T.TypeParams.push_back({nameOf(I), ""});
  std::string Args;
  for (const TypeParam &P : T.TypeParams)
    Args += (Args.empty() ? "" : ", ") + P.Name;
  for (size_t I = 0; I < T.TypeParams.size(); ++I)
    T.TypeParams[I].Constraint =
        ("otelK" + Twine(I) + "_" + T.GenericReceiver + "[" + Args + "]").str();
}

static size_t countValues(const FieldList &List) {
  size_t Count = 0;
  for (const Field *F : List.Fields)
    Count += std::max<size_t>(F->Names.size(), 1);
  return Count;
}

void SignatureReader::readParams(const FieldList *List) {
  if (!List)
    return;
  T.Params.reserve(T.Params.size() + countValues(*List));
  for (const Field *F : List->Fields) {
    std::string Type = typeText(F->Type);
    if (F->Names.empty()) {
      Value V{name('p', T.Params.size()), Type, ""};
      edit({F->Type->getRange(Tokens).Begin, F->Type->getRange(Tokens).Begin},
           V.Name + " ");
      T.Params.push_back(std::move(V));
      continue;
    }
    for (const Ident *I : F->Names) {
      std::string Name = I->getText(Tokens).str();
      Value V{Name, Type, ""};
      if (Name == "_" || Taken.contains(Name) ||
          StringRef(Name).starts_with("otel")) {
        V.Name = name('p', T.Params.size());
        if (Name != "_")
          V.BodyName = Name;
        edit(I->getRange(Tokens), V.Name);
      }
      T.Params.push_back(std::move(V));
    }
  }
}

void SignatureReader::readResults(const FieldList *List) {
  if (!List)
    return;
  T.Results.reserve(countValues(*List));
  for (const Field *F : List->Fields) {
    std::string Type = typeText(F->Type);
    if (F->Names.empty()) {
      Value V{name('r', T.Results.size()), Type, ""};
      SourceRange R = F->Type->getRange(Tokens);
      if (T.HasAfter || T.NamesResults) {
        edit({R.Begin, R.Begin}, (List->hasOpen() ? "" : "(") + V.Name + " ");
        if (!List->hasOpen())
          edit({R.End, R.End}, ")");
      }
      T.Results.push_back(std::move(V));
      continue;
    }
    for (const Ident *I : F->Names) {
      Value V{I->getText(Tokens).str(), Type, ""};
      if (V.Name == "_") {
        V.Name = name('r', T.Results.size());
        if (T.HasAfter || T.NamesResults)
          edit(I->getRange(Tokens), V.Name);
      }
      T.Results.push_back(std::move(V));
    }
  }
}

void SignatureReader::read() {
  readTypeParams();
  collectTakenNames();
  // Blank type parameters of the receiver stand inside its type: the text of
  // that type must have their new names.
  readParams(T.Func->Recv);
  if (T.Func->Recv && !T.GenericReceiver.empty()) {
    ReceiverInfo Recv = getReceiver(*T.Func);
    std::string Type = (Recv.IsPointer ? "*" : "") + T.GenericReceiver + "[";
    for (size_t I = 0; I < T.TypeParams.size(); ++I)
      Type += (I ? ", " : "") + T.TypeParams[I].Name;
    T.Params[0].Type = Type + "]";
  }
  readParams(T.Func->Type->Params);
  readResults(T.Func->Type->Results);
}

void otelrewrite::analyzeSignature(Target &T, const ParsedFile &File,
                                   StringRef Prefix) {
  SignatureReader(T, File, Prefix).read();
}

std::vector<SignatureEdit> otelrewrite::nameSignature(const FuncDecl &Func,
                                                      const ParsedFile &File,
                                                      StringRef Prefix,
                                                      bool NamesParams,
                                                      bool NamesResults) {
  const TokenBuffer &T = File.Tokens;
  std::vector<SignatureEdit> Edits;
  auto name = [&](const FieldList *L, char Kind, size_t Number) {
    if (!L)
      return;
    for (const Field *F : L->Fields) {
      SourceRange R = F->Type->getRange(T);
      if (F->Names.empty()) {
        std::string Name = (Prefix + Twine(Kind) + Twine(Number++)).str();
        bool IsBare = !L->hasOpen();
        Edits.push_back({{R.Begin, R.Begin}, (IsBare ? "(" : "") + Name + " "});
        if (IsBare)
          Edits.push_back({{R.End, R.End}, ")"});
      }
      for (const Ident *I : F->Names) {
        if (I->getText(T) == "_")
          Edits.push_back(
              {I->getRange(T), (Prefix + Twine(Kind) + Twine(Number)).str()});
        ++Number;
      }
    }
  };
  if (NamesParams)
    name(Func.Type->Params, 'p', countFields(Func.Recv));
  if (NamesResults)
    name(Func.Type->Results, 'r', 0);
  return Edits;
}
