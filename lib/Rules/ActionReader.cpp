//===- ActionReader.cpp - the array `do` to actions -----------------------===//

#include "RuleParts.h"

#include "otelrewrite/Rules/GoSnippet.h"
#include "otelrewrite/Rules/Template.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Regex.h"

using namespace llvm;
using namespace otelrewrite;

using NodeKindOf = DocumentNode::Kind;

namespace {
class ActionReader : DocumentReader {
public:
  explicit ActionReader(const DocumentReader &Reader)
      : DocumentReader(Reader) {}
  void readDo(const DocumentNode &Node, Rule &R);
  void readPlacement(const DocumentNode &Where, Rule &R);

private:
  void readAction(const DocumentNode &Node, Rule &R);

  template <typename K>
  void readFields(const DocumentNode &Node, StringRef What, K &Out);
  void readField(const DocumentNode &N, const FieldInfo &F, std::string &Out);
  void readField(const DocumentNode &N, const FieldInfo &F, GoText &Out);
  template <typename T>
  void readField(const DocumentNode &N, const FieldInfo &F,
                 std::vector<T> &Out);
  void checkGo(const FieldInfo &F, const GoText &Text);
};
} // namespace

void ActionReader::readDo(const DocumentNode &Node, Rule &R) {
  // A table is short for an array of one.
  if (Node.Type == NodeKindOf::Table)
    return readAction(Node, R);
  if (Node.Type != NodeKindOf::Array)
    return reportType(Node, "do",
                      "an array, as in `do = [ { inject_hooks = { … } } ]`");
  if (Node.Elements.empty())
    report(diag::err_rule_empty, Node.Range,
           {"do", "name at least one thing to do"});
  for (const DocumentNode &Element : Node.Elements) {
    if (Element.Type == NodeKindOf::Table)
      readAction(Element, R);
    else
      reportType(Element, "an element of `do`",
                 "a table, as in `{ inject_hooks = { … } }`");
  }
}

void ActionReader::readAction(const DocumentNode &Node, Rule &R) {
  static constexpr StringRef Kinds[] = {
#define KIND(K) K::Name,
#include "otelrewrite/Rules/Kinds.def"
  };
  if (Node.Entries.size() != 1)
    report(diag::err_rule_action_count, Node.Range,
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
void ActionReader::readFields(const DocumentNode &Node, StringRef What,
                              K &Out) {
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
      report(diag::err_rule_needs_one, Node.Range, {Quoted, List});
    else if (Count > 1 && C.Type == FieldConstraint::Kind::One)
      report(diag::err_rule_needs_only_one, Node.Range, {Quoted, List});
  }
}

template <typename T>
void ActionReader::readField(const DocumentNode &N, const FieldInfo &F,
                             std::vector<T> &Out) {
  if (N.Type != NodeKindOf::Array)
    return reportType(N, F.Key,
                      "an array, as in `" + F.Key.str() + " = " +
                          F.Example.str() + "`");
  if (N.Elements.empty())
    report(diag::err_rule_empty, N.Range, {F.Key, "name at least one"});
  for (const DocumentNode &E : N.Elements) {
    Out.emplace_back();
    if constexpr (std::is_same_v<T, GoText>)
      readField(E, F, Out.back());
    else
      readFields(E, ("an element of `" + F.Key + "`").str(), Out.back());
  }
}

void ActionReader::readField(const DocumentNode &N, const FieldInfo &F,
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
      report(diag::err_rule_hook_name, N.Range, {*Text, F.Key});
    break;
  case FieldForm::Identifier:
    if (!isIdentifier(*Text))
      report(diag::err_rule_identifier, N.Range, {*Text});
    break;
  case FieldForm::ImportPath:
    checkImportPath(*Text, N.Range);
    break;
  case FieldForm::FileName:
    if (!Text->ends_with(".go") || Text->contains('/') ||
        Text->contains('\\') || Text->ends_with("_test.go"))
      report(diag::err_rule_file_name, N.Range, {*Text});
    break;
  case FieldForm::Placement:
    if (*Text != "before" && *Text != "after")
      report(diag::err_rule_choice, N.Range,
             {*Text, F.Key, "`before` or `after`"});
    break;
  case FieldForm::Pattern: {
    std::string Why;
    if (!Regex(*Text).isValid(Why))
      report(diag::err_rule_pattern, N.Range, {F.Key, Why});
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

void ActionReader::readField(const DocumentNode &N, const FieldInfo &F,
                             GoText &Out) {
  if (!getString(N, F.Key, "write Go, or leave the key out"))
    return;
  Out = N.Text;
  checkGo(F, Out);
}

/// Parses the template, and what it becomes with names in place of fields.
void ActionReader::checkGo(const FieldInfo &F, const GoText &Go) {
  auto rangeOf = [&](SourceRange R) {
    uint32_t Begin = Go.getFileOffset(R.Begin);
    return SourceRange{Begin, std::max(Begin + 1, Go.getFileOffset(R.End))};
  };
  std::optional<TemplateError> Err;
  // Without braces there is nothing to expand, whatever the kind.
  Template T = Template::parse(F.Form == FieldForm::Type ? "" : Go.Text, Err);
  if (Err) {
    report(diag::err_rule_template, rangeOf(Err->Range), {F.Key, Err->Message});
    return;
  }
  if (F.Form == FieldForm::Wrapper && !T.usesDot()) {
    report(diag::err_rule_wrap,
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
  report(diag::err_rule_go, rangeOf({InText, InText + 1}), {F.Key, Bad->Error});
}

bool otelrewrite::isPlacement(StringRef Key) {
  return Key == "pattern" || Key == "placement";
}

void ActionReader::readPlacement(const DocumentNode &Where, Rule &R) {
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
      report(diag::err_rule_unknown_key, E.KeyRange,
             {E.Key, "`where`", "it is for `inject_code`"});
  }
}

void otelrewrite::readDo(const DocumentReader &Reader, const DocumentNode &Do,
                         Rule &R) {
  ActionReader(Reader).readDo(Do, R);
}

void otelrewrite::readPlacement(const DocumentReader &Reader,
                                const DocumentNode &Where, Rule &R) {
  ActionReader(Reader).readPlacement(Where, R);
}
