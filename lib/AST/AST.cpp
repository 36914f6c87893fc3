//===- AST.cpp - the syntax tree of a Go file -----------------------------===//

#include "otelrewrite/AST/AST.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
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

/// Appends what the escape behind the backslash at \p P means.
static const char *unescape(const char *P, const char *End, std::string &Out) {
  char C = *P++;
  switch (C) {
  case 'a':
    Out += '\a';
    return P;
  case 'b':
    Out += '\b';
    return P;
  case 'f':
    Out += '\f';
    return P;
  case 'n':
    Out += '\n';
    return P;
  case 'r':
    Out += '\r';
    return P;
  case 't':
    Out += '\t';
    return P;
  case 'v':
    Out += '\v';
    return P;
  case 'x':
  case 'u':
  case 'U': {
    unsigned Count = C == 'x' ? 2 : C == 'u' ? 4 : 8;
    uint32_t Value = 0;
    for (; Count && P != End && isHexDigit(*P); --Count)
      Value = Value * 16 + hexDigitValue(*P++);
    if (C == 'x') {
      Out += static_cast<char>(Value);
      return P;
    }
    char Buffer[4];
    char *BufferEnd = Buffer;
    if (ConvertCodePointToUTF8(Value, BufferEnd))
      Out.append(Buffer, BufferEnd);
    return P;
  }
  default:
    break;
  }
  if (C < '0' || C > '7') {
    Out += C; // a quote or a backslash
    return P;
  }
  unsigned Value = C - '0';
  for (unsigned I = 0; I < 2 && P != End && *P >= '0' && *P <= '7'; ++I)
    Value = Value * 8 + (*P++ - '0');
  Out += static_cast<char>(Value);
  return P;
}

std::string otelrewrite::getImportPath(const ImportSpec &I,
                                       const TokenBuffer &Tokens) {
  StringRef Text = I.Path->getText(Tokens);
  std::string Out;
  if (Text.size() < 2 || (Text[0] != '"' && Text[0] != '`'))
    return Out;
  bool IsRaw = Text[0] == '`';
  Text = Text.drop_front().drop_back();
  for (const char *P = Text.begin(); P != Text.end();) {
    if (*P == '\\' && !IsRaw && P + 1 != Text.end()) {
      P = unescape(P + 1, Text.end(), Out);
      continue;
    }
    if (!IsRaw || *P != '\r')
      Out += *P;
    ++P;
  }
  return Out;
}
