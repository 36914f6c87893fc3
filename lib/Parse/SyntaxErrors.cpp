//===- SyntaxErrors.cpp - wording of syntax errors ------------------------===//
//
// Bison says where the first wrong token is; this says it in the compiler's
// words. What the compiler's parser would be doing at that token is read off
// the parser's stack: LALR default reductions have reduced what is complete, so
// that the symbol on top, and the ones below it, name the list or construct at
// hand. Where they say nothing special, the tokens that the state takes tell
// whether an expression, a type or a name is missing.
//
//===----------------------------------------------------------------------===//

#include "ParseActions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace otelrewrite;

namespace {

/// Words for one error. Plain: they stand alone; else they follow "unexpected
/// X".
struct Wording {
  std::string Text;
  bool IsPlain = false;
  TokenIndex At = NoToken; // the token ahead, unless given
  diag::Kind Kind = diag::err_syntax;
};

class SyntaxErrorContext {
public:
  SyntaxErrorContext(const TokenBuffer &Tokens, TokenIndex Ahead,
                     const std::vector<Node *> &Decls,
                     ArrayRef<StringRef> Stack, ArrayRef<StringRef> Expected,
                     bool IsHeaderFull)
      : Tokens(Tokens), Ahead(Ahead), Decls(Decls), Stack(Stack),
        Expected(Expected), IsHeaderFull(IsHeaderFull) {}

  Wording describe() const;

private:
  StringRef at(size_t I) const { return I < Stack.size() ? Stack[I] : ""; }
  bool takes(StringRef Token) const { return is_contained(Expected, Token); }
  tok::Kind ahead() const { return Tokens.kind(Ahead); }
  tok::Kind before() const {
    return Ahead ? Tokens.kind(Ahead - 1) : tok::EndOfFile;
  }
  /// The stack, top first, begins with \p Symbols.
  bool isOn(std::initializer_list<StringRef> Symbols) const {
    size_t I = 0;
    for (StringRef S : Symbols)
      if (at(I++) != S)
        return false;
    return true;
  }
  /// The first of \p Symbols from \p From downwards, or "".
  StringRef nearest(std::initializer_list<StringRef> Symbols,
                    size_t From = 0) const {
    for (size_t I = From; I < Stack.size(); ++I)
      if (is_contained(Symbols, Stack[I]))
        return Stack[I];
    return "";
  }
  bool wantsExpression() const { return takes("literal") && takes("("); }
  bool wantsType() const { return takes("struct") && takes("map"); }

  Wording describeTopLevel() const;
  Wording describeStatementEnd() const;
  Wording describeHeader(StringRef Keyword, bool HasSemi) const;
  Wording describeHeaderStart(StringRef Keyword) const;
  Wording describeBraceAfterValue() const;
  Wording describeMissing() const;
  /// The bracket that the one open at the token ahead began with.
  TokenIndex openBracket() const;

  const TokenBuffer &Tokens;
  TokenIndex Ahead;
  const std::vector<Node *> &Decls;
  ArrayRef<StringRef> Stack;
  ArrayRef<StringRef> Expected;
  bool IsHeaderFull;
};

} // namespace

static Wording plain(StringRef Text, TokenIndex At = NoToken) {
  return {Text.str(), true, At};
}
static Wording expected(StringRef What) { return {", expected " + What.str()}; }
static Wording inList(StringRef List, StringRef Separator, StringRef Close) {
  return {(" in " + List + "; possibly missing " + Separator + " or " + Close)
              .str()};
}

TokenIndex SyntaxErrorContext::openBracket() const {
  unsigned Depth = 0;
  for (TokenIndex I = Ahead; I-- > 0;) {
    switch (Tokens.kind(I)) {
    case tok::RParen:
    case tok::RBracket:
    case tok::RBrace:
      ++Depth;
      break;
    case tok::LParen:
    case tok::LBracket:
    case tok::LBrace:
      if (Depth-- == 0)
        return I;
      break;
    default:
      break;
    }
  }
  return Ahead;
}

Wording SyntaxErrorContext::describeTopLevel() const {
  auto *F = Decls.empty() ? nullptr : dyn_cast<FuncDecl>(Decls.back());
  if (ahead() == tok::LBrace && F && !F->Body)
    return plain("unexpected semicolon or newline before {");
  return plain("non-declaration statement outside function body");
}

