//===- Quote.cpp - the go command's quoting of words ----------------------===//

#include "otelrewrite/Driver/Quote.h"

#include "llvm/Support/Errc.h"

using namespace llvm;
using namespace otelrewrite;

static constexpr StringLiteral Space = " \t\n\r";

Expected<std::vector<std::string>> otelrewrite::splitQuoted(StringRef Text) {
  std::vector<std::string> Out;
  while (true) {
    Text = Text.ltrim(Space);
    if (Text.empty())
      return Out;
    char Quote = Text[0];
    size_t End;
    if (Quote == '"' || Quote == '\'') {
      Text = Text.drop_front();
      End = Text.find(Quote);
      if (End == StringRef::npos)
        return createStringError(errc::invalid_argument,
                                 "unterminated %c string", Quote);
      Out.push_back(Text.take_front(End).str());
      Text = Text.drop_front(End + 1);
      continue;
    }
    End = std::min(Text.find_first_of(Space), Text.size());
    Out.push_back(Text.take_front(End).str());
    Text = Text.drop_front(End);
  }
}

Expected<std::string> otelrewrite::joinQuoted(ArrayRef<std::string> Words) {
  std::string Out;
  for (StringRef Word : Words) {
    if (!Out.empty())
      Out += ' ';
    bool HasSingle = Word.contains('\''), HasDouble = Word.contains('"');
    if (HasSingle && HasDouble)
      return createStringError(errc::invalid_argument,
                               "`%s` holds both kinds of quotes, which the go "
                               "command cannot take",
                               Word.str().c_str());
    if (!Word.empty() && !HasSingle && !HasDouble &&
        Word.find_first_of(Space) == StringRef::npos) {
      Out += Word;
      continue;
    }
    char Quote = HasSingle ? '"' : '\'';
    Out += Quote;
    Out += Word;
    Out += Quote;
  }
  return Out;
}
