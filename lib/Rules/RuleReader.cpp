//===- RuleReader.cpp - a document to rules -------------------------------===//
//
// Checks everything by hand, so that each mistake is shown where it stands and
// with what to write instead. Knows no syntax of rule files: see Document.h.
//
//===----------------------------------------------------------------------===//

#include "otelrewrite/Basic/Nearest.h"
#include "otelrewrite/Rules/Document.h"
#include "otelrewrite/Rules/GoSnippet.h"
#include "otelrewrite/Rules/RuleSet.h"
#include "otelrewrite/Rules/Template.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"

using namespace llvm;
using namespace otelrewrite;

using NodeKindOf = DocumentNode::Kind;

namespace {

/// Reports in the words and the notation of the file's syntax.
class Reporter {
public:
  Reporter(DiagnosticEngine &Diags, RuleSyntax Syntax)
      : Diags(Diags), Syntax(Syntax) {}
  void report(diag::Kind Kind, const SourceFile &File, SourceRange At,
              std::initializer_list<StringRef> Args);
  unsigned getNumErrors() const { return Diags.getNumErrors(); }

private:
  DiagnosticEngine &Diags;
  RuleSyntax Syntax;
};

class Reader {
public:
  Reader(const SourceFile &File, DiagnosticEngine &Diags, RuleSyntax Syntax,
         StringRef LibraryName, ArrayRef<Rule> Existing)
      : File(File), Diags(Diags, Syntax), IsYaml(Syntax == RuleSyntax::Yaml),
        LibraryName(LibraryName) {
    for (const Rule &R : Existing)
      Known.try_emplace(R.Name, positionOf(R));
  }

  void read(const DocumentNode &Root);
  std::vector<Rule> Rules;
  std::optional<Library> About;

private:
  static std::string positionOf(const Rule &R) {
    return R.File + ":" + std::to_string(R.Position.Line) + ":" +
           std::to_string(R.Position.Column);
  }
  void readLibrary(const DocumentNode &Node);
  void readRule(const DocumentEntry &Entry);
  void readVersion(const DocumentNode &Node, StringRef Key, std::string &Text,
                   VersionRange &Range);
  void readImports(const DocumentNode &Node, Rule &R);
  void takePlacement(const DocumentNode &Where, Rule &R);
  Selector readSelector(const DocumentNode &Node, bool IsFile, bool HasRecv,
                        StringRef Where);
  std::optional<Selector> readPredicate(const DocumentEntry &Entry,
                                        const PredicateInfo &Info);
  void readSignature(const DocumentNode &Node, StringRef Key, Selector &S);
  void checkPlaces(const DocumentEntry &Entry, Rule &R);
  void readDo(const DocumentNode &Node, Rule &R);
  void readAction(const DocumentNode &Node, Rule &R);

  template <typename K>
  void readFields(const DocumentNode &Node, StringRef What, K &Out);
  void readField(const DocumentNode &N, const FieldInfo &F, std::string &Out);
  void readField(const DocumentNode &N, const FieldInfo &F, GoText &Out);
  template <typename T>
  void readField(const DocumentNode &N, const FieldInfo &F,
                 std::vector<T> &Out);
  void checkGo(const FieldInfo &F, const GoText &Text);

  std::optional<StringRef> getString(const DocumentNode &N, StringRef Key,
                                     StringRef IfEmpty);
  void reportType(const DocumentNode &N, StringRef Key, StringRef Wanted);
  StringRef reportUnknown(const DocumentEntry &E, StringRef Where,
                          ArrayRef<StringRef> Known);
  void reportPattern(const DocumentNode &N, StringRef Key,
                     const Glob::Error &E);
  const DocumentNode *require(const DocumentNode &T, SourceRange At,
                              StringRef What, StringRef Key, StringRef Example,
                              ArrayRef<StringRef> Meant = {});

  const SourceFile &File;
  Reporter Diags;
  bool IsYaml;
  std::string LibraryName;
  StringMap<std::string> Known;
};

} // namespace

/// \p Text with each \p From replaced.
static void replaceAll(std::string &Text, StringRef From, StringRef To) {
  for (size_t At = Text.find(From); At != std::string::npos;
       At = Text.find(From, At + To.size()))
    Text.replace(At, From.size(), To);
}

void Reporter::report(diag::Kind Kind, const SourceFile &File, SourceRange At,
                      std::initializer_list<StringRef> Args) {
  std::vector<std::string> Own(Args.begin(), Args.end());
  if (Syntax == RuleSyntax::Yaml && !Own.empty() &&
      (Kind == diag::err_rule_type || Kind == diag::err_rule_missing_key ||
       Kind == diag::err_rule_empty)) {
    // The last one says what to write instead. Inline tables are flow mappings
    // but for the sign between key and value.
    replaceAll(Own.back(), " = ", ": ");
    if (Kind == diag::err_rule_type)
      for (size_t I = 1; I < Own.size(); ++I) {
        replaceAll(Own[I], "a table", "a mapping");
        replaceAll(Own[I], "of tables", "of mappings");
        replaceAll(Own[I], "an array", "a list");
      }
  }
  SmallVector<StringRef> Views(Own.begin(), Own.end());
  Diags.reportList(Kind, &File, At, Views);
}

