//===- Match.cpp - rules and trees to matches -----------------------------===//

#include "otelrewrite/Match/Match.h"

#include "Places.h"
#include "Refusal.h"
#include "otelrewrite/Match/FileFilter.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <tuple>

using namespace llvm;
using namespace otelrewrite;

//===----------------------------------------------------------------------===//
// Packages
//===----------------------------------------------------------------------===//

static bool selectsPath(const PackageSelector &S, const PackageInfo &Pkg) {
  switch (S.Type) {
  case PackageSelector::Kind::Path:
    return S.Pattern.match(Pkg.ImportPath);
  case PackageSelector::Kind::Main:
    return Pkg.IsMain || Pkg.Name == "main";
  case PackageSelector::Kind::Root: {
    if (!Pkg.IsRoot)
      return false;
    if (S.Pattern.getPattern().empty())
      return true;
    StringRef Path = Pkg.ImportPath;
    if (!Path.consume_front(Pkg.ModulePath))
      return false;
    Path.consume_front("/");
    return S.Pattern.match(Path);
  }
  }
  llvm_unreachable("unknown package selector");
}

/// A package without a version (the main module, a local replacement) is the
/// user's own choice of code: no range speaks against it.
static bool selectsVersion(const Rule &R, const PackageInfo &Pkg) {
  if (R.Versions.isUnbounded() || Pkg.Version.empty())
    return true;
  std::optional<Version> V = Version::parse(Pkg.Version);
  return !V || R.Versions.contains(*V);
}

static bool selectsGoVersion(const Rule &R, const PackageInfo &Pkg) {
  if (R.GoVersions.isUnbounded() || Pkg.GoVersion.empty())
    return true;
  std::optional<Version> V = Version::parse(Pkg.GoVersion);
  return !V || R.GoVersions.contains(*V);
}

bool otelrewrite::selectsPackage(const Rule &R, const PackageInfo &Pkg) {
  return selectsPath(R.Package, Pkg) && selectsVersion(R, Pkg) &&
         selectsGoVersion(R, Pkg);
}

std::string otelrewrite::explainVersionMismatch(const Rule &R,
                                                const PackageInfo &Pkg) {
  if (!selectsPath(R.Package, Pkg))
    return "";
  if (selectsVersion(R, Pkg) && !selectsGoVersion(R, Pkg))
    return "rule `" + R.Name + "` is for Go `" + R.GoVersionText +
           "`, this is " + Pkg.GoVersion;
  if (selectsVersion(R, Pkg))
    return "";
  return "rule `" + R.Name + "` is for versions `" + R.VersionText + "` of `" +
         Pkg.ImportPath + "`, this is " + Pkg.Version;
}

std::vector<unsigned> otelrewrite::selectRules(const RuleSet &Rules,
                                               const PackageInfo &Pkg) {
  std::vector<unsigned> Out;
  for (unsigned I = 0; I < Rules.getRules().size(); ++I)
    if (selectsPackage(Rules.getRules()[I], Pkg))
      Out.push_back(I);
  return Out;
}

RuleIndex::RuleIndex(const RuleSet &Rules) : Rules(Rules) {
  for (unsigned I = 0; I < Rules.getRules().size(); ++I) {
    const PackageSelector &S = Rules.getRules()[I].Package;
    StringRef Key;
    if (S.Type == PackageSelector::Kind::Path) {
      Key = S.Pattern.getPattern();
      if (!S.Pattern.isExact()) {
        Key = Key.take_front(Key.find_first_of("*?[{\\"));
        size_t Slash = Key.rfind('/');
        Key = Key.take_front(Slash == StringRef::npos ? 0 : Slash);
      }
    }
    ByPrefix[Key].push_back(I);
  }
}

