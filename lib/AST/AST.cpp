//===- AST.cpp - the syntax tree of a Go file -----------------------------===//

#include "otelrewrite/AST/AST.h"
#include "otelrewrite/Lex/Unquote.h"

#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace otelrewrite;

StringRef otelrewrite::getKindName(NodeKind K) {
  switch (K) {
#define NODE(Name, Base, Fields)                                               \
  case NodeKind::Name:                                                         \
    return #Name;
#include "otelrewrite/AST/Nodes.def"
  }
  llvm_unreachable("unknown node kind");
}

const Expr *otelrewrite::unparen(const Expr *E) {
  while (auto *P = dyn_cast<ParenExpr>(E))
    E = P->X;
  return E;
}

unsigned otelrewrite::countFields(const FieldList *L) {
  unsigned Count = 0;
  if (L)
    for (const Field *F : L->Fields)
      Count += F->Names.empty() ? 1 : F->Names.size();
  return Count;
}

const Ident *otelrewrite::getReceiverBaseName(const FieldList *Recv) {
  if (!Recv || Recv->Fields.empty())
    return nullptr;
  const Expr *T = unparen(Recv->Fields.front()->Type);
  if (auto *S = dyn_cast<StarExpr>(T))
    T = unparen(S->X);
  if (auto *I = dyn_cast<IndexExpr>(T))
    T = unparen(I->X);
  return dyn_cast<Ident>(T);
}

std::vector<const ImportSpec *> otelrewrite::getImports(const FileNode &F) {
  std::vector<const ImportSpec *> Imports;
  for (const Decl *D : F.Decls)
    if (auto *G = dyn_cast<GenDecl>(D))
      for (const Node *S : G->Specs)
        if (auto *I = dyn_cast<ImportSpec>(S))
          Imports.push_back(I);
  return Imports;
}

std::string otelrewrite::getImportPath(const ImportSpec &I,
                                       const TokenBuffer &Tokens) {
  return unquote(I.Path->getText(Tokens));
}
