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

/// Collects a node's children.
struct ChildCollector : FieldVisitor {
  SmallVectorImpl<NamedChild> &Out;
  unsigned Depth;
  ChildCollector(SmallVectorImpl<NamedChild> &Out, unsigned Depth)
      : Out(Out), Depth(Depth) {}
  void child(StringRef Name, const Node *Child) {
    if (Child)
      Out.push_back({Child, Name, Depth});
  }
  template <typename T> void list(StringRef Name, const NodeList<T> &List) {
    for (const T *Child : List)
      child(Name, Child);
  }
};

/// Writes ` Name='text'@offset` for a token that is there, and the flags'
/// names.
struct TokenWriter : FieldVisitor {
  const TokenBuffer &Tokens;
  raw_ostream &OS;
  TokenWriter(const TokenBuffer &Tokens, raw_ostream &OS)
      : Tokens(Tokens), OS(OS) {}
  void token(StringRef Name, TokenIndex I) {
    if (I != NoToken)
      OS << ' ' << Name << "='" << tok::getName(Tokens.kind(I)) << "'@"
         << Tokens.begin(I);
  }
  void flag(StringRef Name, bool IsSet) {
    if (IsSet)
      OS << ' ' << Name;
  }
};

/// Looks for a field of a node that is out of place.
struct FieldChecker : FieldVisitor {
  const Node &N;
  TokenIndex Previous;
  bool IsFirst = true;
  const Node *Culprit = nullptr; ///< null: a token
  std::string Problem;
  explicit FieldChecker(const Node &N) : N(N), Previous(N.First) {}
  void child(StringRef, const Node *Child) {
    if (!Child || !Problem.empty())
      return;
    bool IsOrdered =
        IsFirst ? Child->First >= Previous : Child->First > Previous;
    if (!IsOrdered || Child->Last > N.Last) {
      Culprit = Child;
      Problem = "is out of place in";
    }
    Previous = Child->Last;
    IsFirst = false;
  }
  template <typename T> void list(StringRef Name, const NodeList<T> &List) {
    for (const T *Child : List)
      child(Name, Child);
  }
  void token(StringRef Name, TokenIndex I) {
    if (I != NoToken && (I < N.First || I > N.Last) && Problem.empty())
      Problem = ("token " + Name + " is outside").str();
  }
};
} // namespace

static void dumpNode(const Node &N, const TokenBuffer &Tokens,
                     raw_ostream &OS) {
  SourceRange R = N.getRange(Tokens);
  OS << getKindName(N.Kind) << " [" << R.Begin << ',' << R.End << ')';
  forEachField(N, TokenWriter(Tokens, OS));
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
    forEachField(*C.Child, ChildCollector(Stack, C.Depth + 1));
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
    FieldChecker Checker(N);
    forEachField(N, Checker);
    if (!Checker.Problem.empty()) {
      if (Checker.Culprit) {
        describe(*Checker.Culprit);
        OS << ' ';
      }
      OS << Checker.Problem << ' ';
      describe(N);
    }
    return Problem.empty();
  });
  return Problem;
}
