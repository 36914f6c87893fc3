//===- go.y - the grammar of Go 1.26 (Bison, LALR(1)) ---------------------===//
//
// Productions, each with one call into ParseActions (lib/Parse). Where Go is
// not LALR(1) the grammar takes a superset, and the actions decide or complain:
// see the notes at the productions.
//
// The token feed (ParseActions::next) helps in one place: a `{` that must open
// the body of an if, for, switch or select is BODY, since only the context tells
// it from a composite literal's. It is BODY outside of brackets between such a
// keyword and its body. A brace of a type or of a function literal may arrive as
// either; brace marks it, so that the feed goes on looking for the body behind
// the matching `}`. That needs the reduction to happen before the next token is
// read, which Bison guarantees for states with a single, default, reduction.
//
// Conflicts: see %expect.
//
//===----------------------------------------------------------------------===//

%require "3.8"
%language "c"
%define api.pure full
%define api.token.raw
%define api.value.type {otelrewrite::ParseValue}
%define api.prefix {otelgo}
%define parse.error custom
%param {otelrewrite::ParseActions &P}

// One shift/reduce conflict, resolved by the default, shift: `[` after the name
// at the start of tparams. Shift takes `P []C` and `P [n]C` as a name with its
// constraint; reduce would take `P[…]` as an index expression, which no valid
// program has there.
%expect 1

%code top {
#include "ParseActions.h"
// ParseValue is trivial: Bison may move its stacks.
#define OTELGOSTYPE_IS_TRIVIAL 1
#define YYSTYPE_IS_TRIVIAL 1
#define YYINITDEPTH 256
#define YYMAXDEPTH otelrewrite::ParseActions::MaxDepth
#define YYSTACK_USE_ALLOCA 0
}

%code {
using otelrewrite::NoToken;
static inline int otelgolex(OTELGOSTYPE *Value,
                            otelrewrite::ParseActions &P);
static void otelgoerror(otelrewrite::ParseActions &P, const char *Message) {
  P.stackExhausted();
}
// A state is a short: yy_state_t is declared further down.
static void reportStack(const short *Top,
                        otelrewrite::ParseActions &P);
}

%token <T> START_FILE "start of file"
%token <T> START_DECLS "start of declarations"
%token <T> IDENT "name"
%token <T> LITERAL "literal"
%token <T> BODY "{ of a body"
%token <T> LBRACE "{" RBRACE "}" LPAREN "(" RPAREN ")" LBRACK "[" RBRACK "]"
%token <T> COMMA "," SEMI ";" COLON ":" DOT "." DOTS "..."
%token <T> ASSIGN "=" DEFINE ":=" ASSIGNOP "op=" INCOP "++"
%token <T> ARROW "<-" STAR "*" AMP "&" PIPE "|" TILDE "~" NOT "!"
%token <T> ADDOP "+" MULOP "/" CMPOP "==" ANDAND "&&" OROR "||"
%token <T> BREAK "break" CASE "case" CHAN "chan" CONST "const"
%token <T> CONTINUE "continue" DEFAULT "default" DEFER "defer" ELSE "else"
%token <T> FALLTHROUGH "fallthrough" FOR "for" FUNC "func" GO "go" GOTO "goto"
%token <T> IF "if" IMPORT "import" INTERFACE "interface" MAP "map"
%token <T> PACKAGE "package" RANGE "range" RETURN "return" SELECT "select"
%token <T> STRUCT "struct" SWITCH "switch" TYPE "type" VAR "var"

// An absent result and a type name reach as far as they can: what may continue
// them is shifted; and an error is the innermost statement's.
%precedence SHORT
%precedence error
%precedence "(" "[" "." "{" BODY
%left "||"
%left "&&"
%left "=="
%left "+" "|"
%left "/" "*" "&"
%precedence "<-"
%precedence UNARY