void Reader::reportType(const DocumentNode &N, StringRef Key,
                        StringRef Wanted) {
  std::string Name = Key.contains(' ') ? Key.str() : "`" + Key.str() + "`";
  Diags.report(diag::err_rule_type, File, N.Range,
               {Name, N.getTypeName(), Wanted});
}

StringRef Reader::reportUnknown(const DocumentEntry &E, StringRef Where,
                                ArrayRef<StringRef> Known) {
  StringRef Name = E.Key;
  StringRef Nearest;
  // Another tool's rule files call it target.
  if (Name == "target" && llvm::is_contained(Known, "import_path"))
    Nearest = "import_path";
  if (Where == "`where`" && (Name == "target" || Name == "import_path" ||
                             Name == "version" || Name == "do")) {
    Diags.report(diag::err_rule_unknown_key, File, E.KeyRange,
                 {Name, Where, "it stands beside `where`, not in it"});
    return Nearest;
  }
  if (Nearest.empty()) {
    NearestName Near(Name, NearestName::Case::Ignored);
    for (StringRef K : Known)
      Near.consider(K);
    Nearest = Near.get();
  }
  std::string Advice;
  if (!Nearest.empty()) {
    Advice = ("did you mean `" + Nearest + "`?").str();
  } else {
    Advice =
        Known.size() == 1 ? "the only key there is " : "the keys there are ";
    for (size_t I = 0; I < Known.size(); ++I) {
      if (I)
        Advice += I + 1 == Known.size() ? " and " : ", ";
      Advice += ("`" + Known[I] + "`").str();
    }
  }
  Diags.report(diag::err_rule_unknown_key, File, E.KeyRange,
               {Name, Where, Advice});
  return Nearest;
}

void Reader::reportPattern(const DocumentNode &N, StringRef Key,
                           const Glob::Error &E) {
  SourceRange R = N.Range;
  if (E.Offset < N.Text.Text.size()) {
    R.Begin = N.Text.getFileOffset(E.Offset);
    R.End = R.Begin + 1;
  }
  Diags.report(diag::err_rule_pattern, File, R, {Key, E.Message});
}

std::optional<StringRef> Reader::getString(const DocumentNode &N, StringRef Key,
                                           StringRef IfEmpty) {
  if (N.Type != NodeKindOf::String && !N.IsPlain) {
    reportType(N, Key, "a string");
    return std::nullopt;
  }
  StringRef Text = N.Text.Text;
  if (Text.trim().empty()) {
    Diags.report(diag::err_rule_empty, File, N.Range, {Key, IfEmpty});
    return std::nullopt;
  }
  return Text;
}

const DocumentNode *Reader::require(const DocumentNode &T, SourceRange At,
                                    StringRef What, StringRef Key,
                                    StringRef Example,
                                    ArrayRef<StringRef> Meant) {
  if (const DocumentNode *N = T.get(Key))
    return N;
  if (!is_contained(Meant, Key))
    Diags.report(diag::err_rule_missing_key, File, At, {What, Key, Example});
  return nullptr;
}

void Reader::read(const DocumentNode &Root) {
  if (IsYaml) {
    // A file of rules alone: each key is a rule's name.
    if (Root.Type != NodeKindOf::Table)
      return reportType(Root, "the file", "a table of rules by their names");
    for (const DocumentEntry &E : Root.Entries) {
      if (E.Value.Type == NodeKindOf::Table)
        readRule(E);
      else
        reportType(E.Value, E.Key, "a rule: a table with `target` and `do`");
    }
    return;
  }
  for (const DocumentEntry &E : Root.Entries) {
    if (E.Key == "library") {
      readLibrary(E.Value);
      continue;
    }
    if (E.Key != "rule") {
      reportUnknown(E, "a rule file", {"rule", "library"});
      continue;
    }
    if (E.Value.Type != NodeKindOf::Table) {
      reportType(E.Value, "rule",
                 "a table of rules, as `[rule.NAME]` writes it");
      continue;
    }
    for (const DocumentEntry &R : E.Value.Entries) {
      if (R.Value.Type == NodeKindOf::Table)
        readRule(R);
      else
        reportType(R.Value, "rule." + R.Key, "a table");
    }
  }
}

void Reader::readLibrary(const DocumentNode &Node) {
  if (Node.Type != NodeKindOf::Table)
    return reportType(Node, "library", "a table, as `[library]` writes it");
  About.emplace();
  About->Name = LibraryName;
  for (const DocumentEntry &E : Node.Entries) {
    std::string *Field = E.Key == "title"       ? &About->Title
                         : E.Key == "telemetry" ? &About->Telemetry
                         : E.Key == "uses"      ? &About->Uses
                                                : nullptr;
    if (!Field) {
      reportUnknown(E, "`library`", {"title", "telemetry", "uses"});
      continue;
    }
    if (auto Text = getString(E.Value, E.Key, "describe it in a few words"))
      *Field = Text->str();
  }
}

