//===- Explain.cpp - why is a function instrumented, or not? --------------===//

#include "otelrewrite/Answers/Explain.h"

#include "Paint.h"

#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Toolexec/SourcePackage.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <map>

using namespace llvm;
using namespace otelrewrite;

namespace {

/// `T.M`, `(*T).M` or `F`, as somebody may write it.
struct FunctionName {
  std::string Recv, Name;
  bool IsPointer = false, HasParens = false;

  static FunctionName parse(StringRef Text) {
    FunctionName Out;
    if (Text.consume_front("(")) {
      Out.HasParens = true;
      Out.IsPointer = Text.consume_front("*");
      auto [Recv, Rest] = Text.split(").");
      Out.Recv = Recv.split('[').first.str();
      Out.Name = Rest.str();
      return Out;
    }
    if (Text.consume_front("*"))
      Out.HasParens = Out.IsPointer = true;
    auto [Recv, Name] = Text.rsplit('.');
    if (Name.empty()) {
      Out.Name = Text.str();
    } else {
      Out.Recv = Recv.split('[').first.str();
      Out.Name = Name.str();
    }
    return Out;
  }

  bool matches(const ParsedFile &File, const FuncDecl &Func) const {
    ReceiverInfo R = getReceiver(Func);
    if (Func.Name->getText(File.Tokens) != Name)
      return false;
    if (!R.Base)
      return Recv.empty();
    if (R.Base->getText(File.Tokens) != Recv)
      return false;
    return !HasParens || R.IsPointer == IsPointer;
  }
};

/// What was asked for: a function, or a type, variable or constant, which rules
/// can change too.
struct Asked {
  unsigned File = 0;
  const FuncDecl *Func = nullptr;
  const Node *Declared = nullptr; ///< a TypeSpec or ValueSpec
  std::string Name;
  SourceRange Range;

  /// Does \p M change it, or something in it?
  bool isIn(const Match &M) const {
    return Func ? M.Func == Func : M.Place == Declared && M.Name == Name;
  }
};

} // namespace

template <typename Fn> static void forEachFunction(PackageFiles Files, Fn F) {
  for (unsigned I = 0; I < Files.size(); ++I)
    for (const Decl *D : Files[I]->Root->Decls)
      if (const auto *Func = dyn_cast<FuncDecl>(D); Func && Func->Name)
        F(I, *Func);
}

std::string otelrewrite::describeWhere(const Rule &R) {
  const Selector *Func = R.Where.findRequired(PredicateKind::Func);
  const Selector *Recv = R.Where.findRequired(PredicateKind::Recv);
  std::string Out;
  if (Recv)
    Out = "(" + Recv->Recv.getText() + ").";
  if (Func)
    return Out + Func->Pattern.getPattern().str();
  return Out + getPlaceName(R.Place).str();
}

/// Could \p R be meant for a function of this name?
static bool namesFunction(const Rule &R, StringRef Name) {
  const Selector *Func = R.Where.findRequired(PredicateKind::Func);
  return Func && Func->Pattern.match(Name);
}

static std::string describePosition(const ProgramView &V, const Rule &R) {
  return shortenPath(V, makeAbsolute(R.File)) + ":" +
         std::to_string(R.Position.Line);
}

/// Names near \p Wanted, the nearest first, at most three.
static std::vector<std::string> findNear(StringRef Wanted,
                                         ArrayRef<std::string> Names) {
  std::vector<std::pair<unsigned, std::string>> Found;
  unsigned Limit = std::max<size_t>(2, Wanted.size() / 3);
  for (const std::string &Name : Names)
    if (unsigned D =
            StringRef(Name).edit_distance_insensitive(Wanted, true, Limit + 1);
        D <= Limit)
      Found.push_back({D, Name});
  llvm::sort(Found);
  std::vector<std::string> Out;
  for (auto &[D, Name] : Found)
    if (Out.size() < 3 && !is_contained(Out, Name))
      Out.push_back(Name);
  return Out;
}

static std::vector<std::string> findPrograms(const ProgramView &V,
                                             StringRef Path) {
  std::vector<std::string> Out;
  for (const GoPackage &P : V.Graph.getPackages())
    if (P.Name == "main" && !P.IsDepOnly && !P.isVariant() &&
        V.Graph.getClosure(P.ImportPath).contains(Path))
      Out.push_back(P.ImportPath);
  return Out;
}