%type <N> importspec constspec varspec typespec topdecl gendecl funcdecl
%type <N> anytype typename bracket_type type_other type_nonrecv
%type <N> structtype interfacetype maptype chantype functype signature result
%type <N> parameters receiver tparamlist elem term union field tag
%type <N> expr primary complit_type literal_value element oexpr
%type <N> stmt simple osimple block body funcbody ifstmt declstmt clause
%type <N> commclause forheader forcond obody tparam_type tparam_first
%type <N> constraint constraint_alone
%type <L> importspecs importspecs1 constspecs constspecs1 varspecs varspecs1
%type <L> typespecs typespecs1 names names2 types otypes exprs
%type <L> params params1 param tparams tparams_comma tparams1 tparam
%type <L> fields fields1 elems elems1
%type <L> elements elements1 args stmts clauses commclauses
%type <L> header oheader
%type <T> brace complit_brace

// What is dropped in recovery leaves the stack of pending nodes, too.
%destructor { P.discard($$); } <L>

%%

start:
  START_FILE packageclause decls
| START_DECLS decls
;

packageclause:
  "package" IDENT ";"                { P.package($1, $2); }
;

decls:
  %empty
| decls topdecl ";"                  { P.topLevel($2); }
;

topdecl:
  "import" importspec                { $$ = P.genDecl($1, $2); }
| "import" "(" importspecs ")"       { $$ = P.genDecl($1, $2, $3, $4); }
| gendecl
| funcdecl
;

gendecl:
  "const" constspec                  { $$ = P.genDecl($1, $2); }
| "const" "(" constspecs ")"         { $$ = P.genDecl($1, $2, $3, $4); }
| "var" varspec                      { $$ = P.genDecl($1, $2); }
| "var" "(" varspecs ")"             { $$ = P.genDecl($1, $2, $3, $4); }
| "type" typespec                    { $$ = P.genDecl($1, $2); }
| "type" "(" typespecs ")"           { $$ = P.genDecl($1, $2, $3, $4); }
;

importspecs: %empty { $$ = P.list(); } | importspecs1 | importspecs1 ";" ;
importspecs1:
  importspec                         { $$ = P.list($1); }
| importspecs1 ";" importspec        { $$ = P.append($1, $3); }
;
importspec:
  LITERAL                            { $$ = P.importSpec(NoToken, $1); }
| IDENT LITERAL                      { $$ = P.importSpec($1, $2); }
| "." LITERAL                        { $$ = P.importSpec($1, $2); }
;

constspecs: %empty { $$ = P.list(); } | constspecs1 | constspecs1 ";" ;
constspecs1:
  constspec                          { $$ = P.list($1); }
| constspecs1 ";" constspec          { $$ = P.append($1, $3); }
;
constspec:
  names                              { $$ = P.valueSpec($1); }
| names anytype                         { $$ = P.valueSpec($1, $2); }
| names anytype "=" exprs               { $$ = P.valueSpec($1, $2, $3, $4); }
| names "=" exprs                    { $$ = P.valueSpec($1, nullptr, $2, $3); }
;

varspecs: %empty { $$ = P.list(); } | varspecs1 | varspecs1 ";" ;
varspecs1:
  varspec                            { $$ = P.list($1); }
| varspecs1 ";" varspec              { $$ = P.append($1, $3); }
;
varspec:
  names anytype                         { $$ = P.valueSpec($1, $2); }
| names anytype "=" exprs               { $$ = P.valueSpec($1, $2, $3, $4); }
| names "=" exprs                    { $$ = P.valueSpec($1, nullptr, $2, $3); }
;

names:
  IDENT                              { $$ = P.list(P.ident($1)); }
| names "," IDENT                    { $$ = P.append($1, P.ident($3)); }
;

// `type T[P C]` and `type T[N]E` begin alike. The first item of the bracket is a
// superset of both (tparams); typeSpecBracket decides where no comma does.
typespecs: %empty { $$ = P.list(); } | typespecs1 | typespecs1 ";" ;
typespecs1:
  typespec                           { $$ = P.list($1); }
| typespecs1 ";" typespec            { $$ = P.append($1, $3); }
;
typespec:
  IDENT typename                     { $$ = P.typeSpec($1, $2); }