/// In the YAML files `**` is any run of path elements only where it is an
/// element of its own, and else a `*`.
static std::string alignStars(StringRef Text) {
  std::string Out;
  for (size_t I = 0; I < Text.size();) {
    size_t Stars =
        Text.substr(I).take_while([](char C) { return C == '*'; }).size();
    if (Stars == 0) {
      Out += Text[I++];
      continue;
    }
    auto isEdge = [&](size_t At) {
      return At >= Text.size() || Text[At] == '/';
    };
    bool IsElement = (I == 0 || isEdge(I - 1)) && isEdge(I + Stars);
    Out += Stars >= 2 && IsElement ? "**" : "*";
    I += Stars;
  }
  return Out;
}

/// The YAML files have `pattern` and `placement` of `inject_code` under
/// `where`.
static bool isPlacement(StringRef Key) {
  return Key == "pattern" || Key == "placement";
}

static DocumentNode dropPlacement(const DocumentNode &Where) {
  DocumentNode Out = Where;
  erase_if(Out.Entries, [](const DocumentEntry &E) {
    // An empty kind is any.
    return isPlacement(E.Key) || (E.Key == "kind" && E.Value.Text.isEmpty() &&
                                  E.Value.Type == NodeKindOf::String);
  });
  return Out;
}

void Reader::readRule(const DocumentEntry &Entry) {
  unsigned ErrorsBefore = Diags.getNumErrors();
  const DocumentNode &Table = Entry.Value;
  Rule R;
  R.Name = Entry.Key;
  if (const DocumentNode *Name = IsYaml ? Table.get("name") : nullptr)
    if (auto Text = getString(*Name, "name", "leave the key out"))
      R.Name = Text->str();
  R.Library = LibraryName;
  R.File = File.getName().str();
  R.Position = File.getLineColumn(Entry.KeyRange.Begin);

  std::string What = "rule `" + R.Name + "`";
  if (R.Name.empty())
    Diags.report(diag::err_rule_empty, File, Entry.KeyRange,
                 {"the rule's name", "a rule is written as `[rule.NAME]`"});
  auto [Other, IsNew] = Known.try_emplace(R.Name, positionOf(R));
  if (!IsNew)
    Diags.report(diag::err_rule_duplicate, File, Entry.KeyRange,
                 {R.Name, Other->second});

  // Files of other tools call it target.
  StringRef PackageKey =
      IsYaml && !Table.get("import_path") ? "target" : "import_path";
  SmallVector<StringRef> Keys{
#define RULE_KEY(Key, ...) Key,
#include "otelrewrite/Rules/RuleKeys.def"
  };
  Keys.front() = PackageKey;
  if (IsYaml)
    Keys.push_back("name");
  SmallVector<StringRef, 2> Meant;
  std::optional<DocumentNode> Where; // without what actions are to have
  for (const DocumentEntry &E : Table.Entries) {
    StringRef K = E.Key;
    if (K == PackageKey) {
      auto Text = getString(E.Value, K, "name a package, as in `net/http`");
      std::optional<Glob::Error> Err;
      if (Text)
        R.Package = PackageSelector::parse(
            IsYaml ? alignStars(*Text) : Text->str(), Err);
      if (Err)
        reportPattern(E.Value, K, *Err);
    } else if (K == "version") {
      readVersion(E.Value, K, R.VersionText, R.Versions);
    } else if (K == "go_version") {
      readVersion(E.Value, K, R.GoVersionText, R.GoVersions);
    } else if (K == "imports") {
      readImports(E.Value, R);
    } else if (K == "namespace") {
      if (auto Text = getString(E.Value, K, "leave the key out for none"))
        R.Namespace = Text->str();
    } else if (K == "order") {
      if (E.Value.Type != NodeKindOf::Integer)
        reportType(E.Value, K, "a whole number; rules apply lowest first");
      R.Order = static_cast<int32_t>(
          std::clamp<int64_t>(E.Value.Integer, INT32_MIN, INT32_MAX));
    } else if (K == "where") {
      if (E.Value.Type != NodeKindOf::Table)
        reportType(E.Value, "where",
                   "a table, as in `where = { func = \"NewClient\" }`");
      else if (IsYaml)
        R.Where = readSelector(Where.emplace(dropPlacement(E.Value)), false,
                               false, "`where`");
      else
        R.Where = readSelector(E.Value, false, false, "`where`");
    } else if (K == "do") {
      readDo(E.Value, R);
    } else if (K != "name" || !IsYaml) {
      Meant.push_back(reportUnknown(E, "a rule", Keys));
    }
  }
  if (IsYaml)
    if (const DocumentNode *W = Table.get("where"))
      takePlacement(*W, R);
  require(Table, Entry.KeyRange, What, PackageKey,
          PackageKey.str() + " = \"net/http\"", Meant);
  require(Table, Entry.KeyRange, What, "do",
          "do = [ { inject_hooks = { before = \"F\", path = \"P\" } } ]",
          Meant);
  if (Diags.getNumErrors() == ErrorsBefore)
    checkPlaces(Entry, R);
  if (Diags.getNumErrors() == ErrorsBefore)
    Rules.push_back(std::move(R));
}

