//===- RuleFile.cpp - TOML rule files to rules ----------------------------===//
//
// Reads with toml++, header-only and without exceptions, and checks everything
// by hand, so that each mistake is shown where it stands and with what to
// write instead.
//
//===----------------------------------------------------------------------===//

#include "otelrewrite/Rules/RuleSet.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_FLOAT16 0
#include <toml++/toml.h>

using namespace llvm;
using namespace otelrewrite;

namespace {

class Reader {
public:
  Reader(const SourceFile &File, DiagnosticEngine &Diags,
         ArrayRef<Rule> Existing)
      : File(File), Diags(Diags), Existing(Existing) {}

  std::vector<Rule> read();

private:
  void readRule(const toml::key &Name, const toml::table &Table);
  void readVersion(const toml::node &Node, Rule &R);
  void readWhere(const toml::node &Node, Rule &R);
  void readDo(const toml::node &Node, Rule &R);
  void readAction(const toml::table &Table, Rule &R);
  void readInjectHooks(const toml::node &Node, Rule &R);
  std::string readHookName(const toml::node &Node, StringRef Key);

  uint32_t offsetOf(toml::source_position P) const;
  SourceRange rangeOf(const toml::source_region &R) const {
    return {offsetOf(R.begin), offsetOf(R.end)};
  }
  SourceRange rangeOf(const toml::node &N) const { return rangeOf(N.source()); }
  SourceRange rangeOf(const toml::key &K) const { return rangeOf(K.source()); }

  /// The node as a string; reports and returns nothing if it is something else
  /// or empty.
  std::optional<StringRef> getString(const toml::node &N, StringRef Key,
                                     StringRef IfEmpty);
  void reportType(const toml::node &N, StringRef Key, StringRef Wanted);
  void reportUnknown(const toml::key &Key, StringRef Where,
                     ArrayRef<StringRef> Known);
  void reportPattern(const toml::node &N, StringRef Key, const Glob::Error &E);
  const toml::node *require(const toml::table &T, SourceRange At,
                            StringRef What, StringRef Key, StringRef Example);

  const SourceFile &File;
  DiagnosticEngine &Diags;
  ArrayRef<Rule> Existing;
  std::vector<Rule> Rules;
};

} // namespace

static StringRef view(std::string_view S) { return {S.data(), S.size()}; }
static StringRef nameOf(const toml::key &K) { return view(K.str()); }

/// toml++ counts code points, everything else bytes.
uint32_t Reader::offsetOf(toml::source_position P) const {
  if (!P || P.line > File.getNumLines())
    return P ? File.size() : 0;
  uint32_t Offset = File.getLineStart(P.line);
  StringRef Bytes = File.getBytes();
  for (uint32_t C = 1; C < P.column && Offset < Bytes.size(); ++C) {
    ++Offset;
    while (Offset < Bytes.size() && (Bytes[Offset] & 0xC0) == 0x80)
      ++Offset;
  }
  return Offset;
}

static StringRef describe(const toml::node &N) {
  switch (N.type()) {
  case toml::node_type::none:
    return "nothing";
  case toml::node_type::table:
    return "a table";
  case toml::node_type::array:
    return "an array";
  case toml::node_type::string:
    return "a string";
  case toml::node_type::integer:
    return "an integer";
  case toml::node_type::floating_point:
    return "a number";
  case toml::node_type::boolean:
    return "a boolean";
  case toml::node_type::date:
  case toml::node_type::time:
  case toml::node_type::date_time:
    return "a date or time";
  }
  llvm_unreachable("unknown TOML type");
}

void Reader::reportType(const toml::node &N, StringRef Key, StringRef Wanted) {
  std::string Name = Key.contains(' ') ? Key.str() : "`" + Key.str() + "`";
  Diags.report(diag::err_rule_type, File, rangeOf(N),
               {Name, describe(N), Wanted});
}

void Reader::reportUnknown(const toml::key &Key, StringRef Where,
                           ArrayRef<StringRef> Known) {
  StringRef Name = nameOf(Key);
  StringRef Nearest;
  // Another tool's rule files call it target.
  if (Name == "target" && llvm::is_contained(Known, "import_path"))
    Nearest = "import_path";
  unsigned Best = std::max<unsigned>(1, Name.size() / 3) + 1;
  if (Nearest.empty())
    for (StringRef K : Known)
      if (unsigned D = Name.edit_distance_insensitive(K, true, Best); D < Best) {
        Best = D;
        Nearest = K;
      }
  std::string Advice;
  if (!Nearest.empty()) {
    Advice = ("did you mean `" + Nearest + "`?").str();
  } else {
    Advice = Known.size() == 1 ? "the only key there is "
                               : "the keys there are ";
    for (size_t I = 0; I < Known.size(); ++I) {
      if (I)
        Advice += I + 1 == Known.size() ? " and " : ", ";
      Advice += ("`" + Known[I] + "`").str();
    }
  }
  Diags.report(diag::err_rule_unknown_key, File, rangeOf(Key),
               {Name, Where, Advice});
}