| IDENT type_other                   { $$ = P.typeSpec($1, $2); }
| IDENT "[" "]" anytype                 { $$ = P.typeSpec($1, P.sliceType($2, $3, $4)); }
| IDENT "[" "..." "]" anytype           { $$ = P.typeSpec($1, P.arrayType($2, nullptr, $4, $5)); }
| IDENT "[" tparams "]" anytype         { $$ = P.typeSpecBracket($1, $2, $3, $4, NoToken, $5); }
| IDENT "[" tparams "]" "=" anytype     { $$ = P.typeSpecBracket($1, $2, $3, $4, $5, $6); }
| IDENT "[" tparams_comma "]" anytype   { $$ = P.genericTypeSpec($1, $2, $3, $4, NoToken, $5); }
| IDENT "[" tparams_comma "]" "=" anytype
                                        { $$ = P.genericTypeSpec($1, $2, $3, $4, $5, $6); }
| IDENT "=" anytype                     { $$ = P.typeSpecAlias($1, $2, $3); }
;

// The first item is an expression (a name; `P *C`, `P (C)`, `P *C|D`, which the
// actions take apart) or a name with a constraint that cannot continue one.
// A name followed by `[` has an array or slice anytype as constraint, as for the
// compiler: no constant expression begins like that.
tparams:
  expr                               { $$ = P.pairs($1, nullptr); }
| IDENT tparam_type                  { $$ = P.pairs(P.ident($1), $2); }
| tparams_comma tparam               { $$ = P.first($1, $2); }
;
// A comma makes type parameters of them: behind it stand types alone.
tparams_comma:
  tparams "," {
    $$ = $1;
    if (!P.mustBeTypeParams($1, $2))
      YYERROR;
  }
;
tparam_type:
  tparam_first
| tparam_type "|" term               { $$ = P.binary($1, $2, $3); }
;
tparam_first:
  typename                           { $$ = $1; }
| "~" anytype                           { $<N>$ = P.unary($1, $2); }
| "[" "]" anytype                       { $<N>$ = P.sliceType($1, $2, $3); }
| "[" expr "]" anytype                  { $<N>$ = P.arrayType($1, $2, $3, $4); }
| "func" signature                   { $<N>$ = P.funcType($1, $2); }
| structtype                         { $<N>$ = $1; }
| interfacetype                      { $<N>$ = $1; }
| maptype                            { $<N>$ = $1; }
| chantype                           { $<N>$ = $1; }
| "<-" "chan" anytype                   { $<N>$ = P.receiveType($1, $2, $3); }
;

funcdecl:
  "func" IDENT signature obody       { $$ = P.funcDecl($1, nullptr, $2, $3, $4); }
| "func" IDENT tparamlist signature obody
                                     { $$ = P.funcDecl($1, nullptr, $2, P.withTypeParams($3, $4), $5); }
| "func" receiver IDENT signature obody
                                     { $$ = P.funcDecl($1, $2, $3, $4, $5); }
;
tparamlist:
  "[" tparams1 comma "]"             { $$ = P.typeParams($1, $2, $4); }
;
tparams1:
  tparam
| tparams1 "," tparam                { $$ = P.first($1, $3); }
;
// As for parameters, with unions of types. A constraint without a name is an
// error of P.typeParams's.
tparam:
  IDENT                              { $$ = P.pairs(P.ident($1), nullptr); }
| IDENT constraint                   { $$ = P.pairs(P.ident($1), $2); }
| constraint_alone                   { $$ = P.pairs(nullptr, $1); }
;
constraint:
  typename                           { $$ = $1; }
| type_other                         { $$ = $1; }
| "~" anytype                           { $<N>$ = P.unary($1, $2); }
| "[" "]" anytype                       { $<N>$ = P.sliceType($1, $2, $3); }
| "[" expr "]" anytype                  { $<N>$ = P.arrayType($1, $2, $3, $4); }
| constraint "|" term                { $$ = P.binary($1, $2, $3); }
;
constraint_alone:
  IDENT "|" term                     { $$ = P.binary(P.ident($1), $2, $3); }
| IDENT "[" expr "]"                 { $$ = P.index(P.ident($1), $2, P.list($3), $4); }
| IDENT "[" expr "," otypes "]"      { $$ = P.index(P.ident($1), $2, P.prepend($3, $5), $6); }
| IDENT "." IDENT                    { $$ = P.selector(P.ident($1), $2, $3); }
| IDENT "." IDENT "[" types comma "]"
                                     { $$ = P.index(P.selector(P.ident($1), $2, $3), $4, $5, $7); }
| bracket_type
| type_other
| "~" anytype                           { $$ = P.unary($1, $2); }
| constraint_alone "|" term          { $$ = P.binary($1, $2, $3); }
;
receiver:
  parameters                         { $$ = P.receiver($1); }