void Reader::takePlacement(const DocumentNode &Where, Rule &R) {
  for (const DocumentEntry &E : Where.Entries) {
    if (!isPlacement(E.Key))
      continue;
    bool IsTaken = false;
    for (Action &A : R.Do)
      if (auto *Code = std::get_if<InjectCode>(&A)) {
        InjectCode::fields(*Code, [&](const FieldInfo &F, auto &Field) {
          if (F.Key == E.Key)
            readField(E.Value, F, Field);
        });
        IsTaken = true;
      }
    if (!IsTaken)
      Diags.report(diag::err_rule_unknown_key, File, E.KeyRange,
                   {E.Key, "`where`", "it is for `inject_code`"});
  }
}

void Reader::readVersion(const DocumentNode &Node, StringRef Key,
                         std::string &Out, VersionRange &Range) {
  auto Text = getString(Node, Key, "leave the key out for any version");
  if (!Text)
    return;
  Out = Text->str();
  auto [Start, End] = Text->split(',');
  auto parse = [&](StringRef S, std::optional<Version> &Bound) {
    S = S.trim();
    if (S.empty())
      return;
    Bound = parseVersion(S, Key == "go_version");
    if (!Bound)
      Diags.report(diag::err_rule_version, File, Node.Range, {S});
  };
  parse(Start, Range.Start);
  parse(End, Range.End);
  if (Range.Start && Range.End && *Range.Start >= *Range.End)
    Diags.report(diag::err_rule_version_range, File, Node.Range,
                 {*Text, Start.trim(), End.trim()});
  if (Start.trim().empty() && End.trim().empty())
    Diags.report(diag::err_rule_version, File, Node.Range, {*Text});
}

static bool isIdentifier(StringRef S) {
  auto isLetter = [](char C) {
    return isAlpha(C) || C == '_' || static_cast<unsigned char>(C) >= 0x80;
  };
  return !S.empty() && isLetter(S[0]) && S != "_" &&
         llvm::all_of(S, [&](char C) { return isLetter(C) || isDigit(C); });
}

/// What is wrong with \p Path as an import path; empty if nothing is.
static StringRef checkImportPath(StringRef Path) {
  if (Path.starts_with("./") || Path.starts_with("../") || Path == "." ||
      Path == "..")
    return "a relative path means nothing to other packages; write the full "
           "one";
  if (Path.starts_with("/"))
    return "it is a file's path; write the package's import path";
  if (Path.ends_with("/") || Path.contains("//"))
    return "it has an empty element";
  for (char C : Path)
    if (!isAlnum(C) && !StringRef("-._~/+").contains(C))
      return C == ' ' ? "it contains a blank"
                      : "it contains a character that import paths may not "
                        "contain";
  return "";
}

void Reader::readImports(const DocumentNode &Node, Rule &R) {
  if (Node.Type != NodeKindOf::Table)
    return reportType(Node, "imports",
                      "a table, as in `imports = { fmt = \"fmt\" }`");
  for (const DocumentEntry &E : Node.Entries) {
    if (E.Key != "_" && !isIdentifier(E.Key))
      Diags.report(diag::err_rule_identifier, File, E.KeyRange, {E.Key});
    auto Path = getString(E.Value, E.Key, "name the package's import path");
    if (!Path)
      continue;
    if (StringRef Wrong = checkImportPath(*Path); !Wrong.empty())
      Diags.report(diag::err_rule_import_path, File, E.Value.Range,
                   {*Path, Wrong});
    R.Imports.push_back({E.Key, Path->str()});
  }
}

//===----------------------------------------------------------------------===//
// where
//===----------------------------------------------------------------------===//

/// Does a table below \p Node ask for a receiver?
static bool asksForReceiver(const DocumentNode &Node) {
  for (const DocumentEntry &E : Node.Entries)
    if (E.Key == "recv" || asksForReceiver(E.Value))
      return true;
  return any_of(Node.Elements, asksForReceiver);
}

