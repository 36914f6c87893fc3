//===- Schema.cpp - the rule files' form, for editors and people ----------===//

#include "otelrewrite/Rules/Schema.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

namespace {
struct RuleKey {
  StringRef Key;
  bool IsRequired;
  StringRef Example, Meaning;
};
} // namespace

static constexpr RuleKey RuleKeys[] = {
#define RULE_KEY(Key, IsRequired, Example, Meaning)                            \
  {Key, IsRequired, Example, Meaning},
#include "otelrewrite/Rules/RuleKeys.def"
};

/// What a selector's key asks.
static StringRef getMeaning(PredicateKind K) {
  switch (K) {
  case PredicateKind::Func:
    return "a function's name; without `recv` one without receiver";
  case PredicateKind::Recv:
    return "a method's receiver: `*T` a pointer, `T` a value, `*` either";
  case PredicateKind::NoRecv:
    return "";
  case PredicateKind::Signature:
    return "exactly these types of parameters (`args`) and results "
           "(`returns`)";
  case PredicateKind::SignatureContains:
    return "one of these types among the parameters or the results";
  case PredicateKind::Param:
    return "a parameter of this type";
  case PredicateKind::Result:
    return "a result of this type";
  case PredicateKind::LastResult:
    return "the last result is of this type";
  case PredicateKind::Implements:
    return "a method with which its type has all of this interface's";
  case PredicateKind::Directive:
    return "a declaration directly below the comment `//NAME …`";
  case PredicateKind::Struct:
    return "a struct type's name";
  case PredicateKind::StructLiteral:
    return "composite literals of `import/path.Type`";
  case PredicateKind::FunctionCall:
    return "calls of `import/path.Func` or `(*import/path.Type).Method`";
  case PredicateKind::ValueKind:
    return "`var` or `const`";
  case PredicateKind::Identifier:
    return "a package-level variable's or constant's name";
  case PredicateKind::HasFunc:
    return "the file declares this function; with `has_recv` this method";
  case PredicateKind::HasRecv:
    return "the file declares a method with this receiver";
  case PredicateKind::HasStruct:
    return "the file declares this struct type";
  case PredicateKind::HasDirective:
    return "the comment `//NAME …` stands above the file's package clause";
  case PredicateKind::HasPackage:
    return "the file's package clause has this name";
  case PredicateKind::IsTest:
    return "the file is a test's, or none";
  }
  llvm_unreachable("unknown predicate");
}

static json::Object stringType(StringRef Meaning) {
  return json::Object{
      {"type", "string"}, {"minLength", 1}, {"description", Meaning}};
}
static json::Object closed(json::Object Properties, StringRef Meaning) {
  json::Object O{{"type", "object"},
                 {"additionalProperties", false},
                 {"properties", std::move(Properties)}};
  if (!Meaning.empty())
    O["description"] = Meaning;
  return O;
}
static json::Object reference(StringRef Name) {
  return json::Object{{"$ref", ("#/definitions/" + Name).str()}};
}

//===----------------------------------------------------------------------===//
// Kinds
//===----------------------------------------------------------------------===//

template <typename K> static json::Object schemaOf();

namespace {
/// The type of one field.
struct FieldSchema {
  static json::Object make(const FieldInfo &F, const std::string &) {
    json::Object O = stringType(F.Meaning);
    switch (F.Form) {
    case FieldForm::Placement:
      O["enum"] = json::Array{"before", "after"};
      break;
    case FieldForm::HookName:
    case FieldForm::Identifier:
      O["pattern"] = "^[^\\s\\d.(){}][^\\s.(){}]*$";
      break;
    case FieldForm::FileName:
      O["pattern"] = "^[^/\\\\]+\\.go$";
      break;
    case FieldForm::Text:
    case FieldForm::ImportPath:
    case FieldForm::Pattern:
    case FieldForm::Statements:
    case FieldForm::Expression:
    case FieldForm::Wrapper:
    case FieldForm::Type:
      break;
    }
    if (!F.Example.starts_with("["))
      O["examples"] = json::Array{F.Example};
    return O;
  }
  static json::Object make(const FieldInfo &F, const GoText &) {
    return make(F, std::string());
  }
  template <typename T>
  static json::Object make(const FieldInfo &F, const std::vector<T> &) {
    json::Object Items;
    if constexpr (std::is_same_v<T, GoText>)
      Items = json::Object{{"type", "string"}, {"minLength", 1}};
    else
      Items = schemaOf<T>();
    return json::Object{{"type", "array"},
                        {"minItems", 1},
                        {"description", F.Meaning},
                        {"items", std::move(Items)}};
  }
};
} // namespace