;
comma: %empty | "," ;
obody: %empty { $$ = nullptr; } | block ;

//--- Types -------------------------------------------------------------------

anytype: typename | bracket_type | type_other ;

typename:
  IDENT %prec SHORT                  { $$ = P.ident($1); }
| IDENT "." IDENT %prec SHORT        { $$ = P.selector(P.ident($1), $2, $3); }
| IDENT "[" types comma "]"          { $$ = P.index(P.ident($1), $2, $3, $5); }
| IDENT "." IDENT "[" types comma "]"
                                     { $$ = P.index(P.selector(P.ident($1), $2, $3), $4, $5, $7); }
;
types:
  anytype                               { $$ = P.list($1); }
| types "," anytype                     { $$ = P.append($1, $3); }
;

bracket_type:
  "[" "]" anytype                       { $$ = P.sliceType($1, $2, $3); }
| "[" expr "]" anytype                  { $$ = P.arrayType($1, $2, $3, $4); }
| "[" "..." "]" anytype                 { $$ = P.arrayType($1, nullptr, $3, $4); }
;

type_other:
  "(" anytype ")"                       { $$ = P.paren($1, $2, $3); }
| "<-" "chan" anytype                   { $$ = P.receiveType($1, $2, $3); }
| type_nonrecv
;
type_nonrecv:
  "*" anytype                           { $$ = P.star($1, $2); }
| functype
| structtype
| interfacetype
| maptype
| chantype
;

functype:
  "func" signature                   { $$ = P.funcType($1, $2); }
;
signature:
  parameters result                  { $$ = P.signature($1, $2); }
;
result:
  %empty %prec SHORT                 { $$ = nullptr; }
| parameters
| typename                           { $$ = P.singleResult($1); }
| bracket_type                       { $$ = P.singleResult($1); }
| "<-" "chan" anytype                   { $$ = P.singleResult(P.receiveType($1, $2, $3)); }
| type_nonrecv                       { $$ = P.singleResult($1); }
;

parameters:
  "(" params ")"                     { $$ = P.parameters($1, $2, $3); }
;
params: %empty { $$ = P.list(); } | params1 | params1 "," ;
params1:
  param
| params1 "," param                  { $$ = P.first($1, $3); }
;
// Pairs of a name and a anytype, either absent; P.parameters tells parameter names
// from types when it has seen them all.
param:
  IDENT                              { $$ = P.pairs(P.ident($1), nullptr); }
| IDENT typename                     { $$ = P.pairs(P.ident($1), $2); }
| IDENT type_other                   { $$ = P.pairs(P.ident($1), $2); }
| IDENT "[" "]" anytype                 { $$ = P.pairs(P.ident($1), P.sliceType($2, $3, $4)); }
| IDENT "[" expr "]" anytype            { $$ = P.pairs(P.ident($1), P.arrayType($2, $3, $4, $5)); }
| IDENT "[" expr "]"                 { $$ = P.pairs(nullptr, P.index(P.ident($1), $2, P.list($3), $4)); }
| IDENT "[" expr "," otypes "]"      { $$ = P.pairs(nullptr, P.index(P.ident($1), $2, P.prepend($3, $5), $6)); }
| IDENT "." IDENT                    { $$ = P.pairs(nullptr, P.selector(P.ident($1), $2, $3)); }
| IDENT "." IDENT "[" types comma "]"
                                     { $$ = P.pairs(nullptr, P.index(P.selector(P.ident($1), $2, $3), $4, $5, $7)); }
| IDENT "..." anytype                   { $$ = P.pairs(P.ident($1), P.ellipsis($2, $3)); }
| "..." anytype                         { $$ = P.pairs(nullptr, P.ellipsis($1, $2)); }
| bracket_type                       { $$ = P.pairs(nullptr, $1); }
| type_other                         { $$ = P.pairs(nullptr, $1); }
;
otypes: %empty { $$ = P.list(); } | types | types "," ;

structtype:
  "struct" brace fields "}"          { $$ = P.structType($1, $2, $3, $4); }
;
brace:
  "{"