Selector Reader::readSelector(const DocumentNode &Node, bool IsFile,
                              bool HasRecv, StringRef Where) {
  Selector S;
  SmallVector<StringRef> Keys;
  for (const PredicateInfo &I : getPredicates())
    if (!I.Key.empty() && (I.Scope == PredicateScope::File) == IsFile)
      Keys.push_back(I.Key);
  Keys.append({"all_of", "one_of", "not"});
  if (!IsFile)
    Keys.push_back("file");
  bool IsAsked = HasRecv || asksForReceiver(Node);
  if (Node.Entries.empty())
    Diags.report(diag::err_rule_empty, File, Node.Range,
                 {Where, "name what to select, as in `func = \"F\"`"});
  for (const DocumentEntry &E : Node.Entries) {
    StringRef K = E.Key;
    std::string Group = K == "all-of"   ? "all_of"
                        : K == "one-of" ? "one_of"
                                        : K.str();
    if (Group == "all_of" || Group == "one_of") {
      Selector G;
      G.Type = Group == "all_of" ? Selector::Op::AllOf : Selector::Op::OneOf;
      if (E.Value.Type != NodeKindOf::Array) {
        reportType(E.Value, K, "an array of tables");
        continue;
      }
      for (const DocumentNode &N : E.Value.Elements) {
        if (N.Type == NodeKindOf::Table)
          G.Children.push_back(readSelector(N, IsFile, IsAsked,
                                            "an element of `" + Group + "`"));
        else
          reportType(N, "an element of `" + Group + "`", "a table");
      }
      // An empty conjunction holds, an empty disjunction does not.
      S.Children.push_back(std::move(G));
    } else if (Group == "not" || (Group == "file" && !IsFile)) {
      if (E.Value.Type != NodeKindOf::Table) {
        reportType(E.Value, K, "a table");
        continue;
      }
      Selector Inner =
          readSelector(E.Value, IsFile || Group == "file",
                       IsAsked || Group == "not", "`" + Group + "`");
      if (Group == "not") {
        Selector Not;
        Not.Type = Selector::Op::Not;
        Not.Children.push_back(std::move(Inner));
        Inner = std::move(Not);
      }
      S.Children.push_back(std::move(Inner));
    } else {
      const PredicateInfo *Info = find_if(getPredicates(), [&](auto &I) {
        return I.Key == K && (I.Scope == PredicateScope::File) == IsFile;
      });
      if (K.empty() || Info == getPredicates().end()) {
        reportUnknown(E, Where, Keys);
        continue;
      }
      auto Leaf = readPredicate(E, *Info);
      if (Leaf && Info->Kind == PredicateKind::HasFunc)
        if (const DocumentNode *Recv = Node.get("has_recv"))
          if (auto Text = getString(*Recv, "has_recv", "name a receiver")) {
            Leaf->Args = {Text->str()};
            Leaf->HasArgs = true;
            std::optional<Glob::Error> Err;
            Leaf->compile(Err); // reported with the key itself
          }
      if (Leaf)
        S.Children.push_back(std::move(*Leaf));
      if (Info->Kind == PredicateKind::Func && !IsAsked) {
        Selector None;
        None.Type = Selector::Op::Leaf;
        None.Kind = PredicateKind::NoRecv;
        S.Children.push_back(std::move(None));
      }
    }
  }
  return S;
}

std::optional<Selector> Reader::readPredicate(const DocumentEntry &E,
                                              const PredicateInfo &Info) {
  Selector S;
  S.Type = Selector::Op::Leaf;
  S.Kind = Info.Kind;
  if (Info.Value == PredicateValue::Flag) {
    if (E.Value.Type != NodeKindOf::Boolean) {
      reportType(E.Value, E.Key, "`true` or `false`");
      return std::nullopt;
    }
    S.Flag = E.Value.Truth;
    return S;
  }
  if (Info.Value == PredicateValue::Signature) {
    readSignature(E.Value, E.Key, S);
    return S;
  }
  StringRef Hint = Info.Kind == PredicateKind::Func
                       ? "name a function, or `*` for all"
                   : Info.Kind == PredicateKind::Recv
                       ? "name a receiver's type, as in `*Client`; leave "
                         "the key out for functions without receiver"
                       : "name what to select, or leave the key out";
  auto Text = getString(E.Value, E.Key, Hint);
  if (!Text)
    return std::nullopt;
  S.Text = Text->str();
  if (Info.Kind == PredicateKind::ValueKind && S.Text != "var" &&
      S.Text != "const") {
    Diags.report(diag::err_rule_choice, File, E.Value.Range,
                 {S.Text, E.Key, "`var` or `const`"});
    return std::nullopt;
  }
  if (Info.Kind == PredicateKind::Directive ||
      Info.Kind == PredicateKind::HasDirective) {
    if (Text->starts_with("//") || Text->contains(' ')) {
      Diags.report(diag::err_rule_directive, File, E.Value.Range, {S.Text});
      return std::nullopt;
    }
  }
  std::optional<Glob::Error> Err;
  S.compile(Err);
  if (Err) {
    reportPattern(E.Value, E.Key, *Err);
    return std::nullopt;
  }
  return S;
}

void Reader::readSignature(const DocumentNode &Node, StringRef Key,
                           Selector &S) {
  if (Node.Type != NodeKindOf::Table)
    return reportType(
        Node, Key,
        "a table, as in `{ args = [\"string\"], returns = [\"error\"] }`");
  for (const DocumentEntry &E : Node.Entries) {
    bool IsArgs = E.Key == "args";
    if (!IsArgs && E.Key != "returns") {
      reportUnknown(E, ("`" + Key + "`").str(), {"args", "returns"});
      continue;
    }
    (IsArgs ? S.HasArgs : S.HasReturns) = true;
    if (E.Value.Type != NodeKindOf::Array) {
      reportType(E.Value, E.Key, "an array of types");
      continue;
    }
    for (const DocumentNode &N : E.Value.Elements)
      if (auto Text = getString(N, E.Key, "name a type"))
        (IsArgs ? S.Args : S.Returns).push_back(Text->str());
  }
}

