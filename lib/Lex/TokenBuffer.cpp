//===- TokenBuffer.cpp - the tokens and comments of one file --------------===//

#include "otelrewrite/Lex/TokenBuffer.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace otelrewrite;

StringRef tok::getName(Kind K) {
  switch (K) {
#define TOKEN(Name, Text)                                                      \
  case Name:                                                                   \
    return Text;
#include "otelrewrite/Lex/TokenKinds.def"
  }
  llvm_unreachable("unknown token kind");
}

bool tok::isKeyword(Kind K) {
  switch (K) {
#define TOKEN(Name, Text)                                                      \
  case Name:                                                                   \
    return false;
#define KEYWORD(Name, Spelling)                                                \
  case Name:                                                                   \
    return true;
#include "otelrewrite/Lex/TokenKinds.def"
  }
  llvm_unreachable("unknown token kind");
}

ArrayRef<Comment> TokenBuffer::commentsBefore(TokenIndex I) const {
  auto First = partition_point(
      Comments, [&](const Comment &C) { return C.NextToken < I; });
  auto Last = First;
  while (Last != Comments.end() && Last->NextToken == I)
    ++Last;
  return ArrayRef<Comment>(Comments).slice(First - Comments.begin(),
                                           Last - First);
}

uint32_t TokenBuffer::longLength(TokenIndex I) const {
  auto It = partition_point(LongTokens,
                            [&](const auto &Long) { return Long.first < I; });
  assert(It != LongTokens.end() && It->first == I && "length is not kept");
  return It->second;
}

size_t TokenBuffer::getMemoryUse() const {
  return Tokens.capacity() * sizeof(Token) +
         Comments.capacity() * sizeof(Comment) +
         LongTokens.capacity() * sizeof(LongTokens[0]);
}