/// A file of the package's folder that declares the function and that this
/// build leaves out.
static std::string findLeftOut(const ProgramView &V, const GoPackage &P,
                               const FunctionName &Name) {
  std::vector<std::string> Used = getSourcePaths(P, V.Replaced), Paths;
  std::error_code EC;
  for (sys::fs::directory_iterator I(P.Dir, EC), End; I != End && !EC;
       I.increment(EC))
    if (StringRef(I->path()).ends_with(".go") && !is_contained(Used, I->path()))
      Paths.push_back(I->path());
  llvm::sort(Paths);
  for (const std::string &Path : Paths) {
    SourcePackage One;
    if (Error E = One.addFile(Path, [&](StringRef, StringRef Bytes) {
          return Bytes.contains(Name.Name);
        })) {
      consumeError(std::move(E));
      continue;
    }
    bool Found = false;
    forEachFunction(One.getFiles(), [&](unsigned I, const FuncDecl &Func) {
      Found |= Name.matches(*One.getFiles()[I], Func);
    });
    if (!Found)
      continue;
    if (StringRef(Path).ends_with("_test.go"))
      return "it is declared in " + shortenPath(V, Path) +
             ", and functions of tests are not instrumented";
    return "it is declared in " + shortenPath(V, Path) +
           ", which build constraints (its name, or a //go:build line) leave "
           "out of this build";
  }
  return {};
}

/// The receiver that is there, for a rule that asks for another.
static std::string explainRule(const Rule &R, const PackageInfo &Info,
                               PackageFiles Files, const MatchResult &Result,
                               const FuncDecl *Func) {
  for (const Refusal &X : Result.Refusals)
    if (X.Func == Func)
      return "it " + X.Message;
  for (const Refusal &X : Result.Refusals)
    if (!X.Func)
      return X.Message;
  if (!Result.Unmatched.empty())
    return explainUnmatched(R, Info, Files);
  const Selector *Asked = R.Where.findRequired(PredicateKind::Func);
  std::string Name =
      Asked ? Asked->Pattern.getPattern().str() : getPlaceName(R.Place).str();
  if (const Selector *Recv = R.Where.findRequired(PredicateKind::Recv))
    return "it is for `" + Name + "` with receiver `" + Recv->Recv.getText() +
           "`";
  return "it is for `" + Name +
         "` without a receiver, or for another signature";
}

/// A type, variable or constant of the package.
static std::optional<Asked> findDeclared(PackageFiles Files, StringRef Name) {
  for (unsigned I = 0; I < Files.size(); ++I)
    for (const Decl *D : Files[I]->Root->Decls) {
      const auto *G = dyn_cast<GenDecl>(D);
      if (!G)
        continue;
      const TokenBuffer &T = Files[I]->Tokens;
      for (const Node *N : G->Specs) {
        if (const auto *Y = dyn_cast<TypeSpec>(N);
            Y && Y->Name && Y->Name->getText(T) == Name)
          return Asked{I, nullptr, N, Name.str(), Y->Name->getRange(T)};
        if (const auto *V = dyn_cast<ValueSpec>(N))
          for (const Ident *Id : V->Names)
            if (Id->getText(T) == Name)
              return Asked{I, nullptr, N, Name.str(), Id->getRange(T)};
      }
    }
  return std::nullopt;
}

