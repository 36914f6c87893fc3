//===- YamlDocument.cpp - YAML to a document ------------------------------===//
//
// LLVM's parser finds the structure and what is wrong with it. The text of
// scalars is decoded here, since each of its bytes needs its place in the file,
// and since that parser does not fold block scalars as YAML 1.2 does.
//
//===----------------------------------------------------------------------===//

#include "YamlScalar.h"

#include "otelrewrite/Rules/Document.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"

using namespace llvm;
using namespace otelrewrite;

namespace {

class YamlConverter {
public:
  YamlConverter(const SourceFile &File, DiagnosticEngine &Diags)
      : File(File), Diags(Diags) {
    Manager.setDiagHandler(
        [](const SMDiagnostic &D, void *Self) {
          static_cast<YamlConverter *>(Self)->hear(D);
        },
        this);
  }
  std::optional<DocumentNode> read();

private:
  // Nesting that no rule has, and copies that an alias of aliases would make.
  static constexpr unsigned MaxDepth = 48;
  static constexpr unsigned MaxNodes = 200'000;

  void hear(const SMDiagnostic &D);
  void report(SourceRange At, StringRef What);
  uint32_t offsetOf(SMLoc L) const {
    const char *Begin = File.getBytes().begin();
    auto Offset = static_cast<size_t>(std::max(L.getPointer(), Begin) - Begin);
    return static_cast<uint32_t>(
        std::min<size_t>(Offset, File.getBytes().size()));
  }
  SourceRange rangeOf(const yaml::Node &N) const {
    SMRange R = N.getSourceRange();
    return {offsetOf(R.Start), std::max(offsetOf(R.Start), offsetOf(R.End))};
  }
  std::string describe(StringRef Message, uint32_t At) const;
  bool convert(yaml::Node *N, DocumentNode &Out, unsigned Depth);
  bool convertTable(yaml::MappingNode &M, DocumentNode &Out, unsigned Depth);
  void merge(DocumentNode &Table);
  void setScalar(DocumentNode &Out, GoText Text, bool IsPlain);
  void widen(DocumentNode &Out, char Open, char Close) const;

  const SourceFile &File;
  DiagnosticEngine &Diags;
  SourceMgr Manager;
  bool Failed = false;
  unsigned NumNodes = 0;
  StringMap<DocumentNode> Anchors;
};

} // namespace

void YamlConverter::report(SourceRange At, StringRef What) {
  // One mistake makes the parser stumble more than once.
  if (!Failed)
    Diags.report(diag::err_rule_yaml, File, At, {What});
  Failed = true;
}

/// The parser's words in those of who writes rules.
std::string YamlConverter::describe(StringRef Message, uint32_t At) const {
  StringRef Rest = File.getBytes().substr(At);
  if (Rest.starts_with("{{") ||
      (At > 0 && File.getBytes().substr(At - 1).starts_with("{{")))
    return "a value that begins with `{{` must stand in quotes";
  if (Message.contains("Could not find closing"))
    return Message.contains("]") ? "a `[` is not closed"
                                 : "a `{` is not closed";
  if (Message.contains("between entries"))
    return "a `[` is not closed, or a `,` is missing";
  if (Message.contains("tab character"))
    return "there is a tab in the indentation; YAML wants blanks";
  if (Message.contains("Expected quote"))
    return "a quote is not closed";
  if (Message.contains("Unrecognized character") && !Rest.empty())
    return ("a value cannot begin with `" + Rest.take_front(1) +
            "`; put it in quotes")
        .str();
  if (Message.contains("Unrecognized escape"))
    return "there is no such escape; write `\\\\` for a backslash, or use "
           "single quotes";
  if (Message.contains("Expected Key or Block End")) {
    StringRef Line = File.getBytes().take_front(At).rsplit('\n').second;
    if (Rest.starts_with(":") && Line.contains(": "))
      return "a value that holds `: ` must stand in quotes";
    return "this does not fit the indentation of the lines above";
  }
  if (Message.contains("Flow Mapping End") ||
      Message.contains("Unexpected token in Key Value"))
    return "a `{` is not closed, or a `,` is missing";
  std::string Text = Message.trim(" .!").str();
  if (!Text.empty())
    Text[0] = toLower(Text[0]);
  return Text;
}

void YamlConverter::hear(const SMDiagnostic &D) {
  uint32_t At = D.getLoc().isValid() ? offsetOf(D.getLoc()) : 0;
  std::string What = describe(D.getMessage(), At);
  // A key that is in the wrong column is noticed at its colon.
  if (StringRef(What).contains("indentation of the lines"))
    while (At > 0 && !isSpace(File.getBytes()[At - 1]))
      --At;
  if (D.getKind() == SourceMgr::DK_Error)
    report({At, std::min<uint32_t>(At + 1, File.size())}, What);
}