| BODY                               { $$ = P.literalBrace($1); }
;
fields: %empty { $$ = P.list(); } | fields1 | fields1 ";" ;
fields1:
  field                              { $$ = P.list($1); }
| fields1 ";" field                  { $$ = P.append($1, $3); }
;
// `a [n]T` and the embedded `T[n]` begin alike, hence the brackets in line.
field:
  names2 anytype tag                    { $$ = P.field($1, $2, $3); }
| IDENT typename tag                 { $$ = P.field($1, $2, $3); }
| IDENT type_other tag               { $$ = P.field($1, $2, $3); }
| IDENT "[" "]" anytype tag             { $$ = P.field($1, P.sliceType($2, $3, $4), $5); }
| IDENT "[" expr "]" anytype tag        { $$ = P.field($1, P.arrayType($2, $3, $4, $5), $6); }
| IDENT "[" expr "]" tag             { $$ = P.embedded(P.index(P.ident($1), $2, P.list($3), $4), $5); }
| IDENT "[" expr "," otypes "]" tag  { $$ = P.embedded(P.index(P.ident($1), $2, P.prepend($3, $5), $6), $7); }
| IDENT tag                          { $$ = P.embedded(P.ident($1), $2); }
| IDENT "." IDENT tag                { $$ = P.embedded(P.selector(P.ident($1), $2, $3), $4); }
| IDENT "." IDENT "[" types comma "]" tag
                                     { $$ = P.embedded(P.index(P.selector(P.ident($1), $2, $3), $4, $5, $7), $8); }
| "*" typename tag                   { $$ = P.embedded(P.star($1, $2), $3); }
;
names2:
  IDENT "," IDENT                    { $$ = P.append(P.list(P.ident($1)), P.ident($3)); }
| names2 "," IDENT                   { $$ = P.append($1, P.ident($3)); }
;
tag:
  %empty                             { $$ = nullptr; }
| LITERAL                            { $$ = P.literal($1); }
;

interfacetype:
  "interface" brace elems "}"        { $$ = P.interfaceType($1, $2, $3, $4); }
;
elems: %empty { $$ = P.list(); } | elems1 | elems1 ";" ;
elems1:
  elem                               { $$ = P.list($1); }
| elems1 ";" elem                    { $$ = P.append($1, $3); }
;
elem:
  IDENT signature                    { $$ = P.method($1, $2); }
| union                              { $$ = P.embedded($1, nullptr); }
;
union:
  term
| union "|" term                     { $$ = P.binary($1, $2, $3); }
;
term:
  anytype
| "~" anytype                           { $$ = P.unary($1, $2); }
;

maptype:
  "map" "[" anytype "]" anytype            { $$ = P.mapType($1, $2, $3, $5); }
;

// The leftmost `<-` wins: `chan <-chan T` sends chan T.
chantype:
  "chan" typename                    { $$ = P.chanType($1, NoToken, $2); }
| "chan" bracket_type                { $$ = P.chanType($1, NoToken, $2); }
| "chan" "(" anytype ")"                { $$ = P.chanType($1, NoToken, P.paren($2, $3, $4)); }
| "chan" type_nonrecv                { $$ = P.chanType($1, NoToken, $2); }
| "chan" "<-" anytype                   { $$ = P.chanType($1, $2, $3); }
;

//--- Expressions -------------------------------------------------------------

exprs:
  expr                               { $$ = P.list($1); }
| exprs "," expr                     { $$ = P.append($1, $3); }
;

// Types are expressions too: every literal anytype is an operand, pointers and
// receive-only channels come out of the unary operators.
expr:
  primary                            %prec SHORT
| expr "||" expr                     { $$ = P.binary($1, $2, $3); }
| expr "&&" expr                     { $$ = P.binary($1, $2, $3); }
| expr "==" expr                     { $$ = P.binary($1, $2, $3); }
| expr "+" expr                      { $$ = P.binary($1, $2, $3); }
| expr "|" expr                      { $$ = P.binary($1, $2, $3); }
| expr "/" expr                      { $$ = P.binary($1, $2, $3); }
| expr "*" expr                      { $$ = P.binary($1, $2, $3); }
| expr "&" expr                      { $$ = P.binary($1, $2, $3); }
| "*" expr %prec UNARY               { $$ = P.star($1, $2); }
| "+" expr %prec UNARY               { $$ = P.unary($1, $2); }
| "&" expr %prec UNARY               { $$ = P.unary($1, $2); }
| "!" expr %prec UNARY               { $$ = P.unary($1, $2); }
| "~" expr %prec UNARY               { $$ = P.unary($1, $2); }
| "<-" expr %prec UNARY              { $$ = P.receive($1, $2); }
;