/// A statement list cannot go on with the token ahead.
Wording SyntaxErrorContext::describeStatementEnd() const {
  tok::Kind Before = before();
  if (Before == tok::Return)
    return expected("expression");
  // Nothing begins here: the list is over.
  bool IsAtStart =
      tok::isSemicolon(Before) || Before == tok::LBrace || Before == tok::Colon;
  if (!IsAtStart)
    return {" at end of statement"};
  StringRef Around = nearest({":", "{", "{ of a body", "brace"});
  return expected(Around == ":" ? "case or default or }" : "}");
}

/// Behind the header of \p Keyword, which is complete.
Wording SyntaxErrorContext::describeHeader(StringRef Keyword,
                                           bool HasSemi) const {
  if (!HasSemi)
    return expected("{");
  if (Keyword == "switch")
    return plain("missing { after switch clause");
  return expected("{ after if clause");
}

/// Right behind the keyword of a header.
Wording SyntaxErrorContext::describeHeaderStart(StringRef Keyword) const {
  if (Keyword == "if" && ahead() == tok::LBrace)
    return plain("missing condition in if statement");
  if (ahead() == tok::Var) // the compiler has taken it when it complains
    return plain(
        ("var declaration not allowed in " + Keyword + " initializer").str(),
        Ahead + 1);
  return expected("expression");
}

/// `{` behind an operand that is no literal's type: what could stand behind the
/// expression instead.
Wording SyntaxErrorContext::describeBraceAfterValue() const {
  size_t I = 1;
  auto isOperator = [&](StringRef S) {
    return is_contained({"||", "&&", "==", "+", "|", "/", "*", "&", "!", "~"},
                        S) ||
           (S == "<-" && at(I + 1) != "expr");
  };
  while (isOperator(at(I))) {
    ++I;
    if (at(I) == "expr")
      ++I;
  }
  StringRef Below = at(I);
  StringRef Under = at(I + 1);
  if (Below == "(")
    return Under == "primary" ? inList("argument list", "comma", ")")
                              : expected(")");
  if (Below == "," && Under == "args")
    return inList("argument list", "comma", ")");
  if ((Below == "," && Under == "elements1") || Below == "complit_brace" ||
      Below == "brace" ||
      (Below == ":" && (Under == "expr" || Under == "literal_value")))
    return inList("composite literal", "comma", "}");
  if (Below == "[")
    return expected(Under == "primary" ? "comma, : or ]" : "]");
  if (Below == "case" ||
      (Below == "," && Under == "exprs" && at(I + 2) == "case"))
    return expected(":");
  return {" at end of statement"};
}

/// By what the parser would take.
Wording SyntaxErrorContext::describeMissing() const {
  if (wantsExpression())
    return expected("expression");
  if (wantsType())
    return expected("type");
  if (takes("name") && takes("(") && Expected.size() == 2)
    return expected("name or (");
  if (Expected.size() == 1) {
    StringRef Only = Expected[0];
    StringRef Word = StringSwitch<StringRef>(Only)
                         .Case(",", "comma")
                         .Case(";", "semicolon or newline")
                         .Case("{ of a body", "{")
                         .Case("chan", "keyword chan")
                         .Default(Only);
    return expected(Word);
  }
  for (StringRef Close : {"{", ")", "]", "}", ":", "=", "name"})
    if (takes(Close))
      return expected(Close);
  return {};
}