/// Collections begin with their first element, for the parser; for people with
/// the bracket.
void YamlConverter::widen(DocumentNode &Out, char Open, char Close) const {
  StringRef Bytes = File.getBytes();
  StringRef Before = Bytes.take_front(Out.Range.Begin).rtrim(" \t\r\n");
  if (!Before.ends_with(StringRef(&Open, 1)))
    return;
  Out.Range.Begin = static_cast<uint32_t>(Before.size() - 1);
  uint32_t At = Out.Range.End;
  while (At < Bytes.size() && (isSpace(Bytes[At]) || Bytes[At] == ','))
    ++At;
  if (At < Bytes.size() && Bytes[At] == Close)
    Out.Range.End = At + 1;
}

void YamlConverter::setScalar(DocumentNode &Out, GoText Text, bool IsPlain) {
  using Kind = DocumentNode::Kind;
  Out.Text = std::move(Text);
  Out.Type = Kind::String;
  if (!IsPlain)
    return;
  StringRef T = Out.Text.Text;
  // YAML 1.2's core schema, as Go's reader has it.
  if (T.empty() || T == "~" || T == "null" || T == "Null" || T == "NULL") {
    Out.Type = Kind::Null;
    return;
  }
  Out.IsPlain = true;
  if (T == "true" || T == "True" || T == "TRUE" || T == "false" ||
      T == "False" || T == "FALSE") {
    Out.Type = Kind::Boolean;
    Out.Truth = toLower(T[0]) == 't';
  } else if (int64_t N; !T.getAsInteger(0, N)) {
    Out.Type = Kind::Integer;
    Out.Integer = N;
  }
}

/// `<<: *base` takes what is not there from another table.
void YamlConverter::merge(DocumentNode &Table) {
  auto It = find_if(Table.Entries, [](auto &E) { return E.Key == "<<"; });
  if (It == Table.Entries.end())
    return;
  DocumentEntry Merge = std::move(*It);
  Table.Entries.erase(It);
  auto take = [&](const DocumentNode &From) {
    if (From.Type != DocumentNode::Kind::Table)
      return report(Merge.KeyRange, "`<<` takes from a mapping alone");
    for (const DocumentEntry &E : From.Entries)
      if (!Table.get(E.Key))
        Table.Entries.push_back(E);
  };
  if (Merge.Value.Type == DocumentNode::Kind::Array)
    for (const DocumentNode &N : Merge.Value.Elements)
      take(N);
  else
    take(Merge.Value);
}

bool YamlConverter::convertTable(yaml::MappingNode &M, DocumentNode &Out,
                                 unsigned Depth) {
  Out.Type = DocumentNode::Kind::Table;
  StringSet<> Seen;
  for (yaml::KeyValueNode &KV : M) {
    DocumentNode Key;
    if (!convert(KV.getKey(), Key, Depth + 1))
      return false;
    if (!Key.IsPlain && Key.Type != DocumentNode::Kind::String) {
      report(Key.Range, "a key must be a name");
      return false;
    }
    // The parser does not mind all of them.
    StringRef Before =
        File.getBytes().take_front(Key.Range.Begin).rsplit('\n').second;
    if (size_t Tab = Before.rfind('\t'); Tab != StringRef::npos) {
      auto At = static_cast<uint32_t>(Key.Range.Begin - Before.size() + Tab);
      report({At, At + 1}, describe("tab character", At));
      return false;
    }
    DocumentEntry E;
    E.Key = Key.Text.Text;
    E.KeyRange = Key.Range;
    if (!convert(KV.getValue(), E.Value, Depth + 1))
      return false;
    if (E.Value.Type == DocumentNode::Kind::Null)
      E.Value.Range = E.KeyRange;
    if (!Seen.insert(E.Key).second) {
      report(E.KeyRange, "key `" + E.Key + "` is there twice");
      return false;
    }
    if (Out.Entries.empty())
      Out.Range.Begin = E.KeyRange.Begin;
    Out.Range.End = std::max(E.KeyRange.End, E.Value.Range.End);
    Out.Entries.push_back(std::move(E));
  }
  widen(Out, '{', '}');
  merge(Out);
  return !Failed;
}