template <typename K> static json::Object schemaOf() {
  json::Object Properties;
  json::Array Required;
  K Value;
  K::fields(Value, [&](const FieldInfo &F, auto &Field) {
    Properties[F.Key] = FieldSchema::make(F, Field);
    if (F.IsRequired)
      Required.push_back(F.Key);
  });
  json::Object O = closed(std::move(Properties), "");
  if (!Required.empty())
    O["required"] = std::move(Required);
  for (const FieldConstraint &C : K::Constraints) {
    json::Array Choices;
    for (StringRef Key : C.Keys)
      if (!Key.empty())
        Choices.push_back(json::Object{{"required", json::Array{Key}}});
    O[C.Type == FieldConstraint::Kind::One ? "oneOf" : "anyOf"] =
        std::move(Choices);
  }
  return O;
}

//===----------------------------------------------------------------------===//
// The schema
//===----------------------------------------------------------------------===//

static json::Object selectorSchema(bool IsFile, RuleSyntax Syntax) {
  StringRef Own = IsFile ? "file" : "where";
  json::Object Properties;
  for (const PredicateInfo &P : getPredicates()) {
    if (P.Key.empty() || (P.Scope == PredicateScope::File) != IsFile)
      continue;
    json::Object O;
    if (P.Value == PredicateValue::Signature)
      O = reference("signature");
    else if (P.Value == PredicateValue::Flag)
      O = json::Object{{"type", "boolean"},
                       {"description", getMeaning(P.Kind)}};
    else
      O = stringType(getMeaning(P.Kind));
    if (P.Kind == PredicateKind::ValueKind)
      O["enum"] = json::Array{"var", "const"};
    Properties[P.Key] = std::move(O);
  }
  auto list = [&](StringRef Meaning) {
    return json::Object{
        {"type", "array"}, {"description", Meaning}, {"items", reference(Own)}};
  };
  // Both spellings are read, whatever the syntax.
  for (StringRef Key : {"all_of", "all-of"})
    Properties[Key] = list("each of these holds");
  for (StringRef Key : {"one_of", "one-of"})
    Properties[Key] = list("one of these holds");
  Properties["not"] = reference(Own);
  if (!IsFile) {
    Properties["file"] = reference("file");
    InjectCode Code;
    if (Syntax == RuleSyntax::Yaml)
      InjectCode::fields(Code, [&](const FieldInfo &F, auto &Field) {
        if (F.Key == "pattern" || F.Key == "placement")
          Properties[F.Key] = FieldSchema::make(F, Field);
      });
  }
  json::Object O = closed(std::move(Properties),
                          IsFile ? "what the file must be"
                                 : "the places that the rule selects");
  O["minProperties"] = 1;
  return O;
}

static json::Object actionSchema() {
  json::Object Kinds;
#define KIND(K) Kinds[K::Name] = schemaOf<K>();
#include "otelrewrite/Rules/Kinds.def"
  json::Object O = closed(std::move(Kinds), "one action");
  O["minProperties"] = 1;
  O["maxProperties"] = 1;
  return O;
}

static json::Object ruleSchema(RuleSyntax Syntax) {
  json::Object Properties;
  json::Array Required;
  for (const RuleKey &K : RuleKeys) {
    json::Object O;
    if (K.Key == "where") {
      O = reference("where");
    } else if (K.Key == "do") {
      O = json::Object{
          {"description", K.Meaning},
          {"oneOf", json::Array{json::Object{{"type", "array"},
                                             {"minItems", 1},
                                             {"items", reference("action")}},
                                reference("action")}}};
    } else if (K.Key == "imports") {
      O = json::Object{
          {"type", "object"},
          {"description", K.Meaning},
          {"additionalProperties", json::Object{{"type", "string"}}}};
    } else if (K.Key == "order") {
      O = json::Object{{"type", "integer"}, {"description", K.Meaning}};
    } else {
      O = stringType(K.Meaning);
    }
    bool IsNamedOtherwise =
        Syntax == RuleSyntax::Yaml && K.Key == "import_path";
    if (IsNamedOtherwise)
      Properties["target"] = json::Object(O);
    else if (K.IsRequired)
      Required.push_back(K.Key);
    Properties[K.Key] = std::move(O);
  }
  json::Object O;
  if (Syntax == RuleSyntax::Yaml)
    Properties["name"] = stringType("the rule's name, if not the key above it");
  O = closed(std::move(Properties), "a rule");
  O["required"] = std::move(Required);
  if (Syntax == RuleSyntax::Yaml)
    O["oneOf"] =
        json::Array{json::Object{{"required", json::Array{"target"}}},
                    json::Object{{"required", json::Array{"import_path"}}}};
  return O;
}