Wording SyntaxErrorContext::describe() const {
  StringRef Top = at(0);
  // A statement may begin here.
  if (takes("return") && takes("goto"))
    return describeStatementEnd();

  //--- Declarations.
  if (Top == "start of file")
    return plain("package statement must be first");
  if (Top == "start" || Top == "decls" || Top == "packageclause" ||
      Top == "start of declarations")
    return describeTopLevel();
  if (Top == "topdecl") // `const x := 1`
    return ahead() == tok::ColonEqual && before() == tok::Identifier
               ? expected("=")
               : Wording{" after top level declaration"};
  bool IsAfterOpen = tok::isSemicolon(before()) || before() == tok::LParen;
  for (StringRef Group :
       {"importspecs", "constspecs", "varspecs", "typespecs"}) {
    if (Top != Group && Top != (Group + "1").str())
      continue;
    if (!IsAfterOpen)
      return inList("grouped declaration", "semicolon or newline", ")");
    return Group == "importspecs" ? plain("missing import path")
                                  : expected("name");
  }
  if (Top == "import" || isOn({"(", "import"}) || isOn({";", "importspecs1"}) ||
      (isOn({"name"}) && (at(1) == "import" || isOn({"name", "(", "import"}) ||
                          isOn({"name", ";", "importspecs1"}))) ||
      (Top == "." && Stack.size() > 1 &&
       (at(1) == "import" || isOn({".", "(", "import"}) ||
        isOn({".", ";", "importspecs1"}))))
    return plain("missing import path");
  if (Top == "const" || Top == "var" || Top == "type" ||
      (Top == "(" && (at(1) == "const" || at(1) == "var" || at(1) == "type")))
    return expected("name");
  if (Top == "names" &&
      nearest({"constspecs1", "const", "var", "varspecs1"}).starts_with("con"))
    return at(1) == "const" ? Wording{" at end of statement"} : expected("=");
  if (Top == "name" && (at(1) == "type" || isOn({"name", "(", "type"}) ||
                        isOn({"name", ";", "typespecs1"})))
    return {" in type declaration"};
  if ((Top == "=" || isOn({"]", "tparams"}) || isOn({"]", "tparams_comma"})) &&
      wantsType() && !wantsExpression())
    return {" in type declaration"};

  //--- Functions.
  if (Top == "func" && (at(1) == "decls"))
    return expected("name or (");
  if (isOn({"receiver", "func", "decls"}))
    return expected("name");
  if (isOn({"name", "receiver", "func", "decls"}) && ahead() == tok::LBracket)
    return plain("method must have no type parameters");
  if (Top == "func" && ahead() == tok::LBracket)
    return plain("function type must have no type parameters");
  if (isOn({"[", "name", "func", "decls"}) && ahead() == tok::RBracket)
    return plain("empty type parameter list");
  if (isOn({"[", "name", "func", "decls"}))
    return expected("]");
  if (isOn({"name", "func", "decls"}))
    return expected("(");
  if (Top == "params" || Top == "params1" || Top == "param")
    return before() == tok::Comma || before() == tok::LParen
               ? expected(")")
               : inList("parameter list", "comma", ")");
  if (Top == "(" && !wantsExpression() && takes(")") && takes("..."))
    return expected(")");
  if (isOn({",", "params1"}))
    return expected(")");
  if (Top == "tparams" || Top == "tparams_comma" || Top == "tparams1" ||
      isOn({"comma", "tparams1"}) || isOn({",", "tparams1"}))
    return before() == tok::Comma ? expected("]")
                                  : inList("parameter list", "comma", "]");
  if (Top == "..." && wantsType() &&
      (at(1) == "name" || at(1) == "(" || at(1) == ","))
    return plain("... is missing type");

  //--- Types.
  if (Top == "chan" || isOn({"<-", "chan"}))
    return plain("missing channel element type");
  if (Top == "fields" || Top == "fields1") {
    bool IsAtStart = tok::isSemicolon(before()) || before() == tok::LBrace;
    if (ahead() == tok::LParen && IsAtStart)
      return plain("cannot parenthesize embedded type");
    bool IsAfterName = before() == tok::Identifier && Ahead >= 2 &&
                       (tok::isSemicolon(Tokens.kind(Ahead - 2)) ||
                        Tokens.kind(Ahead - 2) == tok::LBrace);
    if (IsAfterName)
      return expected("type");
    return IsAtStart ? expected("field name or embedded type")
                     : inList("struct type", "semicolon or newline", "}");
  }
  if (isOn({"*", "brace", "struct"}) || isOn({"*", ";", "fields1"}))
    return ahead() == tok::LParen ? plain("cannot parenthesize embedded type")
                                  : expected("name");
  if (Top == "elems" || Top == "elems1") {
    if (tok::isSemicolon(before()) || before() == tok::LBrace)
      return expected("~ term or type");
    return inList("interface type", "semicolon or newline", "}");
  }
  if (Top == "|" && (at(1) == "union" || at(1) == "tparam_type" ||
                     at(1).starts_with("constraint") ||
                     (at(1) == "name" && !wantsExpression())))
    return expected("~ term or type");
  if ((Top == "types" || isOn({"comma", "types"})) &&
      nearest({"interface", "struct", "(", "stmts"}) == "interface")
    return {"", true, openBracket(), diag::err_interface_method_params};
  if (Top == "[" && ahead() == tok::RBracket) {
    if (at(1) == "primary")
      return expected("operand");
    if (at(1) == "name")
      return expected("type argument list");
  }

  //--- Expressions.
  if (Top == "primary" && ahead() == tok::LBrace)
    return describeBraceAfterValue();
  if (Top == "args" || isOn({"comma", "args"}) || isOn({"comma", "..."}) ||
      isOn({"comma", ",", "args"}))
    return before() == tok::Comma ? expected("expression")
                                  : inList("argument list", "comma", ")");
  if (isOn({",", "args"}))
    return expected("expression");
  if (Top == "elements" || Top == "elements1" || Top == "element" ||
      Top == "literal_value")
    return before() == tok::Comma || before() == tok::LBrace
               ? expected("expression")
               : inList("composite literal", "comma", "}");
  if (Top == "oexpr" || Top == "expr") {
    size_t Below = 1;
    if (before() == tok::LBracket)
      return expected(ahead() == tok::RBracket ? "operand" : "expression");
    if (at(Below) == "(")
      return expected(")");
    if (at(Below) == "[" && at(Below + 1) == "primary")
      return expected("comma, : or ]");
    if (at(Below) == "[")
      return ahead() == tok::Comma ? plain("unexpected comma; expected ]")
                                   : expected("]");
    if (Top == "oexpr" && at(Below) == ":")
      return before() == tok::Colon ? expected("expression") : expected("]");
  }
  if (Top == "otypes" || Top == "types")
    return expected("]");

  //--- Statements.
  if (Top == "stmts")
    return describeStatementEnd();
  if (Top == "clauses" || Top == "commclauses") {
    bool IsAtStart = tok::isSemicolon(before()) || before() == tok::LBrace ||
                     before() == tok::Colon;
    return IsAtStart ? expected("case or default or }")
                     : Wording{" at end of statement"};
  }
  if (Top == "header" || Top == "oheader" || Top == "simple" ||
      Top == "osimple" || Top == "forcond" || Top == "if" || Top == "for" ||
      Top == "switch") {
    if (Top == "simple" && at(1) == "case")
      return expected(":");
    switch (before()) {
    case tok::If:
    case tok::For:
    case tok::Switch:
      return describeHeaderStart(tok::getName(before()));
    default:
      break;
    }
    StringRef Keyword = nearest({"if", "for", "switch"});
    bool IsAfterSemi = tok::isSemicolon(before());
    unsigned Semis = 0;
    for (size_t I = 0; at(I) != Keyword && I < Stack.size(); ++I)
      Semis += at(I) == ";";
    if (Top == "header" || Top == "oheader")
      Semis = IsHeaderFull;
    if (Keyword != "for")
      return IsAfterSemi ? expected("expression")
                         : describeHeader(Keyword, Semis != 0);
    if (IsAfterSemi)
      return Semis == 1 && ahead() == tok::LBrace
                 ? expected("for loop condition")
                 : expected("expression");
    if (Semis == 0)
      return expected("{");
    return Semis == 1 ? expected("semicolon or newline")
                      : expected("{ after for clause");
  }
  if (Top == "select")
    return plain("missing { after select clause");
  if (Top == "else")
    return plain("else must be followed by if or statement block");
  if (Top == "forheader")
    return expected("{ after for clause");
  if (Top == "exprs") {
    if (at(1) == "case")
      return expected(":");
    return expected(":= or = or comma");
  }
  return describeMissing();
}

void ParseActions::syntaxError(ArrayRef<StringRef> Stack,
                               ArrayRef<StringRef> Expected) {
  TokenIndex Ahead = Cursor - 1;
  if (Ahead == LastRecovery)
    return; // recovery led nowhere
  // Behind another error the end of the file is a consequence.
  if (Tokens.kind(Ahead) == tok::EndOfFile &&
      !(Errors.empty() && Tokens.errors().empty()))
    return;
  // So is a brace too many behind a declaration with an error.
  if (Tokens.kind(Ahead) == tok::RBrace && !Errors.empty() && !Decls.empty() &&
      !Stack.empty() &&
      (Stack.front() == "start" || Stack.front() == "decls") &&
      Errors.back().Range.Begin >= Tokens.begin(Decls.back()->First))
    return;
  Wording W = SyntaxErrorContext(Tokens, Ahead, Decls, Stack, Expected,
                                 IsLastHeaderFull)
                  .describe();
  TokenIndex At = W.At == NoToken ? Ahead : W.At;
  if (W.IsPlain)
    error(At, W.Kind, {std::move(W.Text)});
  else
    unexpected(At, std::move(W.Text));
}
