//===- DumpJSON.cpp - a tree as JSON --------------------------------------===//
//
// One node a line and no indentation: a tree may be a million levels deep. The
// walk keeps its own stack, which holds nodes and the text between them.
//
//===----------------------------------------------------------------------===//

#include "otelrewrite/AST/Dump.h"
#include "otelrewrite/AST/Walk.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace otelrewrite;

namespace {
/// A node, or text that stands between nodes.
struct Item {
  const Node *N;
  StringRef Text;
};

/// Collects a node's children with their keys and what stands between them.
struct ItemCollector : FieldVisitor {
  SmallVectorImpl<Item> &Out;
  explicit ItemCollector(SmallVectorImpl<Item> &Out) : Out(Out) {}
  void child(StringRef Name, const Node *Child) {
    if (!Child)
      return;
    key(Name);
    Out.push_back({Child, {}});
  }
  template <typename T> void list(StringRef Name, const NodeList<T> &List) {
    key(Name);
    StringRef Separator = "[\n";
    if (List.empty())
      text("[");
    for (const T *Child : List) {
      text(Separator);
      Out.push_back({Child, {}});
      Separator = ",\n";
    }
    text("]");
  }

private:
  void text(StringRef Text) { Out.push_back({nullptr, Text}); }
  void key(StringRef Name) {
    text(",\n\"");
    text(Name);
    text("\":");
  }
};

/// Writes the tokens that are there and the flags that are set.
struct TokenWriter : FieldVisitor {
  const TokenBuffer &Tokens;
  raw_ostream &OS;
  TokenWriter(const TokenBuffer &Tokens, raw_ostream &OS)
      : Tokens(Tokens), OS(OS) {}
  void token(StringRef Name, TokenIndex I) {
    if (I != NoToken)
      OS << ",\"" << Name
         << "\":{\"token\":" << json::Value(tok::getName(Tokens.kind(I)))
         << ",\"offset\":" << Tokens.begin(I) << '}';
  }
  void flag(StringRef Name, bool IsSet) {
    if (IsSet)
      OS << ",\"" << Name << "\":true";
  }
};
} // namespace

/// All but the children and the closing brace.
static void writeHead(const Node &N, const TokenBuffer &Tokens,
                      raw_ostream &OS) {
  SourceRange R = N.getRange(Tokens);
  OS << "{\"kind\":\"" << getKindName(N.Kind) << "\",\"range\":[" << R.Begin
     << ',' << R.End << ']';
  TokenWriter Writer(Tokens, OS);
  switch (N.Kind) {
  case NodeKind::Ident:
  case NodeKind::BasicLit:
    OS << ",\"text\":" << json::Value(json::fixUTF8(N.getText(Tokens)));
    break;
  case NodeKind::UnaryExpr:
  case NodeKind::BranchStmt:
  case NodeKind::GenDecl:
    Writer.token("First", N.First);
    break;
  default:
    break;
  }
  forEachField(N, Writer);
}

void otelrewrite::dumpTreeAsJSON(const Node &Root, const TokenBuffer &Tokens,
                                 raw_ostream &OS) {
  SmallVector<Item, 64> Stack{{nullptr, "\n"}, {&Root, {}}};
  while (!Stack.empty()) {
    Item I = Stack.pop_back_val();
    if (!I.N) {
      OS << I.Text;
      continue;
    }
    writeHead(*I.N, Tokens, OS);
    size_t Bottom = Stack.size();
    forEachField(*I.N, ItemCollector(Stack));
    Stack.push_back({nullptr, "}"});
    std::reverse(Stack.begin() + Bottom, Stack.end());
  }
}