static Expected<Explanation> explainIn(const ProgramView &V, const GoPackage &P,
                                       StringRef Function) {
  Explanation Out;
  Out.Package = P.getPath().str();
  Out.Version = describeOrigin(P);
  Out.Programs = findPrograms(V, P.getPath());
  FunctionName Name = FunctionName::parse(Function);
  PackageInfo Info = getPackageInfo(P);
  Info.GoVersion = V.GoVersion;
  addImportNames(Info, P, V.Graph);
  SourcePackage Sources;
  for (const std::string &Path : getSourcePaths(P, V.Replaced))
    if (Error E =
            Sources.addFile(Path, [](StringRef, StringRef) { return true; }))
      return E;
  PackageFiles Files = Sources.getFiles();

  std::optional<Asked> Found;
  std::vector<std::string> Names;
  forEachFunction(Files, [&](unsigned I, const FuncDecl &Func) {
    Names.push_back(getFuncName(*Files[I], Func));
    if (!Found && Name.matches(*Files[I], Func))
      Found = Asked{I, &Func, nullptr, Names.back(),
                    Func.Name->getRange(Files[I]->Tokens)};
  });
  if (!Found)
    Found = findDeclared(Files, Function);
  if (!Found) {
    Out.Function = Function.str();
    Out.Result = Explanation::Outcome::NoFunction;
    Out.Reason = findLeftOut(V, P, Name);
    for (const std::string &Other : Names)
      if (Other == Name.Name || StringRef(Other).ends_with("." + Name.Name))
        Out.Nearest.push_back(Other);
    if (Out.Nearest.empty())
      Out.Nearest = findNear(Function, Names);
    if (Out.Reason.empty())
      Out.Reason = "package " + Out.Package + " has no such function";
    return Out;
  }
  const FuncDecl *Func = Found->Func;
  const ParsedFile &File = *Files[Found->File];
  Out.Function = Found->Name;
  LineColumn At = File.Source.getLineColumn(Found->Range.Begin);
  Out.Position = shortenPath(V, File.Source.getName()) + ":" +
                 std::to_string(At.Line) + ":" + std::to_string(At.Column);

  const RuleSet &All = V.Rules.getRules();
  for (auto [I, R] : enumerate(All.getRules())) {
    std::string Position = describePosition(V, R);
    if (!selectsPackage(R, Info)) {
      if (std::string Why = explainVersionMismatch(R, Info);
          !Why.empty() && namesFunction(R, Name.Name))
        Out.Objections.push_back({R.Name, Position, Why});
      continue;
    }
    MatchResult Result =
        matchPackage(Info, Files, All.select({static_cast<unsigned>(I)}));
    // Parts of a function, with how often: calls, literals.
    std::map<std::string, unsigned> Parts;
    bool IsApplied = false;
    for (const Match &M : Result.Matches)
      if (Found->isIn(M)) {
        IsApplied = true;
        if (M.Place != Func && M.Place != Found->Declared)
          ++Parts[M.Name];
      }
    if (IsApplied) {
      Explanation::AppliedRule Applied{R.Name, R.Library, Position, {}};
      for (const Action &A : R.Do)
        Applied.Actions.push_back(describeAction(A));
      for (const auto &[Part, Count] : Parts)
        Applied.Actions.push_back(
            "at " + Part +
            (Count > 1 ? ", " + std::to_string(Count) + " times" : ""));
      Out.Rules.push_back(std::move(Applied));
      continue;
    }
    if (!Func)
      continue;
    // A rule for other functions of the package is no news.
    bool IsRefused = any_of(Result.Refusals, [&](const Refusal &X) {
      return X.Func == Func || !X.Func;
    });
    if (IsRefused || namesFunction(R, Name.Name))
      Out.Objections.push_back(
          {R.Name, Position, explainRule(R, Info, Files, Result, Func)});
  }
  Out.Result = Out.Rules.empty() ? Explanation::Outcome::NotInstrumented
                                 : Explanation::Outcome::Instrumented;
  if (!Out.Rules.empty())
    return Out;
  if (Out.Objections.empty()) {
    Out.Reason = Func ? "no rule is for this function" : "no rule is for it";
    for (const MatchedPackage &M : V.Analysis.Packages)
      if (M.Package == &P)
        for (const TargetInfo &T : M.Targets)
          Out.Nearest.push_back(T.FuncName);
  }
  return Out;
}

Expected<std::vector<Explanation>> otelrewrite::explain(const ProgramView &V,
                                                        StringRef Asked) {
  // An import path may have dots, also in its last element; `.(` ends it.
  size_t Slash = Asked.rfind('/', Asked.find('('));
  size_t Start = Slash == StringRef::npos ? 0 : Slash + 1;
  std::vector<std::pair<StringRef, StringRef>> Splits;
  for (size_t At = Asked.find('.', Start); At != StringRef::npos;
       At = Asked.find('.', At + 1)) {
    if (At + 1 < Asked.size() && At > 0 && Asked[At - 1] != '.')
      Splits.push_back({Asked.take_front(At), Asked.drop_front(At + 1)});
    if (Asked.substr(At).starts_with(".("))
      break;
  }
  std::vector<Explanation> Out;
  auto add = [&](const GoPackage &P, StringRef Function) -> Error {
    auto E = explainIn(V, P, Function);
    if (!E)
      return E.takeError();
    Out.push_back(std::move(*E));
    return Error::success();
  };
  std::reverse(Splits.begin(), Splits.end());
  for (bool IsExact : {true, false})
    for (auto [Package, Function] : Splits) {
      std::string Dir =
          Package.starts_with(".") ? makeAbsolute(Package) : std::string();
      for (const GoPackage &P : V.Graph.getPackages()) {
        if (P.isVariant() || P.isTestMain() || P.Dir.empty())
          continue;
        bool IsMain = Package == "main" && P.Name == "main" && !P.IsDepOnly;
        if (IsExact ? P.ImportPath == Package ||
                          (!Dir.empty() && P.Dir == Dir) || IsMain
                    : P.getPath().ends_with(("/" + Package).str()) ||
                          P.Name == Package)
          if (Error E = add(P, Function))
            return E;
      }
      if (Out.empty())
        continue;
      // Of several packages of a name those count that have the function.
      if (any_of(Out, [](const Explanation &E) {
            return E.Result != Explanation::Outcome::NoFunction;
          }))
        erase_if(Out, [](const Explanation &E) {
          return E.Result == Explanation::Outcome::NoFunction;
        });
      return Out;
    }

  for (const GoPackage &P : V.Graph.getPackages()) {
    if (P.isVariant() || P.isTestMain() || P.Dir.empty() ||
        !(P.ImportPath == Asked || P.Name == Asked ||
          P.getPath().ends_with(("/" + Asked).str())))
      continue;
    Explanation Whole;
    Whole.Result = Explanation::Outcome::NotInstrumented;
    Whole.Package = P.getPath().str();
    Whole.Version = describeOrigin(P);
    Whole.Reason = "this is a package; ask for a function of it, as PKG.FUNC";
    for (const MatchedPackage &M : V.Analysis.Packages)
      if (M.Package == &P) {
        for (const TargetInfo &T : M.Targets)
          Whole.Nearest.push_back(T.FuncName);
        append_range(Whole.Nearest, M.Changes);
      }
    Out.push_back(std::move(Whole));
  }
  if (!Out.empty())
    return Out;
  Explanation None;
  if (Splits.empty()) {
    None.Package = Asked.str();
    None.Reason = "write the function as PKG.FUNC, PKG.(*T).M or PKG.T.M, for "
                  "example net/http.(*Server).Serve";
    Out.push_back(std::move(None));
    return Out;
  }
  None.Package = Splits.back().first.str();
  None.Function = Splits.back().second.str();
  std::vector<std::string> Paths;
  for (const GoPackage &P : V.Graph.getPackages())
    if (!P.isVariant())
      Paths.push_back(P.ImportPath);
  None.Nearest = findNear(None.Package, Paths);
  None.Reason = "package " + None.Package + " is not in this build";
  for (const Rule &R : V.Rules.getRules().getRules()) {
    PackageInfo Info;
    Info.ImportPath = None.Package;
    if (R.Package.Type == PackageSelector::Kind::Path &&
        selectsPackage(R, Info))
      None.Objections.push_back({R.Name, describePosition(V, R),
                                 "the program does not import the package"});
  }
  Out.push_back(std::move(None));
  return Out;
}

