//===- TemplateParser.cpp - a template's text to its tree -----------------===//

#include "TemplateFunctions.h"
#include "TemplateTree.h"

#include "otelrewrite/Basic/Nearest.h"
#include "otelrewrite/Lex/Unquote.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace otelrewrite;

static const TemplateField *findField(StringRef Name) {
  ArrayRef<TemplateField> Fields = getTemplateFields();
  const auto *F =
      find_if(Fields, [&](const TemplateField &F) { return F.Name == Name; });
  return F == Fields.end() ? nullptr : F;
}

namespace otelrewrite {
class TemplateParser {
public:
  TemplateParser(StringRef Text, std::optional<TemplateError> &Err)
      : Text(Text), Err(Err) {}
  Template run() {
    Template T;
    T.Source = Text.str();
    parseList(T.Nodes, /*Depth=*/0);
    if (!Err && !Closer.empty())
      fail(CloserAt, "unexpected {{" + Closer + "}}");
    T.HasControl = HasControl;
    T.UsesDot = UsesDot;
    return T;
  }

private:
  using Node = Template::Node;
  using Pipe = Template::Pipe;
  using Operand = Pipe::Operand;
  void fail(SourceRange R, std::string Message) {
    if (!Err)
      Err = TemplateError{R, std::move(Message)};
  }
  void parseList(std::vector<Node> &Out, unsigned Depth);
  void parseControl(Node &N, unsigned Depth, StringRef Word);
  void skipBlanks() {
    while (At < End && isSpace(Text[At]))
      ++At;
  }
  bool isWord(char C) const { return isAlnum(C) || C == '_'; }
  StringRef takeWord() {
    uint32_t From = At;
    while (At < End && isWord(Text[At]))
      ++At;
    return Text.slice(From, At);
  }
  Pipe parsePipe(unsigned Depth);
  bool parseOperand(Operand &O, unsigned Depth);
  bool parseString(Operand &O);

  StringRef Text;
  std::optional<TemplateError> &Err;
  uint32_t At = 0, End = 0; // inside an action
  uint32_t Next = 0;        // behind it
  SourceRange Action;
  bool HasControl = false, UsesDot = false;
  std::string Closer; // `end`, `else` or `else if`, read and not used yet
  SourceRange CloserAt;
};
} // namespace otelrewrite

void TemplateParser::parseList(std::vector<Node> &Out, unsigned Depth) {
  if (Depth > 50)
    return fail(Action, "actions are nested too deeply");
  while (!Err) {
    size_t Open = Text.find("{{", Next);
    bool HasTrim = Open != StringRef::npos && Open + 3 < Text.size() &&
                   Text[Open + 2] == '-' && isSpace(Text[Open + 3]);
    uint32_t TextEnd = std::min<size_t>(Open, Text.size());
    if (HasTrim)
      while (TextEnd > Next && isSpace(Text[TextEnd - 1]))
        --TextEnd;
    if (TextEnd > Next) {
      Node N;
      N.At = {Next, TextEnd};
      Out.push_back(std::move(N));
    }
    if (Open == StringRef::npos) {
      Next = static_cast<uint32_t>(Text.size());
      return;
    }
    At = static_cast<uint32_t>(Open) + (HasTrim ? 3 : 2);
    // `}}` in a string does not end the action; a comment ends it.
    size_t Close = At;
    StringRef Inside = Text.substr(At).ltrim();
    if (Inside.starts_with("/*")) {
      Close = Text.find("*/", At);
      Close = Close == StringRef::npos ? Close : Text.find("}}", Close);
    } else {
      char Quote = 0;
      for (; Close < Text.size(); ++Close) {
        char C = Text[Close];
        if (Quote) {
          if (C == '\\' && Quote != '`')
            ++Close;
          else if (C == Quote)
            Quote = 0;
        } else if (C == '"' || C == '`' || C == '\'') {
          Quote = C;
        } else if (C == '}' && Text.substr(Close).starts_with("}}")) {
          break;
        }
      }
      if (Close >= Text.size())
        Close = StringRef::npos;
    }
    if (Close == StringRef::npos)
      return fail(
          {static_cast<uint32_t>(Open), static_cast<uint32_t>(Open) + 2},
          "this `{{` has no `}}`; Go's own adjacent braces need a "
          "blank between them");
    End = static_cast<uint32_t>(Close);
    Next = End + 2;
    Action = {static_cast<uint32_t>(Open), Next};
    if (End >= At + 2 && Text[End - 1] == '-' && isSpace(Text[End - 2])) {
      --End;
      while (Next < Text.size() && isSpace(Text[Next]))
        ++Next;
    }
    if (Inside.starts_with("/*"))
      continue;
    skipBlanks();
    uint32_t Begin = At;
    StringRef Word = takeWord();
    if (Word == "end" || Word == "else") {
      skipBlanks();
      Closer = Word.str();
      CloserAt = Action;
      if (Word == "end" && At != End)
        fail({At, End}, "unexpected text behind `end`");
      return;
    }
    Node N;
    N.At = Action;
    if (Word == "if" || Word == "range" || Word == "with") {
      parseControl(N, Depth, Word);
    } else if (Word == "template" || Word == "define" || Word == "block" ||
               Word == "break" || Word == "continue") {
      fail({Begin, At}, "`" + Word.str() + "` is not supported in rules");
    } else {
      At = Begin;
      N.Type = Node::Kind::Output;
      N.Value = parsePipe(0);
    }
    Out.push_back(std::move(N));
  }
}