// The operands stand here, not under a name of their own, and the values of
// composite literals in elements: every reduction of one symbol to another
// costs as much as one that builds a node, and these are the most frequent.
primary:
  IDENT                              { $$ = P.ident($1); }
| LITERAL                            { $$ = P.literal($1); }
| "(" expr ")"                       { $$ = P.paren($1, $2, $3); }
| complit_type                       %prec SHORT
| complit_type brace elements "}"    { $$ = P.compositeLit($1, $2, $3, $4); }
| interfacetype
| chantype
| functype                           %prec SHORT
| functype funcbody                  { $$ = P.funcLit($1, $2); }
| primary "." IDENT                  { $$ = P.selector($1, $2, $3); }
| primary "." "(" anytype ")"           { $$ = P.typeAssert($1, $3, $4, $5); }
| primary "." "(" "type" ")"         { $$ = P.typeAssert($1, $3, nullptr, $5); }
| primary "[" expr "]"               { $$ = P.index($1, $2, P.list($3), $4); }
| primary "[" expr "," otypes "]"    { $$ = P.index($1, $2, P.prepend($3, $5), $6); }
| primary "[" oexpr ":" oexpr "]"    { $$ = P.slice($1, $2, $3, $4, $5, NoToken, nullptr, $6); }
| primary "[" oexpr ":" oexpr ":" oexpr "]"
                                     { $$ = P.slice($1, $2, $3, $4, $5, $6, $7, $8); }
| primary "(" ")"                    { $$ = P.call($1, $2, P.list(), NoToken, $3); }
| primary "(" args ")"               { $$ = P.call($1, $2, $3, NoToken, $4); }
| primary "(" args "," ")"           { $$ = P.call($1, $2, $3, NoToken, $5); }
| primary "(" args "..." comma ")"   { $$ = P.call($1, $2, $3, $4, $6); }
| primary complit_brace elements "}" { $$ = P.compositeLit($1, $2, $3, $4); }
;
// Only names, selectors and their instances take `{` (and only here, where the
// feed has not made it BODY).
complit_brace:
  "{" {
    $$ = $1;
    if (!P.mayBeLiteralType($<N>0, $1)) {
      // As if the brace had not been shifted.
      reportStack(yyssp - 1, P);
      YYERROR;
    }
  }
;

complit_type: bracket_type | structtype | maptype ;
funcbody:
  brace stmts "}"                    { $$ = P.block($1, $2, $3); }
;

oexpr: %empty { $$ = nullptr; } | expr ;
args:
  expr                               { $$ = P.list($1); }
| args "," expr                      { $$ = P.append($1, $3); }
;

elements: %empty { $$ = P.list(); } | elements1 | elements1 "," ;
elements1:
  element                            { $$ = P.list($1); }
| elements1 "," element              { $$ = P.append($1, $3); }
;
element:
  expr
| literal_value
| expr ":" expr                      { $$ = P.keyValue($1, $2, $3); }
| expr ":" literal_value             { $$ = P.keyValue($1, $2, $3); }
| literal_value ":" expr             { $$ = P.keyValue($1, $2, $3); }
| literal_value ":" literal_value    { $$ = P.keyValue($1, $2, $3); }
;
literal_value:
  "{" elements "}"                   { $$ = P.compositeLit(nullptr, $1, $2, $3); }
;

//--- Statements --------------------------------------------------------------

block:
  "{" stmts "}"                      { $$ = P.block($1, $2, $3); }
;
body:
  BODY stmts "}"                     { $$ = P.block($1, $2, $3); }
;

stmts:
  stmt                               { $$ = P.stmts($1); }
| stmts ";" stmt                     { $$ = P.appendStmt($1, $2, $3); }
;

// Recovery: the feed goes to the end of the statement, or gives up where that
// would lead out of the declaration.
stmt:
  %empty %prec SHORT                 { $$ = nullptr; }
