//===- RuleReader.cpp - a document to rules -------------------------------===//
//
// Checks everything by hand, so that each mistake is shown where it stands and
// with what to write instead. Knows no syntax of rule files: see Document.h.
//
//===----------------------------------------------------------------------===//

#include "RuleParts.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace otelrewrite;

using NodeKindOf = DocumentNode::Kind;

namespace {

class RuleReader : DocumentReader {
public:
  RuleReader(const SourceFile &File, DiagnosticEngine &Diags, RuleSyntax Syntax,
             StringRef LibraryName, ArrayRef<Rule> Existing)
      : DocumentReader(File, Diags, Syntax), LibraryName(LibraryName) {
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

  std::string LibraryName;
  StringMap<std::string> Known;
};

} // namespace

void RuleReader::read(const DocumentNode &Root) {
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

void RuleReader::readLibrary(const DocumentNode &Node) {
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

static DocumentNode dropPlacement(const DocumentNode &Where) {
  DocumentNode Out = Where;
  erase_if(Out.Entries, [](const DocumentEntry &E) {
    // An empty kind is any.
    return isPlacement(E.Key) || (E.Key == "kind" && E.Value.Text.isEmpty() &&
                                  E.Value.Type == NodeKindOf::String);
  });
  return Out;
}

void RuleReader::readRule(const DocumentEntry &Entry) {
  unsigned ErrorsBefore = getNumErrors();
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
    report(diag::err_rule_empty, Entry.KeyRange,
           {"the rule's name", "a rule is written as `[rule.NAME]`"});
  auto [Other, IsNew] = Known.try_emplace(R.Name, positionOf(R));
  if (!IsNew)
    report(diag::err_rule_duplicate, Entry.KeyRange, {R.Name, Other->second});

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
        R.Where = readWhere(*this, dropPlacement(E.Value));
      else
        R.Where = readWhere(*this, E.Value);
    } else if (K == "do") {
      readDo(*this, E.Value, R);
    } else if (K != "name" || !IsYaml) {
      Meant.push_back(reportUnknown(E, "a rule", Keys));
    }
  }
  if (IsYaml)
    if (const DocumentNode *W = Table.get("where"))
      readPlacement(*this, *W, R);
  require(Table, Entry.KeyRange, What, PackageKey,
          PackageKey.str() + " = \"net/http\"", Meant);
  require(Table, Entry.KeyRange, What, "do",
          "do = [ { inject_hooks = { before = \"F\", path = \"P\" } } ]",
          Meant);
  if (getNumErrors() == ErrorsBefore)
    checkPlaces(*this, Entry, R);
  if (getNumErrors() == ErrorsBefore)
    Rules.push_back(std::move(R));
}

void RuleReader::readVersion(const DocumentNode &Node, StringRef Key,
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
      report(diag::err_rule_version, Node.Range, {S});
  };
  parse(Start, Range.Start);
  parse(End, Range.End);
  if (Range.Start && Range.End && *Range.Start >= *Range.End)
    report(diag::err_rule_version_range, Node.Range,
           {*Text, Start.trim(), End.trim()});
  if (Start.trim().empty() && End.trim().empty())
    report(diag::err_rule_version, Node.Range, {*Text});
}

void RuleReader::readImports(const DocumentNode &Node, Rule &R) {
  if (Node.Type != NodeKindOf::Table)
    return reportType(Node, "imports",
                      "a table, as in `imports = { fmt = \"fmt\" }`");
  for (const DocumentEntry &E : Node.Entries) {
    if (E.Key != "_" && !isIdentifier(E.Key))
      report(diag::err_rule_identifier, E.KeyRange, {E.Key});
    auto Path = getString(E.Value, E.Key, "name the package's import path");
    if (!Path)
      continue;
    checkImportPath(*Path, E.Value.Range);
    R.Imports.push_back({E.Key, Path->str()});
  }
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
  RuleReader R(File, Diags, Syntax,
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