static PlaceKind placeOf(const Selector &Where) {
  if (Where.contains(PredicateKind::FunctionCall))
    return PlaceKind::Call;
  if (Where.contains(PredicateKind::StructLiteral))
    return PlaceKind::Literal;
  if (Where.contains(PredicateKind::Struct))
    return PlaceKind::Struct;
  if (Where.contains(PredicateKind::Identifier) ||
      Where.contains(PredicateKind::ValueKind))
    return PlaceKind::Value;
  bool IsFunction = false;
  Where.forEachLeaf([&](const Selector &L) {
    IsFunction |= L.getInfo().Scope == PredicateScope::Function ||
                  L.getInfo().Scope == PredicateScope::Any;
  });
  return IsFunction ? PlaceKind::Function : PlaceKind::Package;
}

static bool fits(PredicateScope Scope, PlaceKind Place) {
  switch (Scope) {
  case PredicateScope::Any:
  case PredicateScope::File:
    return true;
  case PredicateScope::Function:
    return Place == PlaceKind::Function || Place == PlaceKind::Call ||
           Place == PlaceKind::Literal;
  case PredicateScope::Struct:
    return Place == PlaceKind::Struct;
  case PredicateScope::Call:
    return Place == PlaceKind::Call;
  case PredicateScope::Literal:
    return Place == PlaceKind::Literal;
  case PredicateScope::Value:
    return Place == PlaceKind::Value;
  }
  llvm_unreachable("unknown scope");
}

/// A selector of such a place, as advice.
static StringRef getPlaceExample(PlaceKind K) {
  switch (K) {
  case PlaceKind::Package:
    return "file = { has_func = \"main\" }";
  case PlaceKind::Function:
    return "func = \"NewClient\"";
  case PlaceKind::Struct:
    return "struct = \"Client\"";
  case PlaceKind::Call:
    return "function_call = \"net/http.Get\"";
  case PlaceKind::Literal:
    return "struct_literal = \"net/http.Server\"";
  case PlaceKind::Value:
    return "identifier = \"MaxSize\"";
  }
  llvm_unreachable("unknown place");
}

/// The rule's selectors and actions must speak of one sort of place.
void Reader::checkPlaces(const DocumentEntry &Entry, Rule &R) {
  R.Place = placeOf(R.Where);
  const DocumentNode *Where = Entry.Value.get("where");
  SourceRange At = Where ? Where->Range : Entry.KeyRange;
  R.Where.forEachLeaf([&](const Selector &L) {
    if (!L.getInfo().Key.empty() && !fits(L.getInfo().Scope, R.Place))
      Diags.report(diag::err_rule_selector_place, File, At,
                   {L.getInfo().Key, getPlaceName(R.Place)});
  });
  const DocumentNode *Do = Entry.Value.get("do");
  for (auto [I, A] : enumerate(R.Do)) {
    PlaceKind Wanted = getPlace(A);
    if (Wanted == PlaceKind::Package || Wanted == R.Place)
      continue;
    if (!Where) {
      require(Entry.Value, Entry.KeyRange, "rule `" + R.Name + "`", "where",
              "where = { " + getPlaceExample(Wanted).str() + " }");
      return;
    }
    SourceRange Action =
        Do->Type == NodeKindOf::Array ? Do->Elements[I].Range : Do->Range;
    StringRef Hint = Wanted == PlaceKind::Function  ? "`func` or `directive`"
                     : Wanted == PlaceKind::Struct  ? "`struct`"
                     : Wanted == PlaceKind::Call    ? "`function_call`"
                     : Wanted == PlaceKind::Literal ? "`struct_literal`"
                                                    : "`identifier`";
    Diags.report(diag::err_rule_action_place, File, Action,
                 {getKindName(A), getPlaceName(Wanted), Hint});
  }
}

//===----------------------------------------------------------------------===//
// do
//===----------------------------------------------------------------------===//

void Reader::readDo(const DocumentNode &Node, Rule &R) {
  // A table is short for an array of one.
  if (Node.Type == NodeKindOf::Table)
    return readAction(Node, R);
  if (Node.Type != NodeKindOf::Array)
    return reportType(Node, "do",
                      "an array, as in `do = [ { inject_hooks = { … } } ]`");
  if (Node.Elements.empty())
    Diags.report(diag::err_rule_empty, File, Node.Range,
                 {"do", "name at least one thing to do"});
  for (const DocumentNode &Element : Node.Elements) {
    if (Element.Type == NodeKindOf::Table)
      readAction(Element, R);
    else
      reportType(Element, "an element of `do`",
                 "a table, as in `{ inject_hooks = { … } }`");
  }
}

void Reader::readAction(const DocumentNode &Node, Rule &R) {
  static constexpr StringRef Kinds[] = {
#define KIND(K) K::Name,
#include "otelrewrite/Rules/Kinds.def"
  };
  if (Node.Entries.size() != 1)
    Diags.report(diag::err_rule_action_count, File, Node.Range,
                 {std::to_string(Node.Entries.size())});
  for (const DocumentEntry &E : Node.Entries) {
    if (!is_contained(Kinds, E.Key)) {
      reportUnknown(E, "an element of `do`", Kinds);
      continue;
    }
#define KIND(K)                                                                \
  if (E.Key == K::Name) {                                                      \
    K A;                                                                       \
    readFields(E.Value, E.Key, A);                                             \
    R.Do.push_back(std::move(A));                                              \
  }
#include "otelrewrite/Rules/Kinds.def"
  }
}

