//===- Recovery.cpp - where parsing goes on behind an error ---------------===//
//
// Bison drops the broken statement from its stack; this drops its tokens. The
// aim is that no error is the consequence of another: what is doubtful is
// skipped.
//
//===----------------------------------------------------------------------===//

#include "ParseActions.h"

#include <algorithm>

using namespace llvm;
using namespace otelrewrite;

namespace {
enum class Nesting { None, Opens, Closes };
} // namespace

static Nesting getNesting(tok::Kind K) {
  switch (K) {
  case tok::LParen:
  case tok::LBracket:
  case tok::LBrace:
    return Nesting::Opens;
  case tok::RParen:
  case tok::RBracket:
  case tok::RBrace:
    return Nesting::Closes;
  default:
    return Nesting::None;
  }
}

bool otelrewrite::beginsDeclaration(const TokenBuffer &Tokens, TokenIndex I) {
  switch (Tokens.kind(I)) {
  case tok::Const:
  case tok::Func:
  case tok::Import:
  case tok::Type:
  case tok::Var: {
    uint32_t Begin = Tokens.begin(I);
    return Begin == 0 || Tokens.getFile().getBytes()[Begin - 1] == '\n';
  }
  default:
    return false;
  }
}

void ParseActions::beginRecovery(unsigned OpenBrackets, unsigned OpenBraces) {
  BracesInStatement = OpenBraces;
  // Undo what the feed did at the wrong token; it will be read again.
  TokenIndex Ahead = Cursor - 1;
  switch (getNesting(Tokens.kind(Ahead))) {
  case Nesting::Opens:
    Brackets.pop_back();
    break;
  case Nesting::Closes:
    Brackets.push_back(PoppedBracket);
    break;
  case Nesting::None:
    break;
  }
  IsInHeader = false;
  Brackets.resize(Brackets.size() -
                  std::min<size_t>(OpenBrackets, Brackets.size()));
}

bool ParseActions::skipToClause() {
  TokenIndex Ahead = Cursor - 1;
  if (Ahead == LastRecovery || Errors.size() >= MaxErrors)
    return false;
  LastRecovery = Ahead;
  unsigned Depth = 0;
  for (TokenIndex I = Ahead;; ++I) {
    tok::Kind K = Tokens.kind(I);
    if (K == tok::EndOfFile || beginsDeclaration(Tokens, I))
      return false;
    Nesting N = getNesting(K);
    if (N == Nesting::Opens)
      ++Depth;
    else if (N == Nesting::Closes && Depth)
      --Depth;
    else if (!Depth &&
             (K == tok::RBrace || K == tok::Case || K == tok::Default)) {
      Cursor = I;
      return true;
    }
  }
}

Node *ParseActions::badStmt(TokenIndex First) {
  TokenIndex Ahead = Cursor - 1;
  if (Ahead == LastRecovery || Errors.size() >= MaxErrors)
    return nullptr; // no way forward here
  LastRecovery = Ahead;
  // A body that lacks its brace has taken in the next declaration.
  for (TokenIndex I = First; I < Ahead; ++I) {
    if (beginsDeclaration(Tokens, I)) {
      Cursor = I + 1;
      return nullptr;
    }
  }
  // On to its end: a semicolon, a clause or the block's brace. Semicolons in
  // the header of a compound statement are not its end, nor is what stands in
  // braces that it has opened.
  tok::Kind Keyword = Tokens.kind(First);
  bool IsInHead = Keyword == tok::If || Keyword == tok::For ||
                  Keyword == tok::Switch || Keyword == tok::Select;
  unsigned Depth = 0;
  unsigned Braces = BracesInStatement;
  TokenIndex I = Ahead;
  for (;; ++I) {
    tok::Kind K = Tokens.kind(I);
    if (K == tok::EndOfFile || beginsDeclaration(Tokens, I))
      return nullptr;
    Nesting N = getNesting(K);
    if (N == Nesting::Opens) {
      ++Depth;
    } else if (N == Nesting::Closes) {
      if (Depth)
        --Depth;
      else if (K == tok::RBrace && !Braces)
        break;
      else if (K == tok::RBrace)
        --Braces;
    } else if (!Depth && !Braces &&
               (K == tok::AutoSemicolon || K == tok::Case ||
                K == tok::Default || (K == tok::Semicolon && !IsInHead))) {
      break;
    }
  }
  Cursor = I;
  if (I == First)
    return Context.create<EmptyStmt>(I, I);
  return Context.create<BadStmt>(First, I - 1);
}