void TemplateParser::parseControl(Node &N, unsigned Depth, StringRef Word) {
  HasControl = true;
  N.Type = Word == "if"      ? Node::Kind::If
           : Word == "range" ? Node::Kind::Range
                             : Node::Kind::With;
  SourceRange Opening = Action;
  N.Value = parsePipe(0);
  parseList(N.Then, Depth + 1);
  if (Err)
    return;
  if (Closer == "else") {
    Closer.clear();
    if (At != End) {
      uint32_t Begin = At;
      StringRef Next = takeWord();
      if (Next != "if" && Next != "with")
        return fail({Begin, End}, "expected `if` behind `else`");
      Node Inner;
      Inner.At = Action;
      parseControl(Inner, Depth + 1, Next);
      N.Else.push_back(std::move(Inner));
      return; // its end is ours
    }
    parseList(N.Else, Depth + 1);
    if (Err)
      return;
  }
  if (Closer != "end")
    return fail(Opening, "`" + Word.str() + "` has no {{end}}");
  Closer.clear();
}

Template::Pipe TemplateParser::parsePipe(unsigned Depth) {
  Pipe P;
  skipBlanks();
  // `$a, $b :=`
  uint32_t Saved = At;
  while (At < End && Text[At] == '$') {
    ++At;
    P.Vars.push_back(takeWord().str());
    skipBlanks();
    if (At < End && Text[At] == ',') {
      ++At;
      skipBlanks();
      continue;
    }
    break;
  }
  if (!P.Vars.empty() && Text.slice(At, End).starts_with(":=")) {
    At += 2;
  } else if (!P.Vars.empty() && Text.slice(At, End).starts_with("=") &&
             !Text.slice(At, End).starts_with("==")) {
    At += 1;
    P.IsAssignment = true;
  } else {
    P.Vars.clear();
    At = Saved;
  }
  if (Depth > 50) {
    fail(Action, "parentheses are nested too deeply");
    return P;
  }
  P.Commands.emplace_back();
  while (!Err) {
    skipBlanks();
    if (At >= End || Text[At] == ')')
      break;
    if (Text[At] == '|') {
      if (P.Commands.back().empty())
        fail({At, At + 1}, "nothing stands before `|`");
      P.Commands.emplace_back();
      ++At;
      continue;
    }
    Operand O;
    if (!parseOperand(O, Depth))
      return P;
    P.Commands.back().push_back(std::move(O));
  }
  if (!Err && P.Commands.back().empty())
    fail(Action, "an action is empty; write a field, as in `{{ .FuncName }}`");
  if (!Err && Depth == 0 && At < End)
    fail({At, At + 1}, "unexpected `)`");
  if (Err)
    return P;
  for (size_t I = 0; I < P.Commands.size(); ++I) {
    Pipe::Command &C = P.Commands[I];
    Operand &Head = C.front();
    size_t NumArgs = C.size() - 1 + (I != 0);
    auto wrong = [&](unsigned Min) {
      fail(Head.Range, "`" + Head.Name + "` takes " + std::to_string(Min) +
                           (Min == 1 ? " argument, not " : " arguments, not ") +
                           std::to_string(NumArgs));
    };
    if (Head.Type == Operand::Kind::Field) {
      const TemplateField *F = findField(Head.Name);
      if (F && F->NumArgs != NumArgs)
        wrong(F->NumArgs);
    } else if (Head.Type == Operand::Kind::Function) {
      const TemplateFunction *F = findTemplateFunction(Head.Name);
      if (F && (NumArgs < F->MinArgs || NumArgs > F->MaxArgs))
        wrong(F->MinArgs);
    } else if (NumArgs) {
      fail(Head.Range, "a value takes no arguments");
    }
  }
  return P;
}

