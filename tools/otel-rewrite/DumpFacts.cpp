//===- DumpFacts.cpp - facts of a file for conformance tests --------------===//
//
// One JSON line a file, so that any other parser of Go can be compared with
// ours: utils/conformance does so with go/parser. Hashes stand for the
// positions of all tokens and of all nodes of a kind.
//
//===----------------------------------------------------------------------===//

#include "FrontEndActions.h"

#include "otelrewrite/AST/Walk.h"
#include "otelrewrite/Parse/Parser.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"

#include <map>

using namespace llvm;
using namespace otelrewrite;

namespace {

class Fnv1a {
public:
  void add(StringRef Text) {
    for (char C : Text)
      Hash = (Hash ^ static_cast<unsigned char>(C)) * 0x100000001b3;
  }
  void addNumber(uint32_t N) {
    char Digits[10];
    char *End = std::end(Digits);
    char *P = End;
    do
      *--P = static_cast<char>('0' + N % 10);
    while (N /= 10);
    add(StringRef(P, End - P));
  }
  std::string str() const {
    std::string Hex(16, '0');
    for (unsigned I = 0; I < 16; ++I)
      Hex[15 - I] = "0123456789abcdef"[(Hash >> (4 * I)) & 15];
    return Hex;
  }

private:
  uint64_t Hash = 0xcbf29ce484222325;
};

/// Gathers what the facts tell from one walk.
class FactCollector : public NodeVisitor<FactCollector> {
public:
  FactCollector(const TokenBuffer &Tokens) : Tokens(Tokens) {}

  std::map<StringRef, std::vector<uint32_t>> Offsets;
  std::vector<const FuncDecl *> Funcs;
  std::vector<const FuncLit *> FuncLits;
  std::vector<const TypeSpec *> Types;

  void visitFuncDecl(const FuncDecl &N) { Funcs.push_back(&N); }
  void visitFuncLit(const FuncLit &N) {
    FuncLits.push_back(&N);
    note("funclit", N.First);
  }
  void visitTypeSpec(const TypeSpec &N) {
    Types.push_back(&N);
    note("typespec", N.First);
  }
  void visitCallExpr(const CallExpr &N) { note("call", N.getLparen()); }
  void visitCompositeLit(const CompositeLit &N) {
    note("complit", N.getLbrace());
  }
  void visitIndexExpr(const IndexExpr &N) { note("index", N.getLbrack()); }
  void visitSliceExpr(const SliceExpr &N) { note("slice", N.getLbrack()); }
  void visitTypeAssertExpr(const TypeAssertExpr &N) {
    note("assert", N.getLparen());
  }
  void visitBlockStmt(const BlockStmt &N) { note("block", N.First); }
  void visitCaseClause(const CaseClause &N) { note("case", N.First); }
  void visitCommClause(const CommClause &N) { note("case", N.First); }
  void visitIfStmt(const IfStmt &N) { note("if", N.First); }
  void visitForStmt(const ForStmt &N) { note("for", N.First); }
  void visitRangeStmt(const RangeStmt &N) { note("for", N.First); }
  // go/ast has a block for the clauses.
  void visitSwitchStmt(const SwitchStmt &N) {
    note("switch", N.First);
    note("block", N.getLbrace());
  }
  void visitTypeSwitchStmt(const TypeSwitchStmt &N) {
    note("switch", N.First);
    note("block", N.getLbrace());
  }
  void visitSelectStmt(const SelectStmt &N) {
    note("select", N.First);
    note("block", N.getLbrace());
  }
  void visitReturnStmt(const ReturnStmt &N) { note("return", N.First); }
  void visitGoStmt(const GoStmt &N) { note("go", N.First); }
  void visitDeferStmt(const DeferStmt &N) { note("defer", N.First); }
  void visitLabeledStmt(const LabeledStmt &N) { note("label", N.getColon()); }
  void visitAssignStmt(const AssignStmt &N) {
    bool IsDefine = Tokens.kind(N.getOperator()) == tok::ColonEqual;
    note(IsDefine ? "define" : "assign", N.getOperator());
  }
  void visitStructType(const StructType &N) { note("struct", N.First); }
  void visitInterfaceType(const InterfaceType &N) {
    note("interface", N.First);
  }
  void visitMapType(const MapType &N) { note("map", N.First); }
  void visitArrayType(const ArrayType &N) { note("array", N.First); }
  void visitSliceType(const SliceType &N) { note("array", N.First); }
  void visitBinaryExpr(const BinaryExpr &N) { note("binary", N.getOperator()); }
  void visitUnaryExpr(const UnaryExpr &N) { note("unary", N.First); }
  void visitStarExpr(const StarExpr &N) { note("star", N.First); }

private:
  void note(StringRef Kind, TokenIndex At) {
    Offsets[Kind].push_back(Tokens.begin(At));
  }

  const TokenBuffer &Tokens;
};

} // namespace