template <typename K>
void Reader::readFields(const DocumentNode &Node, StringRef What, K &Out) {
  std::string Quoted = What.contains(' ') ? What.str() : "`" + What.str() + "`";
  if (Node.Type != NodeKindOf::Table) {
    std::string Example;
    K::fields(Out, [&](const FieldInfo &F, auto &) {
      if (Example.empty())
        Example = F.Key.str() + " = …";
    });
    return reportType(Node, What, "a table, as in `{ " + Example + " }`");
  }
  SmallVector<StringRef> Keys, Meant;
  K::fields(Out, [&](const FieldInfo &F, auto &) { Keys.push_back(F.Key); });
  for (const DocumentEntry &E : Node.Entries)
    if (!is_contained(Keys, E.Key))
      Meant.push_back(reportUnknown(E, Quoted, Keys));
  K::fields(Out, [&](const FieldInfo &F, auto &Field) {
    if (const DocumentNode *N = Node.get(F.Key))
      readField(*N, F, Field);
    else if (F.IsRequired)
      require(Node, Node.Range, Quoted, F.Key,
              F.Key.str() + " = " +
                  (F.Example.starts_with("[") ? F.Example.str()
                                              : "\"" + F.Example.str() + "\""),
              Meant);
  });
  for (const FieldConstraint &C : K::Constraints) {
    unsigned Count = 0;
    std::string List;
    for (StringRef Key : C.Keys) {
      if (Key.empty())
        continue;
      Count += Node.get(Key) || is_contained(Meant, Key);
      List += (List.empty() ? "`" : " or `") + Key.str() + "`";
    }
    if (Count == 0)
      Diags.report(diag::err_rule_needs_one, File, Node.Range, {Quoted, List});
    else if (Count > 1 && C.Type == FieldConstraint::Kind::One)
      Diags.report(diag::err_rule_needs_only_one, File, Node.Range,
                   {Quoted, List});
  }
}

template <typename T>
void Reader::readField(const DocumentNode &N, const FieldInfo &F,
                       std::vector<T> &Out) {
  if (N.Type != NodeKindOf::Array)
    return reportType(N, F.Key,
                      "an array, as in `" + F.Key.str() + " = " +
                          F.Example.str() + "`");
  if (N.Elements.empty())
    Diags.report(diag::err_rule_empty, File, N.Range,
                 {F.Key, "name at least one"});
  for (const DocumentNode &E : N.Elements) {
    Out.emplace_back();
    if constexpr (std::is_same_v<T, GoText>)
      readField(E, F, Out.back());
    else
      readFields(E, ("an element of `" + F.Key + "`").str(), Out.back());
  }
}

void Reader::readField(const DocumentNode &N, const FieldInfo &F,
                       std::string &Out) {
  auto Text = getString(
      N, F.Key,
      F.Form == FieldForm::HookName ? "name a function, or leave the key out"
      : F.Form == FieldForm::ImportPath ? "name the hooks' package"
                                        : "write something, or leave it out");
  if (!Text)
    return;
  Out = Text->str();
  switch (F.Form) {
  case FieldForm::HookName:
    if (!isIdentifier(*Text))
      Diags.report(diag::err_rule_hook_name, File, N.Range, {*Text, F.Key});
    break;
  case FieldForm::Identifier:
    if (!isIdentifier(*Text))
      Diags.report(diag::err_rule_identifier, File, N.Range, {*Text});
    break;
  case FieldForm::ImportPath:
    if (StringRef Wrong = checkImportPath(*Text); !Wrong.empty())
      Diags.report(diag::err_rule_import_path, File, N.Range, {*Text, Wrong});
    break;
  case FieldForm::FileName:
    if (!Text->ends_with(".go") || Text->contains('/') ||
        Text->contains('\\') || Text->ends_with("_test.go"))
      Diags.report(diag::err_rule_file_name, File, N.Range, {*Text});
    break;
  case FieldForm::Placement:
    if (*Text != "before" && *Text != "after")
      Diags.report(diag::err_rule_choice, File, N.Range,
                   {*Text, F.Key, "`before` or `after`"});
    break;
  case FieldForm::Pattern: {
    std::string Why;
    if (!Regex(*Text).isValid(Why))
      Diags.report(diag::err_rule_pattern, File, N.Range, {F.Key, Why});
    break;
  }
  case FieldForm::Text:
  case FieldForm::Statements:
  case FieldForm::Expression:
  case FieldForm::Wrapper:
  case FieldForm::Type:
    break;
  }
}

void Reader::readField(const DocumentNode &N, const FieldInfo &F, GoText &Out) {
  if (!getString(N, F.Key, "write Go, or leave the key out"))
    return;
  Out = N.Text;
  checkGo(F, Out);
}

