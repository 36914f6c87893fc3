//===- SelectorReader.cpp - the table `where` to a selector ---------------===//

#include "RuleParts.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace otelrewrite;

using NodeKindOf = DocumentNode::Kind;

namespace {
class SelectorReader : DocumentReader {
public:
  explicit SelectorReader(const DocumentReader &Reader)
      : DocumentReader(Reader) {}
  Selector readSelector(const DocumentNode &Node, bool IsFile, bool HasRecv,
                        StringRef Where);

private:
  std::optional<Selector> readPredicate(const DocumentEntry &Entry,
                                        const PredicateInfo &Info);
  void readSignature(const DocumentNode &Node, StringRef Key, Selector &S);
};
} // namespace

/// Does a table below \p Node ask for a receiver?
static bool asksForReceiver(const DocumentNode &Node) {
  for (const DocumentEntry &E : Node.Entries)
    if (E.Key == "recv" || asksForReceiver(E.Value))
      return true;
  return any_of(Node.Elements, asksForReceiver);
}

Selector SelectorReader::readSelector(const DocumentNode &Node, bool IsFile,
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
    report(diag::err_rule_empty, Node.Range,
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

std::optional<Selector>
SelectorReader::readPredicate(const DocumentEntry &E,
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
    report(diag::err_rule_choice, E.Value.Range,
           {S.Text, E.Key, "`var` or `const`"});
    return std::nullopt;
  }
  if (Info.Kind == PredicateKind::Directive ||
      Info.Kind == PredicateKind::HasDirective) {
    if (Text->starts_with("//") || Text->contains(' ')) {
      report(diag::err_rule_directive, E.Value.Range, {S.Text});
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

void SelectorReader::readSignature(const DocumentNode &Node, StringRef Key,
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

Selector otelrewrite::readWhere(const DocumentReader &Reader,
                                const DocumentNode &Where) {
  return SelectorReader(Reader).readSelector(Where, /*IsFile=*/false,
                                             /*HasRecv=*/false, "`where`");
}