| error {
    // What stands before a statement is a token, always.
    $$ = P.badStmt($<T>0 + 1);
    if (!$$)
      YYABORT;
    yyclearin;
    yyerrok;
  }
| simple
| declstmt
| IDENT ":" stmt                     { $$ = P.labeled($1, $2, $3); }
| "go" primary                       { $$ = P.goStmt($1, $2); }
| "defer" primary                    { $$ = P.deferStmt($1, $2); }
| "return"                           { $$ = P.returnStmt($1, P.list()); }
| "return" exprs                     { $$ = P.returnStmt($1, $2); }
| "break"                            { $$ = P.branch($1, NoToken); }
| "break" IDENT                      { $$ = P.branch($1, $2); }
| "continue"                         { $$ = P.branch($1, NoToken); }
| "continue" IDENT                   { $$ = P.branch($1, $2); }
| "goto" IDENT                       { $$ = P.branch($1, $2); }
| "fallthrough"                      { $$ = P.branch($1, NoToken); }
| block
| ifstmt
| "switch" oheader BODY clauses "}"  { $$ = P.switchStmt($1, $2, $3, $4, $5); }
| "select" BODY commclauses "}"      { $$ = P.selectStmt($1, $2, $3, $4); }
| "for" body                         { $$ = P.forStmt($1, P.header(), NoToken, nullptr, $2); }
| "for" simple body                  { $$ = P.forStmt($1, P.header($2), NoToken, nullptr, $3); }
| "for" osimple ";" forcond ";" osimple body
                                     { $$ = P.forStmt($1, P.header($2, $3, $4), $5, $6, $7); }
| "for" forheader body               { $$ = P.rangeStmt($1, $2, $3); }
;

declstmt:
  gendecl                            { $$ = P.declStmt($1); }
;

simple:
  expr                               { $$ = P.exprStmt($1); }
| expr "op=" expr                    { $$ = P.opAssign($1, $2, $3); }
| expr "++"                          { $$ = P.incDec($1, $2); }
| expr "<-" expr                     { $$ = P.send($1, $2, $3); }
| exprs "=" exprs                    { $$ = P.assign($1, $2, $3); }
| exprs ":=" exprs                   { $$ = P.assign($1, $2, $3); }
;
osimple: %empty { $$ = nullptr; } | simple ;

// [Init ";"] Cond; the actions check what is missing.
header:
  simple                             { $$ = P.header($1); }
| osimple ";" osimple                { $$ = P.header($1, $2, $3); }
;
forcond: osimple                     { $$ = P.forCondition($1); } ;
oheader: %empty { $$ = P.header(); } | header ;
forheader:
  "range" expr                       { $$ = P.rangeClause(P.list(), NoToken, $1, $2); }
| exprs "=" "range" expr             { $$ = P.rangeClause($1, $2, $3, $4); }
| exprs ":=" "range" expr            { $$ = P.rangeClause($1, $2, $3, $4); }
;

ifstmt:
  "if" header body                   { $$ = P.ifStmt($1, $2, $3, NoToken, nullptr); }
| "if" header body "else" ifstmt     { $$ = P.ifStmt($1, $2, $3, $4, $5); }
| "if" header body "else" block      { $$ = P.ifStmt($1, $2, $3, $4, $5); }
;

clauses:
  %empty                             { $$ = P.list(); }
| clauses error {
    $$ = $1;
    if (!P.skipToClause())
      YYABORT;
    yyclearin;
    yyerrok;
  }
| clauses clause                     { $$ = P.append($1, $2); }
;
clause:
  "case" exprs ":" stmts             { $$ = P.caseClause($1, $2, $3, $4); }
| "default" ":" stmts                { $$ = P.caseClause($1, P.emptyBelow($3), $2, $3); }
;
commclauses:
  %empty                             { $$ = P.list(); }
| commclauses error {
    $$ = $1;
    if (!P.skipToClause())
      YYABORT;
    yyclearin;
    yyerrok;
  }
| commclauses commclause             { $$ = P.append($1, $2); }
;
commclause:
  "case" simple ":" stmts            { $$ = P.commClause($1, $2, $3, $4); }
| "default" ":" stmts                { $$ = P.commClause($1, nullptr, $2, $3); }
;

%%

#include "ParserEpilogue.inc"