void Reader::reportPattern(const toml::node &N, StringRef Key,
                           const Glob::Error &E) {
  SourceRange R = rangeOf(N);
  // In a plain string the pattern's bytes are the file's.
  StringRef Text = File.getText(R);
  uint32_t Quote = Text.starts_with("\"\"\"") || Text.starts_with("'''") ? 3 : 1;
  bool Verbatim = !Text.contains('\\') && !Text.contains('\n');
  if (Verbatim && R.Begin + Quote + E.Offset < R.End)
    R = {R.Begin + Quote + E.Offset, R.Begin + Quote + E.Offset + 1};
  Diags.report(diag::err_rule_pattern, File, R, {Key, E.Message});
}

std::optional<StringRef> Reader::getString(const toml::node &N, StringRef Key,
                                           StringRef IfEmpty) {
  const auto *S = N.as_string();
  if (!S) {
    reportType(N, Key, "a string");
    return std::nullopt;
  }
  StringRef Text = view(S->get());
  if (Text.trim().empty()) {
    Diags.report(diag::err_rule_empty, File, rangeOf(N), {Key, IfEmpty});
    return std::nullopt;
  }
  return Text;
}

const toml::node *Reader::require(const toml::table &T, SourceRange At,
                                  StringRef What, StringRef Key,
                                  StringRef Example) {
  if (const toml::node *N = T.get(std::string_view(Key)))
    return N;
  Diags.report(diag::err_rule_missing_key, File, At, {What, Key, Example});
  return nullptr;
}

/// Keys of \p T in the order of the file: toml++ sorts them by name.
static SmallVector<std::pair<const toml::key *, const toml::node *>>
inOrder(const toml::table &T) {
  SmallVector<std::pair<const toml::key *, const toml::node *>> Out;
  for (auto &&[K, N] : T)
    Out.push_back({&K, &N});
  llvm::stable_sort(Out, [](auto &A, auto &B) {
    auto P = A.first->source().begin, Q = B.first->source().begin;
    return std::pair(P.line, P.column) < std::pair(Q.line, Q.column);
  });
  return Out;
}

std::vector<Rule> Reader::read() {
  StringRef Bytes = File.getBytes();
  toml::parse_result Result =
      toml::parse(std::string_view(Bytes.data(), Bytes.size()));
  if (!Result) {
    SourceRange At = rangeOf(Result.error().source());
    At.End = std::max(At.End, At.Begin);
    std::string What = std::string(Result.error().description());
    while (!What.empty() && What.back() == '.')
      What.pop_back();
    if (!What.empty())
      What[0] = toLower(What[0]);
    Diags.report(diag::err_rule_toml, File, At, {What});
    return {};
  }
  for (auto [Key, Node] : inOrder(Result.table())) {
    if (nameOf(*Key) != "rule") {
      reportUnknown(*Key, "a rule file", {"rule"});
      continue;
    }
    const toml::table *Table = Node->as_table();
    if (!Table) {
      reportType(*Node, "rule", "a table of rules, as `[rule.NAME]` writes it");
      continue;
    }
    for (auto [Name, RuleNode] : inOrder(*Table)) {
      if (const toml::table *T = RuleNode->as_table())
        readRule(*Name, *T);
      else
        reportType(*RuleNode, ("rule." + nameOf(*Name)).str(), "a table");
    }
  }
  return std::move(Rules);
}