/// Parses the template, and what it becomes with names in place of fields.
void Reader::checkGo(const FieldInfo &F, const GoText &Go) {
  auto rangeOf = [&](SourceRange R) {
    uint32_t Begin = Go.getFileOffset(R.Begin);
    return SourceRange{Begin, std::max(Begin + 1, Go.getFileOffset(R.End))};
  };
  std::optional<TemplateError> Err;
  // Without braces there is nothing to expand, whatever the kind.
  Template T = Template::parse(F.Form == FieldForm::Type ? "" : Go.Text, Err);
  if (Err) {
    Diags.report(diag::err_rule_template, File, rangeOf(Err->Range),
                 {F.Key, Err->Message});
    return;
  }
  if (F.Form == FieldForm::Wrapper && !T.usesDot()) {
    Diags.report(diag::err_rule_wrap, File,
                 rangeOf({0, static_cast<uint32_t>(Go.Text.size())}), {F.Key});
    return;
  }
  auto field = [&](StringRef Name, ArrayRef<TemplateValue> Args,
                   std::string &) -> std::optional<TemplateValue> {
    if (Name.empty())
      return TemplateValue::string("x()");
    if (Name.ends_with("Count"))
      return TemplateValue::integer(1);
    if (Name == "DirectiveArgs") {
      TemplateValue L;
      L.Type = TemplateValue::Kind::List;
      return L;
    }
    return TemplateValue::string("x");
  };
  std::optional<GoSnippet> Bad;
  std::vector<std::pair<uint32_t, uint32_t>> Origins;
  for (bool Branch : {true, false}) {
    std::vector<std::pair<uint32_t, uint32_t>> From;
    std::string Text =
        F.Form == FieldForm::Type
            ? Go.Text
            : T.render(field, Err,
                       T.hasControl() ? std::optional(Branch) : std::nullopt,
                       &From);
    if (Err)
      return; // depends on the function: said where it is applied
    GoSnippet S = parseSnippet(F.Form, Text);
    if (!S.ErrorOffset)
      return;
    if (!Bad) {
      Bad = std::move(S);
      Origins = std::move(From);
    }
    // Branches may fit together in other ways than all or none.
    if (!T.hasControl())
      break;
  }
  uint32_t At = *Bad->ErrorOffset;
  uint32_t InText = At;
  if (F.Form != FieldForm::Type) {
    InText = 0;
    for (auto [Out, In] : Origins)
      if (Out <= At)
        InText = In + (At - Out);
  }
  InText = std::min<uint32_t>(InText, Go.Text.size());
  Diags.report(diag::err_rule_go, File, rangeOf({InText, InText + 1}),
               {F.Key, Bad->Error});
}

/// `redis` of `redis.toml` and `redis.otelc.yml`; of `otelc.yml` the folder's
/// name, which may be a version's.
static std::string nameLibrary(StringRef File) {
  StringRef Stem = sys::path::stem(File);
  Stem.consume_back(".otelc");
  if (Stem != "otelc")
    return Stem.str();
  for (StringRef Dir = sys::path::parent_path(File); !Dir.empty();
       Dir = sys::path::parent_path(Dir)) {
    StringRef Name = sys::path::filename(Dir).split('@').first;
    StringRef Number = Name;
    if (Number.consume_front("v") && !Number.empty() && all_of(Number, isDigit))
      continue;
    if (!Name.empty() && Name != "." && Name != "..")
      return Name.str();
  }
  return Stem.str();
}

void RuleSet::addDocument(const DocumentNode &Root, const SourceFile &File,
                          DiagnosticEngine &Diags, RuleSyntax Syntax,
                          StringRef Library) {
  Reader R(File, Diags, Syntax,
           Library.empty() ? nameLibrary(File.getName()) : Library.str(),
           Rules);
  R.read(Root);
  RuleSet Read;
  Read.Rules = std::move(R.Rules);
  if (R.About)
    Read.Libraries.push_back(std::move(*R.About));
  merge(std::move(Read), /*Replaces=*/false);
}

void RuleSet::addToml(const SourceFile &File, DiagnosticEngine &Diags,
                      StringRef Library) {
  if (auto Root = readToml(File, Diags))
    addDocument(*Root, File, Diags, RuleSyntax::Toml, Library);
}

void RuleSet::addYaml(const SourceFile &File, DiagnosticEngine &Diags,
                      StringRef Library) {
  if (auto Root = readYaml(File, Diags))
    addDocument(*Root, File, Diags, RuleSyntax::Yaml, Library);
}

void RuleSet::addFile(const SourceFile &File, DiagnosticEngine &Diags,
                      StringRef Library) {
  if (getRuleSyntax(File.getName()) == RuleSyntax::Yaml)
    addYaml(File, Diags, Library);
  else
    addToml(File, Diags, Library);
}

RuleSyntax otelrewrite::getRuleSyntax(StringRef FileName) {
  return FileName.ends_with(".yml") || FileName.ends_with(".yaml")
             ? RuleSyntax::Yaml
             : RuleSyntax::Toml;
}

bool otelrewrite::isModuleRuleFile(StringRef Name) {
  for (StringRef Extension : {".yml", ".yaml", ".toml"}) {
    StringRef Base = Name;
    if (Base.consume_back(Extension))
      return Base == "otelc" || Base.ends_with(".otelc");
  }
  return false;
}

bool otelrewrite::isFolderRuleFile(StringRef Name) {
  return Name.ends_with(".toml") || isModuleRuleFile(Name);
}