bool YamlConverter::convert(yaml::Node *N, DocumentNode &Out, unsigned Depth) {
  if (!N) {
    report({0, 0}, "there is no value");
    return false;
  }
  Out.Range = rangeOf(*N);
  if (Depth > MaxDepth || ++NumNodes > MaxNodes) {
    report(Out.Range, "this is nested too deeply");
    return false;
  }
  StringRef Bytes = File.getBytes();
  if (auto *Scalar = dyn_cast<yaml::ScalarNode>(N)) {
    // Has the parser look at the escapes.
    SmallString<64> Storage;
    Scalar->getValue(Storage);
    StringRef Raw = Scalar->getRawValue();
    bool IsPlain = !Raw.starts_with("\"") && !Raw.starts_with("'");
    if (IsPlain) {
      // The parser takes blanks before a comment for text.
      Raw = Raw.rtrim(" \t\r\n");
      Out.Range.End = Out.Range.Begin + static_cast<uint32_t>(Raw.size());
    }
    setScalar(Out, decodeFlowScalar(Raw, Out.Range.Begin), IsPlain);
  } else if (isa<yaml::BlockScalarNode>(N)) {
    // The parser's range is the lines; what they are is said above them.
    StringRef Header =
        Bytes.take_front(Out.Range.Begin).rtrim("\r\n").rsplit('\n').second;
    if (Header.empty())
      Header = Bytes.take_front(Out.Range.Begin).rtrim("\r\n");
    // The parser counts such blanks from the line's begin, where YAML counts
    // from the parent's.
    StringRef Indicators = Header.split('#').first.rtrim();
    if (Indicators.drop_while([](char C) { return C != '|' && C != '>'; })
            .find_first_of("123456789") != StringRef::npos) {
      auto At = static_cast<uint32_t>(Indicators.end() - Bytes.begin());
      report({At - 1, At}, "a number of blanks behind `|` or `>` is not "
                           "supported; leave it out");
      return false;
    }
    setScalar(
        Out,
        decodeBlockScalar(Header, File.getText(Out.Range), Out.Range.Begin),
        /*IsPlain=*/false);
    while (Out.Range.End > Out.Range.Begin && isSpace(Bytes[Out.Range.End - 1]))
      --Out.Range.End;
    while (Out.Range.Begin < Out.Range.End && isSpace(Bytes[Out.Range.Begin]))
      ++Out.Range.Begin;
  } else if (auto *Map = dyn_cast<yaml::MappingNode>(N)) {
    if (!convertTable(*Map, Out, Depth))
      return false;
  } else if (auto *Sequence = dyn_cast<yaml::SequenceNode>(N)) {
    Out.Type = DocumentNode::Kind::Array;
    for (yaml::Node &E : *Sequence) {
      Out.Elements.emplace_back();
      if (!convert(&E, Out.Elements.back(), Depth + 1))
        return false;
      if (Out.Elements.size() == 1)
        Out.Range.Begin = Out.Elements.back().Range.Begin;
      Out.Range.End = std::max(Out.Range.End, Out.Elements.back().Range.End);
    }
    widen(Out, '[', ']');
  } else if (auto *Alias = dyn_cast<yaml::AliasNode>(N)) {
    // The parser has its range behind it.
    size_t Star =
        Bytes.take_front(Out.Range.Begin).rfind("*" + Alias->getName().str());
    if (Star != StringRef::npos)
      Out.Range = {static_cast<uint32_t>(Star),
                   static_cast<uint32_t>(Star + 1 + Alias->getName().size())};
    auto It = Anchors.find(Alias->getName());
    if (It == Anchors.end()) {
      report(Out.Range,
             "there is no `&" + Alias->getName().str() + "` above this");
      return false;
    }
    Out = It->second;
    // What an alias copies counts once more.
    std::vector<const DocumentNode *> Work{&Out};
    while (!Work.empty() && NumNodes <= MaxNodes) {
      const DocumentNode *Next = Work.back();
      Work.pop_back();
      ++NumNodes;
      for (const DocumentNode &C : Next->Elements)
        Work.push_back(&C);
      for (const DocumentEntry &C : Next->Entries)
        Work.push_back(&C.Value);
    }
  } else {
    Out.Type = DocumentNode::Kind::Null;
  }
  if (Failed)
    return false;
  if (StringRef Name = N->getAnchor(); !Name.empty())
    Anchors[Name] = Out;
  return true;
}

std::optional<DocumentNode> YamlConverter::read() {
  yaml::Stream Stream(File.getBytes(), Manager, /*ShowColors=*/false);
  std::optional<DocumentNode> Out;
  unsigned NumDocuments = 0;
  for (auto I = Stream.begin(); I != Stream.end() && !Failed; ++I) {
    yaml::Node *Root = I->getRoot();
    if (++NumDocuments > 1) {
      report(Root ? rangeOf(*Root) : SourceRange{0, 0},
             "a rule file is one document; write the rules of both under the "
             "first `---`");
      break;
    }
    Out.emplace();
    if (!convert(Root, *Out, 0) || Stream.failed())
      break;
  }
  if (Stream.failed() && !Failed)
    report({0, 0}, "it cannot be read");
  if (Failed)
    return std::nullopt;
  if (!Out || Out->Type == DocumentNode::Kind::Null) {
    Out.emplace();
    Out->Type = DocumentNode::Kind::Table;
  }
  return Out;
}

std::optional<DocumentNode> otelrewrite::readYaml(const SourceFile &File,
                                                  DiagnosticEngine &Diags) {
  // The parser takes bytes from other encodings for text of its own.
  size_t Nul = File.getBytes().find('\0');
  if (Nul != StringRef::npos) {
    auto At = static_cast<uint32_t>(Nul);
    Diags.report(diag::err_rule_yaml, File, {At, At + 1},
                 {"there is a NUL byte"});
    return std::nullopt;
  }
  return YamlConverter(File, Diags).read();
}