void Reader::readRule(const toml::key &Name, const toml::table &Table) {
  unsigned ErrorsBefore = Diags.getNumErrors();
  Rule R;
  R.Name = nameOf(Name).str();
  R.Library = sys::path::stem(File.getName()).str();
  R.File = File.getName().str();
  SourceRange NameRange = rangeOf(Name);
  R.Position = File.getLineColumn(NameRange.Begin);

  std::string What = ("rule `" + R.Name + "`");
  if (R.Name.empty())
    Diags.report(diag::err_rule_empty, File, NameRange,
                 {"the rule's name", "a rule is written as `[rule.NAME]`"});
  for (ArrayRef<Rule> Known : {Existing, ArrayRef<Rule>(Rules)})
    for (const Rule &Other : Known)
      if (Other.Name == R.Name)
        Diags.report(diag::err_rule_duplicate, File, NameRange,
                     {R.Name, Other.File + ":" +
                                  std::to_string(Other.Position.Line) + ":" +
                                  std::to_string(Other.Position.Column)});

  static constexpr StringRef Known[] = {"import_path", "version", "where",
                                        "do"};
  for (auto [Key, Node] : inOrder(Table)) {
    StringRef K = nameOf(*Key);
    if (K == "import_path") {
      auto Text = getString(*Node, K, "name a package, as in `net/http`");
      std::optional<Glob::Error> Err;
      if (Text)
        R.Package = PackageSelector::parse(*Text, Err);
      if (Err)
        reportPattern(*Node, K, *Err);
    } else if (K == "version") {
      readVersion(*Node, R);
    } else if (K == "where") {
      readWhere(*Node, R);
    } else if (K == "do") {
      readDo(*Node, R);
    } else if (K == "imports" || K == "name") {
      Diags.report(diag::err_rule_unsupported, File, rangeOf(*Key),
                   {K, "the keys `import_path`, `version`, `where` and `do`"});
    } else {
      reportUnknown(*Key, "a rule", Known);
    }
  }
  require(Table, NameRange, What, "import_path", "import_path = \"net/http\"");
  require(Table, NameRange, What, "where", "where = { func = \"NewClient\" }");
  require(Table, NameRange, What, "do",
          "do = [ { inject_hooks = { before = \"F\", path = \"P\" } } ]");
  if (Diags.getNumErrors() == ErrorsBefore)
    Rules.push_back(std::move(R));
}

void Reader::readVersion(const toml::node &Node, Rule &R) {
  auto Text = getString(Node, "version", "leave the key out for any version");
  if (!Text)
    return;
  R.VersionText = Text->str();
  auto [Start, End] = Text->split(',');
  auto parse = [&](StringRef S, std::optional<Version> &Out) {
    S = S.trim();
    if (S.empty())
      return;
    Out = Version::parse(S);
    if (!Out)
      Diags.report(diag::err_rule_version, File, rangeOf(Node), {S});
  };
  parse(Start, R.Versions.Start);
  parse(End, R.Versions.End);
  if (R.Versions.Start && R.Versions.End &&
      *R.Versions.Start >= *R.Versions.End)
    Diags.report(diag::err_rule_version_range, File, rangeOf(Node),
                 {*Text, Start.trim(), End.trim()});
  if (Start.trim().empty() && End.trim().empty())
    Diags.report(diag::err_rule_version, File, rangeOf(Node), {*Text});
}

/// Selectors of the existing rule files that are not read yet.
static constexpr StringRef LaterSelectors[] = {
    "signature", "signature_contains", "param",  "result",         "last_result",
    "implements", "struct",            "struct_literal", "function_call",
    "directive", "kind", "identifier", "file", "all_of", "one_of", "not"};

void Reader::readWhere(const toml::node &Node, Rule &R) {
  const toml::table *Table = Node.as_table();
  if (!Table)
    return reportType(Node, "where",
                      "a table, as in `where = { func = \"NewClient\" }`");
  for (auto [Key, Value] : inOrder(*Table)) {
    StringRef K = nameOf(*Key);
    std::optional<Glob::Error> Err;
    if (K == "func") {
      auto Text = getString(*Value, K, "name a function, or `*` for all");
      if (Text)
        R.Where.Func = Glob::parse(*Text, Err);
    } else if (K == "recv") {
      auto Text = getString(*Value, K,
                            "name a receiver's type, as in `*Client`; leave "
                            "the key out for functions without receiver");
      if (Text)
        R.Where.Recv = ReceiverPattern::parse(*Text, Err);
    } else if (llvm::is_contained(LaterSelectors, K)) {
      Diags.report(diag::err_rule_unsupported, File, rangeOf(*Key),
                   {K, "`func` and `recv`"});
    } else {
      reportUnknown(*Key, "`where`", {"func", "recv"});
    }
    if (Err)
      reportPattern(*Value, K, *Err);
  }
  require(*Table, rangeOf(Node), "`where`", "func", "func = \"NewClient\"");
}

