//===- Template.cpp - the part of text/template rules use -----------------===//

#include "otelrewrite/Rules/Template.h"

#include "otelrewrite/Basic/Nearest.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

static constexpr TemplateField Fields[] = {
    {"FuncName", 0},          {"FuncArgument", 1},    {"FuncReturn", 1},
    {"FuncArgumentCount", 0}, {"FuncReturnCount", 0}, {"FuncArgumentOfType", 1},
    {"FuncReturnOfType", 1},  {"DirectiveArgs", 0},   {"DirectiveArg", 1},
    {"PackageName", 0},       {"ImportPath", 0},
};
ArrayRef<TemplateField> otelrewrite::getTemplateFields() { return Fields; }

/// Functions of pipelines and how many arguments they take.
static constexpr struct {
  StringRef Name;
  unsigned Min, Max;
} Functions[] = {{"printf", 1, 99}, {"print", 0, 99}, {"println", 0, 99},
                 {"len", 1, 1},     {"index", 2, 2},  {"eq", 2, 99},
                 {"ne", 2, 2},      {"lt", 2, 2},     {"le", 2, 2},
                 {"gt", 2, 2},      {"ge", 2, 2},     {"and", 1, 99},
                 {"or", 1, 99},     {"not", 1, 1}};

struct Template::Pipe {
  /// An operand: `.`, `.Name`, `$v`, `"text"`, `1`, `true`, a function's name,
  /// or a pipeline in parentheses.
  struct Operand {
    enum class Kind : uint8_t {
      Dot,
      Field,
      Variable,
      Constant,
      Function,
      Paren
    };
    Kind Type = Kind::Dot;
    std::string Name;   // Field, Variable, Function
    std::string Suffix; // `.Key` behind a variable or parentheses
    TemplateValue Value;
    std::unique_ptr<Pipe> Inner;
    SourceRange Range;
  };
  using Command = std::vector<Operand>;
  std::vector<std::string> Vars; // `$i, $x := …`
  bool IsAssignment = false;
  std::vector<Command> Commands;
};

struct Template::Node {
  enum class Kind : uint8_t { Text, Output, If, Range, With };
  Kind Type = Kind::Text;
  SourceRange At; // of the text, or of the action
  Pipe Value;
  std::vector<Node> Then, Else;
};

Template::Template() = default;
Template::~Template() = default;
Template::Template(Template &&) = default;
Template &Template::operator=(Template &&) = default;
bool Template::hasActions() const {
  return any_of(Nodes,
                [](const Node &N) { return N.Type != Node::Kind::Text; });
}

bool TemplateValue::isTrue() const {
  switch (Type) {
  case Kind::String:
    return !Text.empty();
  case Kind::Int:
    return Number != 0;
  case Kind::Bool:
    return Truth;
  case Kind::List:
    return !Elements.empty();
  case Kind::Pair:
    return true;
  }
  llvm_unreachable("unknown value");
}

std::string TemplateValue::print() const {
  switch (Type) {
  case Kind::String:
    return Text;
  case Kind::Int:
    return std::to_string(Number);
  case Kind::Bool:
    return Truth ? "true" : "false";
  case Kind::Pair:
    return "{" + Text + " " + Second + "}";
  case Kind::List: {
    std::string Out = "[";
    for (const TemplateValue &E : Elements)
      Out += (Out.size() > 1 ? " " : "") + E.print();
    return Out + "]";
  }
  }
  llvm_unreachable("unknown value");
}

static std::string quote(StringRef S) {
  std::string Out = "\"";
  for (char C : S) {
    if (C == '"' || C == '\\')
      (Out += '\\') += C;
    else if (C == '\n')
      Out += "\\n";
    else if (C == '\t')
      Out += "\\t";
    else if (static_cast<unsigned char>(C) < 0x20 || C == 0x7f)
      (Out += "\\x") += toHex(StringRef(&C, 1), /*LowerCase=*/true);
    else
      Out += C;
  }
  return Out + "\"";
}

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

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
      const TemplateField *F = find_if(
          Fields, [&](const TemplateField &F) { return F.Name == Head.Name; });
      if (F != std::end(Fields) && F->NumArgs != NumArgs)
        wrong(F->NumArgs);
    } else if (Head.Type == Operand::Kind::Function) {
      for (const auto &F : Functions)
        if (F.Name == Head.Name && (NumArgs < F.Min || NumArgs > F.Max))
          wrong(F.Min);
    } else if (NumArgs) {
      fail(Head.Range, "a value takes no arguments");
    }
  }
  return P;
}

