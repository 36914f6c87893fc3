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

std::string TokenBuffer::verify() const {
  if (Tokens.empty() || kind(size() - 1) != tok::EndOfFile ||
      begin(size() - 1) != File->size())
    return "no end of file";
  uint32_t At = 0; // the end of what is accounted for
  std::string Problem;
  auto advance = [&](uint32_t Begin, uint32_t End) {
    if (Begin < At || End < Begin || End > File->size()) {
      Problem = "tokens or comments overlap at " + std::to_string(Begin);
      return;
    }
    StringRef Gap = File->getText({At, Begin});
    if (At == 0)
      Gap.consume_front("\xEF\xBB\xBF");
    if (Errors.empty() && Gap.find_first_not_of(" \t\r\n") != StringRef::npos)
      Problem = "lost bytes behind " + std::to_string(At);
    At = End;
  };
  ArrayRef<Comment> Rest = Comments;
  for (TokenIndex I = 0; I < size() && Problem.empty(); ++I) {
    ArrayRef<Comment> Before = commentsBefore(I);
    if (Before.size() > Rest.size() || Before.data() != Rest.data())
      return "comments before token " + std::to_string(I) +
             " are not the next ones";
    Rest = Rest.drop_front(Before.size());
    // An automatic semicolon has no text: it stands at a line break, or where
    // the comment that holds the line break begins.
    bool IsAutomatic = kind(I) == tok::AutoSemicolon;
    if (IsAutomatic && (begin(I) < At || begin(I) != end(I)))
      return "a semicolon is out of place at " + std::to_string(begin(I));
    for (const Comment &C : Before)
      advance(C.Range.Begin, C.Range.End);
    if (!IsAutomatic)
      advance(begin(I), end(I));
    if (!IsAutomatic && I + 1 < size() && begin(I) == end(I))
      return "an empty token at " + std::to_string(begin(I));
  }
  if (Problem.empty() && !Rest.empty())
    return "a comment belongs to no token";
  return Problem;
}
