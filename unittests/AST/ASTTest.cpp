//===- ASTTest.cpp --------------------------------------------------------===//

#include "otelrewrite/AST/ASTContext.h"
#include "otelrewrite/AST/Walk.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace otelrewrite;

TEST(NodeList, HoldsNoneOneAndMany) {
  ASTContext Context;
  std::vector<Node *> Nodes;
  for (unsigned Count = 0; Count < 5; ++Count) {
    NodeList<Ident> L = Context.createList<Ident>(Nodes);
    ASSERT_EQ(L.size(), Count);
    EXPECT_EQ(L.empty(), Count == 0);
    unsigned I = 0;
    for (Ident *N : L)
      EXPECT_EQ(N, Nodes[I++]);
    EXPECT_EQ(I, Count);
    if (Count) {
      EXPECT_EQ(L.front(), Nodes.front());
      EXPECT_EQ(L.back(), Nodes.back());
      EXPECT_EQ(L.ref().size(), Count);
    }
    Nodes.push_back(Context.create<Ident>(Count, Count));
  }
}

TEST(NodeList, IsOneWord) {
  EXPECT_EQ(sizeof(NodeList<Expr>), 8u);
  EXPECT_EQ(sizeof(Ident), 16u);
  EXPECT_EQ(sizeof(CallExpr), 32u);
}

TEST(Node, KindsHaveTheirBases) {
  ASTContext Context;
  Node *Name = Context.create<Ident>(0, 0);
  Node *Block = Context.create<BlockStmt>(0, 0);
  Node *Func = Context.create<FuncDecl>(0, 0);
  Node *Part = Context.create<Field>(0, 0);
  EXPECT_TRUE(isa<Expr>(Name) && !isa<Stmt>(Name) && !isa<Decl>(Name));
  EXPECT_TRUE(isa<Stmt>(Block) && !isa<Expr>(Block));
  EXPECT_TRUE(isa<Decl>(Func) && !isa<Stmt>(Func));
  EXPECT_FALSE(isa<Expr>(Part) || isa<Stmt>(Part) || isa<Decl>(Part));
}

TEST(Walk, GoesInOrderAndStopsWhereTold) {
  ASTContext Context;
  auto *X = Context.create<Ident>(0, 0);
  auto *Inner = Context.create<ParenExpr>(2, 4);
  Inner->X = Context.create<Ident>(3, 3);
  auto *Sum = Context.create<BinaryExpr>(0, 4);
  Sum->X = X;
  Sum->Y = Inner;
  std::vector<const Node *> Seen;
  walkTree(*Sum, [&](const Node &N) {
    Seen.push_back(&N);
    return true;
  });
  EXPECT_EQ(Seen, (std::vector<const Node *>{Sum, X, Inner, Inner->X}));
  Seen.clear();
  walkTree(*Sum, [&](const Node &N) {
    Seen.push_back(&N);
    return !isa<ParenExpr>(N);
  });
  EXPECT_EQ(Seen, (std::vector<const Node *>{Sum, X, Inner}));
}

TEST(Walk, NeedsNoDepth) {
  ASTContext Context;
  Expr *E = Context.create<Ident>(0, 0);
  for (unsigned I = 0; I < 3'000'000; ++I) {
    auto *P = Context.create<ParenExpr>(0, 0);
    P->X = E;
    E = P;
  }
  unsigned Count = 0;
  walkTree(*E, [&](const Node &) {
    ++Count;
    return true;
  });
  EXPECT_EQ(Count, 3'000'001u);
  EXPECT_TRUE(isa<Ident>(unparen(E)));
}

TEST(ASTContext, KnowsWhatItHolds) {
  ASTContext Context;
  EXPECT_EQ(Context.getBytesAllocated(), 0u);
  Context.create<Ident>(0, 0);
  EXPECT_EQ(Context.getBytesAllocated(), sizeof(Ident));
  EXPECT_GE(Context.getTotalMemory(), Context.getBytesAllocated());
}