bool TemplateParser::parseString(Operand &O) {
  char Quote = Text[At];
  uint32_t From = At++;
  std::string Out;
  while (At < End && Text[At] != Quote) {
    char C = Text[At++];
    if (C == '\\' && Quote == '"' && At < End) {
      C = Text[At++];
      C = C == 'n' ? '\n' : C == 't' ? '\t' : C;
    }
    Out += C;
  }
  if (At >= End) {
    fail({From, End}, "this string has no end");
    return false;
  }
  ++At;
  O.Type = Operand::Kind::Constant;
  O.Value = TemplateValue::string(std::move(Out));
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
      if (none_of(Functions, [&](auto &F) { return F.Name == Word; }))
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
    if (!IsPairField && none_of(Fields, [&](const TemplateField &F) {
          return F.Name == O.Name;
        })) {
      NearestName Near(O.Name, /*MaxDistance=*/3, NearestName::Case::Ignored);
      for (const TemplateField &F : Fields)
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

//===----------------------------------------------------------------------===//
// Rendering
//===----------------------------------------------------------------------===//

namespace {
class Renderer {
public:
  Renderer(TemplateFields Fields, std::optional<TemplateError> &Err,
           std::optional<bool> Forced,
           std::vector<std::pair<uint32_t, uint32_t>> *Origins)
      : Fields(Fields), Err(Err), Forced(Forced), Origins(Origins) {}
  using Node = Template::Node;
  using Pipe = Template::Pipe;
  using Operand = Pipe::Operand;

  void render(ArrayRef<Node> Nodes);
  std::string Out;
  StringRef Text;

private:
  TemplateValue evaluate(const Pipe &P);
  TemplateValue evaluate(const Operand &O);
  TemplateValue field(StringRef Name, ArrayRef<TemplateValue> Args,
                      SourceRange At);
  TemplateValue select(TemplateValue V, StringRef Name, SourceRange At);
  TemplateValue call(const Operand &F, MutableArrayRef<TemplateValue> Args);
  std::string format(const Operand &F, ArrayRef<TemplateValue> Args);
  void fail(SourceRange R, std::string Message) {
    if (!Err)
      Err = TemplateError{R, std::move(Message)};
  }
  void define(StringRef Name, TemplateValue V) {
    Vars.push_back({Name.str(), std::move(V)});
  }

  TemplateFields Fields;
  std::optional<TemplateError> &Err;
  std::optional<bool> Forced;
  std::vector<std::pair<uint32_t, uint32_t>> *Origins;
  std::vector<std::pair<std::string, TemplateValue>> Vars;
  std::optional<TemplateValue> Dot; // none: the data itself
};
} // namespace

TemplateValue Renderer::field(StringRef Name, ArrayRef<TemplateValue> Args,
                              SourceRange At) {
  std::string Problem;
  auto V = Fields(Name, Args, Problem);
  if (V)
    return std::move(*V);
  fail(At, Problem);
  return {};
}

TemplateValue Renderer::select(TemplateValue V, StringRef Name,
                               SourceRange At) {
  if (Name.empty())
    return V;
  if (V.Type == TemplateValue::Kind::Pair && Name == "Key")
    return TemplateValue::string(V.Text);
  if (V.Type == TemplateValue::Kind::Pair && Name == "Value")
    return TemplateValue::string(V.Second);
  if (Forced)
    return TemplateValue::string("x");
  fail(At, "this value has no field `." + Name.str() + "`");
  return {};
}

TemplateValue Renderer::evaluate(const Operand &O) {
  switch (O.Type) {
  case Operand::Kind::Dot:
    return Dot ? *Dot : field("", {}, O.Range);
  case Operand::Kind::Field:
    if (Dot)
      return select(*Dot, O.Name, O.Range);
    return field(O.Name, {}, O.Range);
  case Operand::Kind::Variable:
    if (O.Name.empty())
      return field(O.Suffix, {}, O.Range);
    for (auto &V : reverse(Vars))
      if (V.first == O.Name)
        return select(V.second, O.Suffix, O.Range);
    fail(O.Range, "there is no variable `$" + O.Name + "`");
    return {};
  case Operand::Kind::Constant:
    return O.Value;
  case Operand::Kind::Function:
    return call(O, {});
  case Operand::Kind::Paren:
    return select(evaluate(*O.Inner), O.Suffix, O.Range);
  }
  llvm_unreachable("unknown operand");
}

TemplateValue Renderer::evaluate(const Pipe &P) {
  std::optional<TemplateValue> Value;
  for (const Pipe::Command &C : P.Commands) {
    SmallVector<TemplateValue, 4> Args;
    for (const Operand &O : ArrayRef(C).drop_front())
      Args.push_back(evaluate(O));
    if (Value)
      Args.push_back(std::move(*Value));
    const Operand &Head = C.front();
    if (Err)
      return {};
    if (Head.Type == Operand::Kind::Function)
      Value = call(Head, Args);
    else if (Head.Type == Operand::Kind::Field && !Dot)
      Value = field(Head.Name, Args, Head.Range);
    else
      Value = evaluate(Head);
    if (Err)
      return {};
  }
  return std::move(*Value);
}

std::string Renderer::format(const Operand &F, ArrayRef<TemplateValue> Args) {
  StringRef Format = Args[0].Text;
  std::string Out;
  size_t Next = 1;
  for (size_t I = 0; I < Format.size(); ++I) {
    if (Format[I] != '%') {
      Out += Format[I];
      continue;
    }
    size_t Verb = I + 1;
    while (Verb < Format.size() &&
           StringRef("+-# 0123456789.").contains(Format[Verb]))
      ++Verb;
    char C = Verb < Format.size() ? Format[Verb] : '!';
    StringRef Flags = Format.slice(I + 1, Verb);
    I = Verb;
    if (C == '%') {
      Out += '%';
      continue;
    }
    if (Next >= Args.size()) {
      fail(F.Range, std::string("printf has no argument for %") + C);
      return Out;
    }
    const TemplateValue &V = Args[Next++];
    std::string One;
    if (C == 'q')
      One = quote(V.print());
    else if (C == 'd' && V.Type == TemplateValue::Kind::Int)
      One = std::to_string(V.Number);
    else if (C == 's' || C == 'v' || C == 't')
      One = V.print();
    else
      fail(F.Range, std::string("printf cannot print this value with %") + C);
    unsigned Width = 0;
    bool IsLeft = Flags.consume_front("-");
    char Fill = Flags.starts_with("0") ? '0' : ' ';
    if (!Flags.getAsInteger(10, Width) && Width < 1000 && One.size() < Width)
      IsLeft ? One.append(Width - One.size(), ' ')
             : One.insert(0, Width - One.size(), Fill);
    Out += One;
  }
  if (Next < Args.size())
    fail(F.Range, "printf has an argument too many");
  return Out;
}

static int compare(const TemplateValue &A, const TemplateValue &B) {
  if (A.Type == TemplateValue::Kind::Int && B.Type == A.Type)
    return A.Number < B.Number ? -1 : A.Number > B.Number;
  return StringRef(A.print()).compare(B.print());
}

TemplateValue Renderer::call(const Operand &F,
                             MutableArrayRef<TemplateValue> Args) {
  StringRef N = F.Name;
  if (N == "printf")
    return TemplateValue::string(format(F, Args));
  if (N == "print" || N == "println") {
    // As fmt.Sprint: blanks where neither side is a string.
    std::string S;
    for (size_t I = 0; I < Args.size(); ++I) {
      auto isString = [](const TemplateValue &V) {
        return V.Type == TemplateValue::Kind::String;
      };
      if (I &&
          (N == "println" || (!isString(Args[I]) && !isString(Args[I - 1]))))
        S += ' ';
      S += Args[I].print();
    }
    return TemplateValue::string(N == "print" ? S : S + "\n");
  }
  // With names in place of values, types say nothing.
  if (!Forced && N == "len" && Args[0].Type != TemplateValue::Kind::List &&
      Args[0].Type != TemplateValue::Kind::String) {
    fail(F.Range, "len needs a string or a list");
    return {};
  }
  bool IsComparison = N == "eq" || N == "ne" || N == "lt" || N == "le" ||
                      N == "gt" || N == "ge";
  if (!Forced && IsComparison)
    for (auto &A : Args.drop_front())
      if (A.Type != Args[0].Type) {
        fail(F.Range, "`" + N.str() + "` cannot compare `" + Args[0].print() +
                          "` with `" + A.print() + "`");
        return {};
      }
  if (N == "len")
    return TemplateValue::integer(
        Args[0].Type == TemplateValue::Kind::List
            ? static_cast<int64_t>(Args[0].Elements.size())
            : static_cast<int64_t>(Args[0].print().size()));
  if (N == "index") {
    auto I = static_cast<uint64_t>(Args[1].Number);
    if (I < Args[0].Elements.size())
      return Args[0].Elements[I];
    if (Forced)
      return TemplateValue::string("x");
    fail(F.Range, "index " + Args[1].print() + " is out of range");
    return {};
  }
  if (N == "eq") {
    for (auto &A : Args.drop_front())
      if (compare(Args[0], A) == 0)
        return TemplateValue::boolean(true);
    return TemplateValue::boolean(false);
  }
  if (N == "not")
    return TemplateValue::boolean(!Args[0].isTrue());
  if (N == "and" || N == "or") {
    for (auto &A : Args)
      if (A.isTrue() == (N == "or"))
        return A;
    return Args.back();
  }
  int Order = compare(Args[0], Args[1]);
  return TemplateValue::boolean(N == "ne"   ? Order != 0
                                : N == "lt" ? Order < 0
                                : N == "le" ? Order <= 0
                                : N == "gt" ? Order > 0
                                            : Order >= 0);
}

void Renderer::render(ArrayRef<Node> Nodes) {
  for (const Node &N : Nodes) {
    if (Err || Out.size() > (1 << 20))
      return;
    size_t Scope = Vars.size();
    switch (N.Type) {
    case Node::Kind::Text:
      if (Origins)
        Origins->push_back({static_cast<uint32_t>(Out.size()), N.At.Begin});
      Out += Text.slice(N.At.Begin, N.At.End);
      break;
    case Node::Kind::Output: {
      TemplateValue V = evaluate(N.Value);
      if (!N.Value.Vars.empty()) {
        const std::string &Name = N.Value.Vars.front();
        bool Found = false;
        if (N.Value.IsAssignment)
          for (auto &Var : reverse(Vars))
            if (Var.first == Name) {
              Var.second = V;
              Found = true;
              break;
            }
        if (!Found)
          define(Name, std::move(V));
        continue;
      }
      if (Origins)
        Origins->push_back({static_cast<uint32_t>(Out.size()), N.At.Begin});
      Out += V.print();
      continue;
    }
    case Node::Kind::If:
    case Node::Kind::With: {
      TemplateValue V = evaluate(N.Value);
      bool IsTrue = Forced.value_or(V.isTrue());
      for (const std::string &Name : N.Value.Vars)
        define(Name, V);
      std::optional<TemplateValue> Outer = Dot;
      if (N.Type == Node::Kind::With && IsTrue)
        Dot = std::move(V);
      render(IsTrue ? N.Then : N.Else);
      Dot = std::move(Outer);
      break;
    }
    case Node::Kind::Range: {
      TemplateValue V = evaluate(N.Value);
      if (V.Type == TemplateValue::Kind::Int) {
        int64_t Count = std::clamp<int64_t>(V.Number, 0, 1000);
        for (int64_t I = 0; I < Count; ++I)
          V.Elements.push_back(TemplateValue::integer(I));
      } else if (V.Type != TemplateValue::Kind::List && !Forced && !Err) {
        fail(N.At, "range needs a list or a count");
      }
      if (Forced) {
        V.Elements.clear();
        if (*Forced)
          V.Elements.push_back(TemplateValue::pair("x", "x"));
      }
      std::optional<TemplateValue> Outer = Dot;
      for (size_t I = 0; I < V.Elements.size(); ++I) {
        size_t Inner = Vars.size();
        ArrayRef<std::string> Names = N.Value.Vars;
        if (Names.size() > 1)
          define(Names[0], TemplateValue::integer(static_cast<int64_t>(I)));
        if (!Names.empty())
          define(Names.back(), V.Elements[I]);
        Dot = V.Elements[I];
        render(N.Then);
        Vars.resize(Inner);
      }
      Dot = std::move(Outer);
      if (V.Elements.empty())
        render(N.Else);
      break;
    }
    }
    Vars.resize(Scope);
  }
}

std::string
Template::render(TemplateFields Fields, std::optional<TemplateError> &Err,
                 std::optional<bool> Forced,
                 std::vector<std::pair<uint32_t, uint32_t>> *Origins) const {
  Renderer R(Fields, Err, Forced, Origins);
  R.Text = Source;
  R.render(Nodes);
  return std::move(R.Out);
}