bool TemplateParser::parseString(Operand &O) {
  uint32_t From = At;
  char Quote = Text[At++];
  while (At < End && Text[At] != Quote)
    At += Text[At] == '\\' && Quote == '"' ? 2 : 1;
  if (At >= End) {
    fail({From, End}, "this string has no end");
    return false;
  }
  ++At;
  O.Type = Operand::Kind::Constant;
  O.Value = TemplateValue::string(unquote(Text.slice(From, At)));
  O.Range = {From, At};
  return true;
}

bool TemplateParser::parseOperand(Operand &O, unsigned Depth) {
  uint32_t From = At;
  char C = Text[At];
  if (C == '"' || C == '`')
    return parseString(O);
  if (C == '(') {
    ++At;
    O.Type = Operand::Kind::Paren;
    O.Inner = std::make_unique<Pipe>(parsePipe(Depth + 1));
    if (Err)
      return false;
    if (At >= End || Text[At] != ')') {
      fail({From, From + 1}, "this `(` has no `)`");
      return false;
    }
    ++At;
  } else if (C == '$') {
    ++At;
    O.Type = Operand::Kind::Variable;
    O.Name = takeWord().str();
  } else if (C == '.') {
    ++At;
    O.Name = takeWord().str();
    O.Type = O.Name.empty() ? Operand::Kind::Dot : Operand::Kind::Field;
    UsesDot |= O.Name.empty();
  } else if (isDigit(C) || ((C == '-' || C == '+') && At + 1 < End &&
                            isDigit(Text[At + 1]))) {
    ++At;
    while (At < End && isDigit(Text[At]))
      ++At;
    int64_t N = 0;
    if (Text.slice(From, At).ltrim('+').getAsInteger(10, N))
      fail({From, At}, "this number is too large");
    O.Type = Operand::Kind::Constant;
    O.Value = TemplateValue::integer(N);
  } else if (isWord(C)) {
    StringRef Word = takeWord();
    if (Word == "true" || Word == "false") {
      O.Type = Operand::Kind::Constant;
      O.Value = TemplateValue::boolean(Word == "true");
    } else {
      O.Type = Operand::Kind::Function;
      O.Name = Word.str();
      if (!findTemplateFunction(Word))
        fail({From, At}, "there is no function `" + Word.str() + "`");
    }
  } else {
    fail({From, From + 1},
         "unexpected `" + Text.substr(From, 1).str() + "` in an action");
    return false;
  }
  O.Range = {From, At};
  if (O.Type == Operand::Kind::Field) {
    bool IsPairField = O.Name == "Key" || O.Name == "Value";
    if (!IsPairField && !findField(O.Name)) {
      NearestName Near(O.Name, /*MaxDistance=*/3, NearestName::Case::Ignored);
      for (const TemplateField &F : getTemplateFields())
        Near.consider(F.Name);
      fail(O.Range, "there is no field `." + O.Name + "`" +
                        (Near.get().empty()
                             ? ""
                             : "; did you mean `." + Near.get().str() + "`?"));
    }
  }
  if ((O.Type == Operand::Kind::Variable || O.Type == Operand::Kind::Paren) &&
      At < End && Text[At] == '.') {
    ++At;
    O.Suffix = takeWord().str();
  }
  return !Err;
}

Template Template::parse(StringRef Text, std::optional<TemplateError> &Err) {
  return TemplateParser(Text, Err).run();
}