void Reader::readDo(const toml::node &Node, Rule &R) {
  const toml::array *Array = Node.as_array();
  if (!Array)
    return reportType(Node, "do",
                      "an array, as in `do = [ { inject_hooks = { … } } ]`");
  if (Array->empty())
    Diags.report(diag::err_rule_empty, File, rangeOf(Node),
                 {"do", "name at least one thing to do"});
  for (const toml::node &Element : *Array) {
    if (const toml::table *T = Element.as_table())
      readAction(*T, R);
    else
      reportType(Element, "an element of `do`",
                 "a table, as in `{ inject_hooks = { … } }`");
  }
}

/// Kinds of action that are planned; see ARCHITECTURE.md.
static constexpr StringRef LaterActions[] = {
    "inject_code",      "add_struct_fields", "add_file",  "wrap_call",
    "expand_directive", "assign_value",      "set_fields"};

void Reader::readAction(const toml::table &Table, Rule &R) {
  auto Keys = inOrder(Table);
  if (Keys.size() != 1)
    Diags.report(diag::err_rule_action_count, File, rangeOf(Table),
                 {std::to_string(Keys.size())});
  for (auto [Key, Node] : Keys) {
    StringRef K = nameOf(*Key);
    if (K == "inject_hooks")
      readInjectHooks(*Node, R);
    else if (llvm::is_contained(LaterActions, K))
      Diags.report(diag::err_rule_unsupported, File, rangeOf(*Key),
                   {K, "`inject_hooks`"});
    else
      reportUnknown(*Key, "an element of `do`", {"inject_hooks"});
  }
}

static bool isIdentifier(StringRef S) {
  auto isLetter = [](char C) {
    return isAlpha(C) || C == '_' || static_cast<unsigned char>(C) >= 0x80;
  };
  return !S.empty() && isLetter(S[0]) && S != "_" &&
         llvm::all_of(S, [&](char C) { return isLetter(C) || isDigit(C); });
}

std::string Reader::readHookName(const toml::node &Node, StringRef Key) {
  auto Text = getString(Node, Key, "name a function, or leave the key out");
  if (!Text)
    return "";
  if (!isIdentifier(*Text)) {
    Diags.report(diag::err_rule_hook_name, File, rangeOf(Node), {*Text, Key});
  } else if (Text->front() == '_' || isLower(Text->front())) {
    std::string Exported = Text->ltrim('_').str();
    if (Exported.empty() || !isAlpha(Exported[0]))
      Exported = "Hook" + Exported;
    Exported[0] = toUpper(Exported[0]);
    Diags.report(diag::err_rule_hook_unexported, File, rangeOf(Node),
                 {*Text, Exported});
  }
  return Text->str();
}

/// What is wrong with \p Path as an import path; empty if nothing is.
static StringRef checkImportPath(StringRef Path) {
  if (Path.starts_with("./") || Path.starts_with("../") || Path == "." ||
      Path == "..")
    return "a relative path means nothing to other packages; write the full one";
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

void Reader::readInjectHooks(const toml::node &Node, Rule &R) {
  const toml::table *Table = Node.as_table();
  if (!Table)
    return reportType(
        Node, "inject_hooks",
        "a table, as in `{ before = \"BeforeF\", path = \"example.com/p\" }`");
  Action A;
  for (auto [Key, Value] : inOrder(*Table)) {
    StringRef K = nameOf(*Key);
    if (K == "before") {
      A.Hooks.Before = readHookName(*Value, K);
    } else if (K == "after") {
      A.Hooks.After = readHookName(*Value, K);
    } else if (K == "path") {
      auto Text = getString(*Value, K, "name the hooks' package");
      if (!Text)
        continue;
      if (StringRef Wrong = checkImportPath(*Text); !Wrong.empty())
        Diags.report(diag::err_rule_import_path, File, rangeOf(*Value),
                     {*Text, Wrong});
      A.Hooks.Path = Text->str();
    } else {
      reportUnknown(*Key, "`inject_hooks`", {"before", "after", "path"});
    }
  }
  if (!Table->contains("before") && !Table->contains("after"))
    Diags.report(diag::err_rule_no_hook, File, rangeOf(Node));
  require(*Table, rangeOf(Node), "`inject_hooks`", "path",
          "path = \"example.com/hooks\"");
  R.Do.push_back(std::move(A));
}

void RuleSet::addToml(const SourceFile &File, DiagnosticEngine &Diags) {
  for (Rule &R : Reader(File, Diags, Rules).read())
    Rules.push_back(std::move(R));
}