static std::string hashTokens(const TokenBuffer &Tokens) {
  Fnv1a Hash;
  for (TokenIndex I = 0; I + 1 < Tokens.size(); ++I) {
    tok::Kind K = Tokens.kind(I);
    if (K == tok::AutoSemicolon) {
      Hash.add("AUTO\n");
      continue;
    }
    Hash.addNumber(Tokens.begin(I));
    Hash.add(":");
    Hash.add(tok::getName(K));
    Hash.add("\n");
  }
  return Hash.str();
}

/// The node's tokens without what is between them.
static std::string joinTokens(const Node &N, const TokenBuffer &Tokens) {
  std::string Text;
  for (TokenIndex I = N.First; I <= N.Last; ++I)
    Text += Tokens.text(I);
  return Text;
}

static void writeSignature(json::OStream &J, const FuncType &T,
                           const BlockStmt *Body, const TokenBuffer &Tokens) {
  J.attribute("lbrace_off", Body ? int64_t(Tokens.begin(Body->First)) : -1);
  J.attribute("rbrace_off", Body ? int64_t(Tokens.begin(Body->Last)) : -1);
  J.attribute("nparams", countFields(T.Params));
  J.attribute("nresults", countFields(T.Results));
}

static void writeFacts(json::OStream &J, const ParsedFile &Parsed,
                       const DiagnosticEngine &Diags) {
  const TokenBuffer &Tokens = Parsed.Tokens;
  const FileNode &Root = *Parsed.Root;
  FactCollector Facts(Tokens);
  walkTree(Root, [&](const Node &N) {
    Facts.visit(N);
    return true;
  });

  J.attribute("path", Parsed.Source.getName());
  J.attribute("accept", !Diags.hasErrors());
  if (Diags.hasErrors()) {
    const Diagnostic &D = Diags.getDiagnostics().front();
    LineColumn At = D.getPosition();
    J.attributeObject("err", [&] {
      J.attribute("line", At.Line);
      J.attribute("col", At.Column);
      J.attribute("msg", json::fixUTF8(D.Message));
    });
  }
  J.attributeArray("funcs", [&] {
    for (const FuncDecl *F : Facts.Funcs)
      J.object([&] {
        J.attribute("name", F->Name->getText(Tokens));
        const Ident *Base = getReceiverBaseName(F->Recv);
        bool HasType = F->Recv && !F->Recv->Fields.empty();
        J.attribute("recv",
                    HasType ? joinTokens(*F->Recv->Fields.front()->Type, Tokens)
                            : "");
        J.attribute("recv_name", Base ? Base->getText(Tokens) : "");
        J.attribute("func_off", Tokens.begin(F->First));
        J.attribute("name_off", Tokens.begin(F->Name->First));
        writeSignature(J, *F->Type, F->Body, Tokens);
        J.attribute("ntypeparams", countFields(F->Type->TypeParams));
      });
  });
  J.attributeArray("funclits", [&] {
    for (const FuncLit *F : Facts.FuncLits)
      J.object([&] {
        J.attribute("func_off", Tokens.begin(F->First));
        writeSignature(J, *F->Type, F->Body, Tokens);
      });
  });
  J.attributeArray("types", [&] {
    for (const TypeSpec *T : Facts.Types)
      J.object([&] {
        J.attribute("name", T->Name->getText(Tokens));
        J.attribute("name_off", Tokens.begin(T->Name->First));
        J.attribute("ntypeparams", countFields(T->TypeParams));
        J.attribute("alias", T->hasAssign());
      });
  });
  J.attributeArray("imports", [&] {
    for (const ImportSpec *I : getImports(Root))
      J.value(json::fixUTF8(getImportPath(*I, Tokens)));
  });
  J.attribute("pkg", Root.PackageName ? Root.PackageName->getText(Tokens) : "");
  J.attribute("pkg_off",
              Root.PackageName ? int64_t(Tokens.begin(Root.First)) : -1);
  J.attribute("ntokens", Tokens.size() - 1);
  J.attribute("tokhash", hashTokens(Tokens));
  J.attributeObject("nodehash", [&] {
    for (auto &[Kind, List] : Facts.Offsets) {
      llvm::sort(List);
      Fnv1a Hash;
      for (uint32_t Offset : List) {
        Hash.addNumber(Offset);
        Hash.add("\n");
      }
      J.attribute(Kind, Hash.str());
    }
  });
}

bool otelrewrite::dumpFacts(StringRef Path, raw_ostream &OS) {
  auto File = SourceFile::open(Path);
  if (!File) {
    errs() << "otel-rewrite: error: " << toString(File.takeError()) << '\n';
    return false;
  }
  DiagnosticEngine Diags;
  auto Parsed = parseFile(**File, Diags);
  json::OStream J(OS);
  J.object([&] { writeFacts(J, *Parsed, Diags); });
  OS << '\n';
  return true;
}