void otelrewrite::print(const Explanation &E, raw_ostream &OS, bool Colour) {
  Paint P(Colour);
  std::string Name = E.Package;
  if (!E.Function.empty())
    Name += "." + E.Function;
  OS << P.bold(Name);
  if (!E.Version.empty())
    OS << "  " << P.dim(E.Version);
  OS << '\n';
  if (!E.Position.empty())
    OS << "  declared at " << E.Position << '\n';
  switch (E.Result) {
  case Explanation::Outcome::Instrumented:
    OS << "  " << P.good("instrumented") << " by " << E.Rules.size()
       << (E.Rules.size() == 1 ? " rule" : " rules, in this order") << '\n';
    for (auto [I, R] : enumerate(E.Rules)) {
      OS << "  " << I + 1 << ". " << P.bold(R.Name) << "  " << P.dim(R.Position)
         << '\n';
      for (const std::string &A : R.Actions)
        OS << "       " << A << '\n';
    }
    if (E.Rules.size() > 1)
      OS << "  after hooks run in reverse\n";
    break;
  case Explanation::Outcome::NotInstrumented:
  case Explanation::Outcome::NoFunction:
  case Explanation::Outcome::NoPackage:
    OS << "  " << P.bad("not instrumented")
       << (E.Reason.empty() ? "" : ": " + E.Reason) << '\n';
    break;
  }
  for (const Explanation::Objection &O : E.Objections)
    OS << "  rule " << P.bold(O.Rule) << " does not apply: " << O.Why << "  "
       << P.dim(O.Position) << '\n';
  if (!E.Nearest.empty()) {
    if (E.Result == Explanation::Outcome::NotInstrumented)
      OS << "  instrumented in this package: " << join(E.Nearest, ", ") << '\n';
    else
      OS << "  did you mean " << join(E.Nearest, ", ") << "?\n";
  }
  if (E.Result == Explanation::Outcome::Instrumented && !E.Programs.empty())
    OS << "  in " << join(E.Programs, ", ") << '\n';
}

json::Value otelrewrite::toJSON(const Explanation &E) {
  static constexpr StringLiteral Names[] = {"instrumented", "not-instrumented",
                                            "no-function", "no-package"};
  json::Array Rules, Objections;
  for (const Explanation::AppliedRule &R : E.Rules)
    Rules.push_back(json::Object{{"rule", R.Name},
                                 {"library", R.Library},
                                 {"position", R.Position},
                                 {"actions", json::Array(R.Actions)}});
  for (const Explanation::Objection &O : E.Objections)
    Objections.push_back(json::Object{
        {"rule", O.Rule}, {"position", O.Position}, {"why", O.Why}});
  return json::Object{{"result", Names[static_cast<int>(E.Result)]},
                      {"package", E.Package},
                      {"function", E.Function},
                      {"version", E.Version},
                      {"position", E.Position},
                      {"rules", std::move(Rules)},
                      {"objections", std::move(Objections)},
                      {"reason", E.Reason},
                      {"nearest", json::Array(E.Nearest)},
                      {"programs", json::Array(E.Programs)}};
}
