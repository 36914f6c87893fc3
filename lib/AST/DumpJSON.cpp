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
using Items = SmallVectorImpl<Item>;
} // namespace

template <typename T>
static void addItems(Items &Out, const T *Child, StringRef ChildKey,
                     StringRef) {
  if (!Child)
    return;
  Out.push_back({nullptr, ChildKey});
  Out.push_back({Child, {}});
}
template <typename T>
static void addItems(Items &Out, const NodeList<T> &List, StringRef,
                     StringRef ListKey) {
  Out.push_back({nullptr, ListKey});
  StringRef Separator = "\n";
  for (const T *Child : List) {
    Out.push_back({nullptr, Separator});
    Out.push_back({Child, {}});
    Separator = ",\n";
  }
  Out.push_back({nullptr, "]"});
}

static void addChildren(const Node &N, Items &Out) {
  switch (N.Kind) {
#define CHILD(Type, Field)                                                     \
  addItems(Out, Self.Field, ",\n\"" #Field "\":", ",\n\"" #Field "\":[");
#define LIST(Type, Field) CHILD(Type, Field)
#define OP(Field)
#define TOKEN(Field)
#define FLAG(Field, Bit)
#define NODE(Name, Base, Fields)                                               \
  case NodeKind::Name: {                                                       \
    [[maybe_unused]] auto &Self = static_cast<const otelrewrite::Name &>(N);   \
    Fields break;                                                              \
  }
#include "otelrewrite/AST/Nodes.def"
#undef CHILD
#undef LIST
#undef OP
#undef TOKEN
#undef FLAG
  }
}

static void writeToken(StringRef Field, TokenIndex I, const TokenBuffer &Tokens,
                       raw_ostream &OS) {
  if (I == NoToken)
    return;
  OS << ",\"" << Field
     << "\":{\"token\":" << json::Value(tok::getName(Tokens.kind(I)))
     << ",\"offset\":" << Tokens.begin(I) << '}';
}

/// All but the children and the closing brace.
static void writeHead(const Node &N, const TokenBuffer &Tokens,
                      raw_ostream &OS) {
  SourceRange R = N.getRange(Tokens);
  OS << "{\"kind\":\"" << getKindName(N.Kind) << "\",\"range\":[" << R.Begin
     << ',' << R.End << ']';
  switch (N.Kind) {
  case NodeKind::Ident:
  case NodeKind::BasicLit:
    OS << ",\"text\":" << json::Value(json::fixUTF8(N.getText(Tokens)));
    break;
  case NodeKind::UnaryExpr:
  case NodeKind::BranchStmt:
  case NodeKind::GenDecl:
    writeToken("First", N.First, Tokens, OS);
    break;
  default:
    break;
  }
  switch (N.Kind) {
#define CHILD(Type, Field)
#define LIST(Type, Field)
#define OP(Field) writeToken(#Field, Self.OpToken, Tokens, OS);
#define TOKEN(Field) writeToken(#Field, Self.Field, Tokens, OS);
#define FLAG(Field, Bit)                                                       \
  if (Self.is##Field())                                                        \
    OS << ",\"" #Field "\":true";
#define NODE(Name, Base, Fields)                                               \
  case NodeKind::Name: {                                                       \
    [[maybe_unused]] auto &Self = static_cast<const otelrewrite::Name &>(N);   \
    Fields break;                                                              \
  }
#include "otelrewrite/AST/Nodes.def"
#undef CHILD
#undef LIST
#undef OP
#undef TOKEN
#undef FLAG
  }
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
    addChildren(*I.N, Stack);
    Stack.push_back({nullptr, "}"});
    std::reverse(Stack.begin() + Bottom, Stack.end());
  }
}