std::vector<unsigned> RuleIndex::find(const PackageInfo &Pkg) const {
  std::vector<unsigned> Out;
  auto add = [&](StringRef Prefix) {
    if (auto It = ByPrefix.find(Prefix); It != ByPrefix.end())
      for (unsigned I : It->second)
        if (selectsPath(Rules.getRules()[I].Package, Pkg))
          Out.push_back(I);
  };
  StringRef Path = Pkg.ImportPath;
  add("");
  for (size_t Slash = Path.find('/'); Slash != StringRef::npos;
       Slash = Path.find('/', Slash + 1))
    add(Path.take_front(Slash));
  if (!Path.empty())
    add(Path);
  llvm::sort(Out);
  return Out;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

ReceiverInfo otelrewrite::getReceiver(const FuncDecl &Func) {
  ReceiverInfo Info;
  if (!Func.Recv || Func.Recv->Fields.empty())
    return Info;
  const Expr *E = unparen(Func.Recv->Fields[0]->Type);
  if (const auto *Star = dyn_cast_or_null<StarExpr>(E)) {
    Info.IsPointer = true;
    E = unparen(Star->X);
  }
  if (const auto *Index = dyn_cast_or_null<IndexExpr>(E)) {
    Info.Instance = Index;
    E = unparen(Index->X);
  }
  Info.Base = dyn_cast_or_null<Ident>(E);
  return Info;
}

std::string otelrewrite::getFuncName(const ParsedFile &File,
                                     const FuncDecl &Func) {
  std::string Name = Func.Name->getText(File.Tokens).str();
  ReceiverInfo Recv = getReceiver(Func);
  if (!Recv.Base)
    return Name;
  std::string Base = Recv.Base->getText(File.Tokens).str();
  return Recv.IsPointer ? "(*" + Base + ")." + Name : Base + "." + Name;
}

TypeDeclaration TypeIndex::find(StringRef Name) {
  if (Types)
    return Types->lookup(Name);
  Types.emplace();
  for (unsigned I = 0; I < Files.size(); ++I) {
    if (!Files[I])
      continue;
    for (const Decl *D : Files[I]->Root->Decls) {
      const auto *G = dyn_cast<GenDecl>(D);
      if (!G || Files[I]->Tokens.kind(G->First) != tok::Type)
        continue;
      for (const Node *N : G->Specs)
        if (const auto *T = dyn_cast<TypeSpec>(N))
          if (T->Name)
            Types->try_emplace(T->Name->getText(Files[I]->Tokens),
                               TypeDeclaration{I, T});
    }
  }
  return Types->lookup(Name);
}

bool otelrewrite::isGeneratedByTool(const ParsedFile &File) {
  StringRef Base = sys::path::filename(File.Source.getName());
  return Base.starts_with("otel_importer") &&
         File.Source.getBytes().starts_with(
             "// Code generated by otel. DO NOT EDIT.");
}

/// The first part of \p S that \p C does not satisfy; null: it satisfies all.
static const Selector *findFailing(const Selector &S, const Candidate &C,
                                   PlaceMatcher &Places) {
  if (Places.selects(S, C))
    return nullptr;
  if (S.Type == Selector::Op::AllOf)
    for (const Selector &Child : S.Children)
      if (const Selector *Failing = findFailing(Child, C, Places))
        return Failing;
  return &S;
}

/// Names that need more changes than these are no misspelling of \p Name.
static unsigned getMaxDistance(StringRef Name) {
  return std::max<unsigned>(2, Name.size() / 3);
}

/// As a rule file has it, as far as a message needs.
static std::string describeSelector(const Selector &S) {
  switch (S.Type) {
  case Selector::Op::AllOf:
    return "all_of";
  case Selector::Op::OneOf:
    return "one_of";
  case Selector::Op::Not:
    return "not";
  case Selector::Op::Leaf:
    break;
  }
  return S.Text.empty() ? S.getInfo().Key.str()
                        : (S.getInfo().Key + " = \"" + S.Text + "\"").str();
}

std::string otelrewrite::explainUnmatched(const Rule &R, const PackageInfo &Pkg,
                                          PackageFiles Files) {
  PlaceMatcher Places(Pkg, Files);
  if (R.Where.contains(PredicateKind::Implements))
    Places.forEach(R.Place,
                   [&](const Candidate &C) { Places.selects(R.Where, C); });
  if (std::string Unknown = Places.findUnknownInterface(R.Where);
      !Unknown.empty())
    return "the methods of `" + Unknown +
           "` are not known without a type checker: interfaces of this package "
           "are, and error, fmt.Stringer, those of io, net/http.Handler and a "
           "few more";
  if (const Selector *Call = R.Where.findRequired(PredicateKind::FunctionCall);
      Call && Call->Qualified.Recv)
    if (std::string At = Places.findUnknownCall(Call->Qualified); !At.empty())
      return "none of its calls is known to be of `" + Call->Text +
             "`; of the value at " + At +
             " the type is not known without a type checker: those are that "
             "declarations of this package spell";
  const Selector *Func = R.Where.findRequired(PredicateKind::Func);
  if (R.Place != PlaceKind::Function || !Func)
    return ("none of its " + getPlaceName(R.Place) + " is selected").str();
  const Selector *RecvLeaf = R.Where.findRequired(PredicateKind::Recv);
  struct {
    const Glob &Func;
    std::optional<ReceiverPattern> Recv;
  } Where{Func->Pattern,
          RecvLeaf ? std::optional(RecvLeaf->Recv) : std::nullopt};
  StringRef Wanted = Where.Func.getPattern();
  std::string Asked = "`" + Wanted.str() + "`";
  if (Where.Recv)
    Asked += " with receiver `" + Where.Recv->getText() + "`";

  std::string Unfit, SameName, Nearest;
  unsigned Best = getMaxDistance(Wanted) + 1;
  unsigned Nearness = 2 * Best;
  auto consider = [&](const Candidate &C) {
    const ParsedFile &File = *Files[C.File];
    ReceiverInfo Recv = getReceiver(*C.Func);
    StringRef RecvName = Recv.Base ? Recv.Base->getText(File.Tokens) : "";
    std::string RecvText = (Recv.IsPointer ? "*" : "") + RecvName.str();
    std::string FuncName = "`" + getFuncName(File, *C.Func) + "`";
    bool FitsRecv = Where.Recv.has_value() == bool(Recv.Base) &&
                    (!Recv.Base || Where.Recv->match(Recv.IsPointer, RecvName));
    if (Where.Func.match(C.Name)) {
      if (FitsRecv) {
        if (const Selector *Failing = findFailing(R.Where, C, Places))
          Unfit =
              FuncName + " does not fit `" + describeSelector(*Failing) + "`";
      } else if (SameName.empty()) {
        SameName = FuncName +
                   (Recv.Base ? " has a receiver; " +
                                    std::string(Where.Recv ? "write" : "add") +
                                    " `recv = \"" + RecvText + "\"`"
                              : " has no receiver; remove `recv`");
      }
      return;
    }
    // Of two names equally near, that with the rule's receiver.
    unsigned D =
        2 * C.Name.edit_distance_insensitive(Wanted, true, Best) + !FitsRecv;
    if (D >= Nearness)
      return;
    Nearness = D;
    Nearest = FuncName;
    if (!FitsRecv)
      Nearest += Recv.Base ? " with `recv = \"" + RecvText + "\"`"
                           : ", without `recv`";
  };
  if (Where.Func.isExact())
    Places.forEach(PlaceKind::Function, consider);
  if (!Unfit.empty())
    return Unfit;
  std::string Message =
      (Where.Func.isExact() ? "no function " : "no function matches ") + Asked;
  if (!SameName.empty())
    return Message + "; " + SameName;
  if (!Nearest.empty())
    return Message + "; did you mean " + Nearest + "?";
  return Message;
}

/// Calls \p F with what stands for a function's name behind each `func` of
/// \p Source; comments and types may look the same.
static void forEachFuncName(StringRef Source, function_ref<void(StringRef)> F) {
  StringRef Blanks = " \t\r\n";
  for (size_t At = Source.find("func"); At != StringRef::npos;
       At = Source.find("func", At + 4)) {
    StringRef Rest = Source.substr(At + 4).ltrim(Blanks);
    if (Rest.starts_with("(")) { // a receiver, which holds no parentheses
      size_t Close = Rest.find(')');
      if (Close == StringRef::npos)
        return;
      Rest = Rest.substr(Close).ltrim(") \t\r\n");
    }
    if (StringRef Name = Rest.take_while(isWordChar); !Name.empty())
      F(Name);
  }
}

bool otelrewrite::mayExplain(const Rule &R, StringRef Source) {
  if (R.Where.contains(PredicateKind::Implements))
    return true;
  if (const Selector *Call = R.Where.findRequired(PredicateKind::FunctionCall))
    return Call->Qualified.Recv.has_value();
  const Selector *Func = R.Where.findRequired(PredicateKind::Func);
  if (R.Place != PlaceKind::Function || !Func || !Func->Pattern.isExact())
    return false;
  StringRef Wanted = Func->Pattern.getPattern();
  unsigned Max = getMaxDistance(Wanted);
  bool IsNear = false;
  forEachFuncName(Source, [&](StringRef Name) {
    size_t Shorter = std::min(Name.size(), Wanted.size());
    IsNear |= std::max(Name.size(), Wanted.size()) - Shorter <= Max &&
              Name.edit_distance_insensitive(Wanted, true, Max) <= Max;
  });
  return IsNear;
}

MatchResult otelrewrite::matchPackage(const PackageInfo &Pkg,
                                      PackageFiles Files,
                                      const RuleSet &Rules) {
  MatchResult Result;
  std::vector<unsigned> Selected = selectRules(Rules, Pkg);
  if (Selected.empty())
    return Result;
  if (isRuntimePackage(Pkg.ImportPath)) {
    for (unsigned R : Selected)
      Result.Refusals.push_back(
          {R, 0, nullptr, RefusalReason::RuntimePackage, "",
           "package runtime depends on `" + Pkg.ImportPath +
               "`: hooks do not exist yet where its functions run"});
    return Result;
  }
  if (StringRef(Pkg.ImportPath).starts_with("crypto/internal/fips140/")) {
    for (unsigned R : Selected)
      Result.Refusals.push_back(
          {R, 0, nullptr, RefusalReason::FIPSPackage, "",
           "`" + Pkg.ImportPath +
               "` belongs to Go's FIPS 140 module, whose code and data the "
               "program checks against a hash at its start"});
    return Result;
  }
  ObstacleFinder Obstacles(Pkg, Files);
  // Rules on one place apply in a declared order.
  llvm::stable_sort(Selected, [&](unsigned A, unsigned B) {
    const Rule &P = Rules.getRules()[A], &Q = Rules.getRules()[B];
    return std::tie(P.Namespace, P.Order) < std::tie(Q.Namespace, Q.Order);
  });
  std::vector<bool> Found(Rules.getRules().size());
  PlaceMatcher Places(Pkg, Files);
  for (PlaceKind Kind :
       {PlaceKind::Function, PlaceKind::Struct, PlaceKind::Call,
        PlaceKind::Literal, PlaceKind::Value}) {
    SmallVector<unsigned> Asking;
    for (unsigned R : Selected)
      if (Rules.getRules()[R].Place == Kind)
        Asking.push_back(R);
    if (Asking.empty())
      continue;
    Places.forEach(Kind, [&](const Candidate &C) {
      std::optional<Obstacle> Refused;
      std::string Name;
      for (unsigned R : Asking) {
        if (!Places.selects(Rules.getRules()[R].Where, C))
          continue;
        Found[R] = true;
        if (Name.empty()) {
          if (Kind == PlaceKind::Function) {
            Refused = Obstacles.find(C.File, *C.Func);
            Name = getFuncName(*Files[C.File], *C.Func);
          } else if (C.HasRecv) {
            Name = ("(" + C.Path + "." + C.TypeName + ")." + C.Name).str();
          } else {
            Name =
                (C.Path.empty() ? C.Name.str() : (C.Path + "." + C.Name).str());
          }
        }
        if (Refused)
          Result.Refusals.push_back(
              {R, C.File, C.Func, Refused->Reason, Name, Refused->Message});
        else
          Result.Matches.push_back(
              {R, C.File, C.Func, Kind, C.Place, C.Index, Name});
      }
    });
  }
  for (unsigned R : Selected) {
    if (Rules.getRules()[R].Place != PlaceKind::Package)
      continue;
    bool Holds = Rules.getRules()[R].Where.isEmpty();
    Candidate C;
    for (C.File = 0; C.File < Files.size() && !Holds; ++C.File)
      Holds = Files[C.File] && Places.selects(Rules.getRules()[R].Where, C);
    if (!Holds)
      continue;
    Found[R] = true;
    Result.Matches.push_back(
        {R, 0, nullptr, PlaceKind::Package, nullptr, 0, "package " + Pkg.Name});
  }
  for (unsigned R : Selected)
    if (!Found[R])
      Result.Unmatched.push_back(R);
  return Result;
}
