//===- ParserTest.cpp -----------------------------------------------------===//
//
// What cannot be seen through the tool: exact ranges, trees of broken files,
// and the accessors that other components use.
//
//===----------------------------------------------------------------------===//

#include "otelrewrite/Parse/Parser.h"
#include "otelrewrite/AST/Dump.h"
#include "otelrewrite/AST/Walk.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace otelrewrite;

namespace {
struct Parsed {
  std::unique_ptr<SourceFile> Source;
  DiagnosticEngine Diags;
  std::unique_ptr<ParsedFile> File;

  explicit Parsed(StringRef Text)
      : Source(SourceFile::fromString("a.go", Text)),
        File(parseFile(*Source, Diags)) {}

  StringRef text(const Node *N) const {
    return N ? N->getText(File->Tokens) : "none";
  }
  const FuncDecl *func(unsigned Index) const {
    for (const Decl *D : File->Root->Decls)
      if (auto *F = dyn_cast<FuncDecl>(D))
        if (Index-- == 0)
          return F;
    return nullptr;
  }
};
} // namespace

static constexpr StringLiteral Sample = R"go(// Package p is a sample.
package p

import (
	"fmt"
	. "os"
	x "example.com/\u0078"
)

//go:noinline
func (r *T[K, V]) m(a, b int, c ...map[string]chan<- func() (x, y int)) (err error) {
	switch v := any(a).(type) {
	case int, []string:
		for i := range 10 {
			defer func() { fmt.Println(i, v) }()
		}
	default:
	}
L:
	for i, j := 0, 1; i < j; i++ {
		select {
		case <-ch:
			break L
		case ch <- T[K, V]{a: {1, 2}, b[i:j:k]: *p}.f.g(c...):
		}
	}
	if x := f(); x != nil {
		return x
	} else if y {
		goto L
	}
	return
}

type (
	A = B
	C[P *Q, R interface{ ~int | ~[]R; m() }] struct {
		a, b int `tag`
		*D
	}
)

func g[P any](P) <-chan P
)go";

TEST(Parser, GivesExactRanges) {
  Parsed P(Sample);
  ASSERT_FALSE(P.Diags.hasErrors());
  EXPECT_TRUE(P.File->IsWhole);
  const FuncDecl *F = P.func(0);
  ASSERT_TRUE(F);
  EXPECT_EQ(P.text(F->Recv), "(r *T[K, V])");
  EXPECT_EQ(P.text(F->Name), "m");
  EXPECT_EQ(P.text(F->Type->Params),
            "(a, b int, c ...map[string]chan<- func() (x, y int))");
  EXPECT_EQ(P.text(F->Type->Results), "(err error)");
  EXPECT_EQ(P.text(F->Type->Params->Fields[0]), "a, b int");
  EXPECT_EQ(P.text(F->Type->Params->Fields[1]->Type),
            "...map[string]chan<- func() (x, y int)");
  EXPECT_EQ(countFields(F->Type->Params), 3u);
  EXPECT_EQ(P.text(getReceiverBaseName(F->Recv)), "T");
  EXPECT_TRUE(P.text(F->Body).starts_with("{\n\tswitch"));
  EXPECT_TRUE(P.text(F->Body).ends_with("return\n}"));
  ArrayRef<Comment> Above = P.File->Tokens.commentsBefore(F->First);
  ASSERT_EQ(Above.size(), 1u);
  EXPECT_EQ(P.Source->getText(Above[0].Range), "//go:noinline");

  const FuncDecl *G = P.func(1);
  ASSERT_TRUE(G);
  EXPECT_EQ(P.text(G->Type), "[P any](P) <-chan P");
  EXPECT_EQ(P.text(G->Type->Results), "<-chan P");
  EXPECT_FALSE(G->Type->Results->hasOpen());
  EXPECT_EQ(G->Body, nullptr);
}

