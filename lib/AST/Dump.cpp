//===- Dump.cpp - a tree as text, and its verifier ------------------------===//

#include "otelrewrite/AST/Dump.h"
#include "otelrewrite/AST/Walk.h"

#include "llvm/ADT/SmallVector.h"

using namespace llvm;
using namespace otelrewrite;

namespace {
/// A child with the name of its field.
struct NamedChild {
  const Node *Child;
  StringRef Field;
  unsigned Depth;
};
} // namespace

template <typename T>
static void addChild(SmallVectorImpl<NamedChild> &Out, const T *Child,
                     StringRef Field, unsigned Depth) {
  if (Child)
    Out.push_back({Child, Field, Depth});
}
template <typename T>
static void addChild(SmallVectorImpl<NamedChild> &Out, const NodeList<T> &List,
                     StringRef Field, unsigned Depth) {
  for (const T *Child : List)
    Out.push_back({Child, Field, Depth});
}

static void addChildren(const Node &N, unsigned Depth,
                        SmallVectorImpl<NamedChild> &Out) {
  switch (N.Kind) {
#define CHILD(Type, Field) addChild(Out, Self.Field, #Field, Depth);
#define LIST(Type, Field) addChild(Out, Self.Field, #Field, Depth);
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

/// ` Name='text'@offset` for a token that is there.
static void dumpToken(StringRef Name, TokenIndex I, const TokenBuffer &Tokens,
                      raw_ostream &OS) {
  if (I == NoToken)
    return;
  OS << ' ' << Name << "='";
  tok::Kind K = Tokens.kind(I);
  OS << tok::getName(K) << "'@" << Tokens.begin(I);
}

static void dumpNode(const Node &N, const TokenBuffer &Tokens,
                     raw_ostream &OS) {
  SourceRange R = N.getRange(Tokens);
  OS << getKindName(N.Kind) << " [" << R.Begin << ',' << R.End << ')';
  switch (N.Kind) {
#define CHILD(Type, Field)
#define LIST(Type, Field)
#define OP(Field) dumpToken(#Field, Self.OpToken, Tokens, OS);
#define TOKEN(Field) dumpToken(#Field, Self.Field, Tokens, OS);
#define FLAG(Field, Bit)                                                       \
  if (Self.is##Field())                                                        \
    OS << ' ' << #Field;
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
  switch (N.Kind) {
  case NodeKind::Ident:
  case NodeKind::BasicLit:
    OS << ' ';
    OS.write_escaped(N.getText(Tokens));
    break;
  case NodeKind::UnaryExpr:
  case NodeKind::BranchStmt:
  case NodeKind::GenDecl:
    OS << " '" << tok::getName(Tokens.kind(N.First)) << '\'';
    break;
  default:
    break;
  }
}

void otelrewrite::dumpTree(const Node &Root, const TokenBuffer &Tokens,
                           raw_ostream &OS) {
  SmallVector<NamedChild, 64> Stack{{&Root, "", 0}};
  while (!Stack.empty()) {
    NamedChild C = Stack.pop_back_val();
    // A tree of a million levels would be a terabyte of blanks.
    OS.indent(2 * std::min(C.Depth, 100u));
    if (!C.Field.empty())
      OS << C.Field << ": ";
    dumpNode(*C.Child, Tokens, OS);
    OS << '\n';
    size_t Bottom = Stack.size();
    addChildren(*C.Child, C.Depth + 1, Stack);
    std::reverse(Stack.begin() + Bottom, Stack.end());
  }
}

std::string otelrewrite::verifyTree(const Node &Root,
                                    const TokenBuffer &Tokens) {
  std::string Problem;
  raw_string_ostream OS(Problem);
  auto describe = [&](const Node &N) {
    SourceRange R = N.getRange(Tokens);
    OS << getKindName(N.Kind) << " [" << R.Begin << ',' << R.End << ')';
  };
  walkTree(Root, [&](const Node &N) {
    if (!Problem.empty())
      return false;
    if (N.First > N.Last || N.Last >= Tokens.size()) {
      OS << getKindName(N.Kind) << " has tokens " << N.First << " to "
         << N.Last;
      return false;
    }
    if (N.OpToken != NoToken && (N.OpToken < N.First || N.OpToken > N.Last)) {
      describe(N);
      OS << " does not hold its token " << N.OpToken;
      return false;
    }
    TokenIndex Previous = N.First;
    bool IsFirst = true;
    forEachChild(N, [&](const Node &Child) {
      if (!Problem.empty())
        return;
      bool IsOrdered =
          IsFirst ? Child.First >= Previous : Child.First > Previous;
      if (!IsOrdered || Child.Last > N.Last) {
        describe(Child);
        OS << " is out of place in ";
        describe(N);
      }
      Previous = Child.Last;
      IsFirst = false;
    });
    return Problem.empty();
  });
  return Problem;
}