std::string otelrewrite::makeRuleSchema(RuleSyntax Syntax) {
  json::Object Types;
  for (StringRef Key : {"args", "returns"})
    Types[Key] = json::Object{{"type", "array"},
                              {"items", json::Object{{"type", "string"}}}};
  json::Object Definitions{
      {"rule", ruleSchema(Syntax)},
      {"where", selectorSchema(/*IsFile=*/false, Syntax)},
      {"file", selectorSchema(/*IsFile=*/true, Syntax)},
      {"action", actionSchema()},
      {"signature", closed(std::move(Types), "types of a signature")},
  };
  json::Object Rules{{"type", "object"},
                     {"additionalProperties", reference("rule")}};
  json::Object Root;
  if (Syntax == RuleSyntax::Yaml) {
    Root = std::move(Rules);
  } else {
    json::Object Library;
    Library["title"] = stringType("the library's name for people");
    Library["telemetry"] = stringType("what a program gets");
    Library["uses"] = stringType("the instrumentation inside");
    Root = closed(
        json::Object{{"rule", std::move(Rules)},
                     {"library", closed(std::move(Library),
                                        "what the file says of itself")}},
        "");
  }
  Root["$schema"] = "http://json-schema.org/draft-07/schema#";
  Root["title"] = Syntax == RuleSyntax::Yaml ? "otel rules, in YAML"
                                             : "otel rules, in TOML";
  Root["definitions"] = std::move(Definitions);
  return formatv("{0:2}\n", json::Value(std::move(Root)));
}

//===----------------------------------------------------------------------===//
// The reference
//===----------------------------------------------------------------------===//

/// In a table `|` would end the cell.
static std::string cell(StringRef Text) {
  std::string Out;
  for (char C : Text)
    Out += C == '|' ? std::string("\\|") : std::string(1, C);
  return Out;
}

namespace {
struct FieldRows {
  raw_ostream &OS;
  std::string Prefix;
  void row(const FieldInfo &F) const {
    OS << "| `" << Prefix << F.Key << "` | " << (F.IsRequired ? "yes" : "")
       << " | " << cell(F.Meaning) << " | `` " << cell(F.Example) << " `` |\n";
  }
  template <typename T> void operator()(const FieldInfo &F, T &) const {
    row(F);
  }
  template <typename T>
  void operator()(const FieldInfo &F, std::vector<T> &) const {
    row(F);
    if constexpr (!std::is_same_v<T, GoText>) {
      T Element;
      T::fields(Element, FieldRows{OS, Prefix + F.Key.str() + "[]."});
    }
  }
};
} // namespace

template <typename K> static void addKind(raw_ostream &OS) {
  OS << "### " << K::Name << "\n\nChanges " << getPlaceName(K::Where)
     << ".\n\n| key | needed | meaning | example |\n|---|---|---|---|\n";
  K Value;
  K::fields(Value, FieldRows{OS, ""});
  for (const FieldConstraint &C : K::Constraints) {
    OS << (C.Type == FieldConstraint::Kind::One ? "\nExactly one of "
                                                : "\nAt least one of ");
    bool IsFirst = true;
    for (StringRef Key : C.Keys)
      if (!Key.empty()) {
        OS << (IsFirst ? "`" : " and `") << Key << "`";
        IsFirst = false;
      }
    OS << " must be there.\n";
  }
  OS << "\n";
}

static StringRef getScopeName(PredicateScope S) {
  switch (S) {
  case PredicateScope::Function:
    return "functions, and what is in them";
  case PredicateScope::Struct:
    return "struct types";
  case PredicateScope::Call:
    return "calls";
  case PredicateScope::Literal:
    return "composite literals";
  case PredicateScope::Value:
    return "package-level values";
  case PredicateScope::Any:
    return "any declaration";
  case PredicateScope::File:
    return "files, below `file`";
  }
  llvm_unreachable("unknown scope");
}

std::string otelrewrite::makeRuleReference() {
  std::string Out;
  raw_string_ostream OS(Out);
  OS << "# Keys of rule files\n\nMade by `otel rules reference`: do not edit. "
        "[rules.md](rules.md) says how they work together. Editors know them "
        "from the schemas beside this page, see "
        "[rules.md](rules.md#editors).\n\n## A rule\n\n"
        "| key | needed | meaning | example |\n|---|---|---|---|\n";
  for (const RuleKey &K : RuleKeys)
    OS << "| `" << K.Key << "` | " << (K.IsRequired ? "yes" : "") << " | "
       << cell(K.Meaning) << " | `" << cell(K.Example) << "` |\n";
  OS << "\nIn YAML `target` is `import_path`, and `name` may give another name "
        "than the key above the rule.\n\n## where\n\n| key | of | selects "
        "|\n|---|---|---|\n";
  for (const PredicateInfo &P : getPredicates())
    if (!P.Key.empty())
      OS << "| `" << P.Key << "` | " << getScopeName(P.Scope) << " | "
         << cell(getMeaning(P.Kind)) << " |\n";
  OS << "| `all_of`, `one_of` | | each, one of a list of such tables holds |\n"
        "| `not` | | such a table does not hold |\n\n## do\n\n";
#define KIND(K) addKind<K>(OS);
#include "otelrewrite/Rules/Kinds.def"
  while (StringRef(Out).ends_with("\n\n"))
    Out.pop_back();
  return Out;
}