TEST(Parser, GivesImports) {
  Parsed P(Sample);
  std::vector<const ImportSpec *> Imports = getImports(*P.File->Root);
  ASSERT_EQ(Imports.size(), 3u);
  EXPECT_EQ(getImportPath(*Imports[0], P.File->Tokens), "fmt");
  EXPECT_EQ(P.text(Imports[1]->LocalName), ".");
  EXPECT_EQ(P.text(Imports[2]->LocalName), "x");
  EXPECT_EQ(getImportPath(*Imports[2], P.File->Tokens), "example.com/x");
}

TEST(Parser, TreesAreConsistentForEveryPrefix) {
  for (size_t Length = 0; Length <= Sample.size(); ++Length) {
    Parsed P(Sample.take_front(Length));
    ASSERT_TRUE(P.File->Root);
    EXPECT_EQ(verifyTree(*P.File->Root, P.File->Tokens), "")
        << "prefix of " << Length << " bytes";
    EXPECT_EQ(P.File->IsWhole, !P.Diags.hasErrors());
  }
}

TEST(Parser, TreesAreConsistentWithoutAnyByte) {
  unsigned Rejected = 0;
  for (size_t Hole = 0; Hole < Sample.size(); ++Hole) {
    std::string Text = Sample.str();
    Text.erase(Hole, 1);
    Parsed P(Text);
    EXPECT_EQ(verifyTree(*P.File->Root, P.File->Tokens), "")
        << "without byte " << Hole;
    Rejected += P.Diags.hasErrors();
  }
  EXPECT_GT(Rejected, 100u);
}

TEST(Parser, VerifierSeesWhatIsWrong) {
  Parsed P("package p\n\nvar x = a + b\n");
  Node *Broken = nullptr;
  walkTree(*P.File->Root, [&](const Node &N) {
    if (isa<BinaryExpr>(N))
      Broken = const_cast<Node *>(&N);
    return true;
  });
  ASSERT_TRUE(Broken);
  auto *B = static_cast<BinaryExpr *>(Broken);
  std::swap(B->X, B->Y);
  EXPECT_NE(verifyTree(*P.File->Root, P.File->Tokens), "");
  std::swap(B->X, B->Y);
  EXPECT_EQ(verifyTree(*P.File->Root, P.File->Tokens), "");
  B->OpToken = 0;
  EXPECT_NE(verifyTree(*P.File->Root, P.File->Tokens), "");
}

TEST(Parser, GoesOnBehindABrokenDeclaration) {
  Parsed P("package p\n\nfunc a( {}\n\nfunc b() {}\n\nvar c = 1 2\n");
  EXPECT_EQ(P.Diags.getNumErrors(), 2u);
  EXPECT_FALSE(P.File->IsWhole);
  ASSERT_EQ(P.File->Root->Decls.size(), 3u);
  EXPECT_EQ(P.File->Root->Decls[0]->Kind, NodeKind::BadDecl);
  EXPECT_EQ(P.text(P.File->Root->Decls[0]), "func a( {}");
  EXPECT_EQ(P.text(P.File->Root->Decls[1]), "func b() {}");
  EXPECT_EQ(P.text(P.File->Root->Decls[2]), "var c = 1 2");
}

TEST(Parser, GoesOnBehindABrokenStatement) {
  Parsed P("package p\n\nfunc a() {\n\tx()\n\tf(y, func() { a b }, T{1 2})\n"
           "\tz()\n\tif a b { c d }\n}\n");
  EXPECT_EQ(P.Diags.getNumErrors(), 3u);
  const FuncDecl *F = P.func(0);
  ASSERT_TRUE(F && F->Body);
  ASSERT_EQ(F->Body->Stmts.size(), 4u);
  EXPECT_EQ(P.text(F->Body->Stmts[0]), "x()");
  EXPECT_EQ(F->Body->Stmts[1]->Kind, NodeKind::BadStmt);
  EXPECT_EQ(P.text(F->Body->Stmts[1]), "f(y, func() { a b }, T{1 2})");
  EXPECT_EQ(P.text(F->Body->Stmts[2]), "z()");
  EXPECT_EQ(P.text(F->Body->Stmts[3]), "if a b { c d }");
}
