//===- Application.cpp - one action at one place --------------------------===//

#include "Application.h"

#include "otelrewrite/Match/Scope.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace otelrewrite;

static std::string requote(StringRef Raw) {
  std::string Out = "\"";
  for (char C : Raw.drop_front().drop_back()) {
    if (C == '\r')
      continue;
    if (C == '\n')
      Out += "\\n";
    else if (C == '"' || C == '\\')
      (Out += '\\') += C;
    else
      Out += C;
  }
  return Out + "\"";
}

std::string
otelrewrite::flatten(const TokenBuffer &T, TokenIndex First, TokenIndex Last,
                     const std::map<TokenIndex, std::string> &Renamed) {
  std::string Out;
  StringRef Bytes = T.getFile().getBytes();
  for (TokenIndex I = First; I <= Last && I < T.size(); ++I) {
    if (I != First && T.begin(I) > T.end(I - 1))
      Out += ' ';
    if (T.kind(I) == tok::AutoSemicolon) {
      if (I != Last)
        Out += ';';
      continue;
    }
    if (auto It = Renamed.find(I); It != Renamed.end()) {
      Out += It->second;
      continue;
    }
    StringRef Text = Bytes.slice(T.begin(I), T.end(I));
    // A line break in a raw string would move lines.
    if (Text.starts_with("`") && Text.contains('\n'))
      Out += requote(Text);
    else
      Out += Text;
  }
  return StringRef(Out).trim().str();
}

/// Names by position; \p First numbers the invented ones.
static std::vector<std::pair<std::string, const Expr *>>
listNames(const FieldList *L, const TokenBuffer &T, StringRef Prefix, char Kind,
          size_t First, bool &Invents) {
  std::vector<std::pair<std::string, const Expr *>> Out;
  if (!L)
    return Out;
  auto invent = [&] {
    Invents = true;
    return (Prefix + Twine(Kind) + Twine(First + Out.size())).str();
  };
  for (const Field *F : L->Fields) {
    if (F->Names.empty())
      Out.push_back({invent(), F->Type});
    for (const Ident *I : F->Names) {
      StringRef Name = I->getText(T);
      Out.push_back({Name == "_" ? invent() : Name.str(), F->Type});
    }
  }
  return Out;
}

std::optional<TemplateValue> Application::field(StringRef Name,
                                                ArrayRef<TemplateValue> Args,
                                                StringRef Dot,
                                                std::string &Error) {
  if (Name.empty()) {
    if (Dot.empty()) {
      Error = "`{{ . }}` stands for nothing here";
      return std::nullopt;
    }
    return TemplateValue::string(Dot.str());
  }
  if (Name == "PackageName")
    return TemplateValue::string(Pkg.Name);
  if (Name == "ImportPath")
    return TemplateValue::string(Pkg.ImportPath);
  const FuncDecl *F = At.Func;
  if (!F) {
    Error = "`." + Name.str() + "` has no value outside of a function";
    return std::nullopt;
  }
  const TokenBuffer &T = tokens();
  if (Name == "FuncName")
    return TemplateValue::string(F->Name->getText(T).str());
  if (Name == "DirectiveArgs" || Name == "DirectiveArg") {
    TemplateValue List;
    List.Type = TemplateValue::Kind::List;
    const Selector *D = TheRule.Where.findRequired(PredicateKind::Directive);
    std::optional<StringRef> Rest;
    if (D)
      Rest = findDirective(file(), F->First, D->Text);
    StringRef Text = Rest.value_or("");
    while (!(Text = Text.ltrim()).empty()) {
      size_t Colon = Text.find(':');
      if (Colon == StringRef::npos || Colon > Text.find_first_of(" \t")) {
        Error = "the directive's `" + Text.split(' ').first.str() +
                "` is not written as `key:value`";
        return std::nullopt;
      }
      StringRef Key = Text.take_front(Colon);
      Text = Text.drop_front(Colon + 1);
      std::string Value;
      if (Text.consume_front("\"")) {
        while (!Text.empty() && Text.front() != '"') {
          if (Text.front() == '\\' && Text.size() > 1)
            Text = Text.drop_front();
          Value += Text.front();
          Text = Text.drop_front();
        }
        if (!Text.consume_front("\"")) {
          Error = "the directive's value of `" + Key.str() +
                  "` has no closing quote";
          return std::nullopt;
        }
      } else {
        Value = Text.take_front(Text.find_first_of(" \t")).str();
        Text = Text.drop_front(Value.size());
      }
      List.Elements.push_back(TemplateValue::pair(Key.str(), Value));
    }
    if (Name == "DirectiveArgs")
      return List;
    for (const TemplateValue &P : List.Elements)
      if (P.Text == Args[0].print())
        return TemplateValue::string(P.Second);
    return TemplateValue::string("");
  }
  bool IsParam = Name.starts_with("FuncArgument");
  bool Invents = false;
  auto Names = IsParam
                   ? listNames(F->Type->Params, T, Prefix, 'p',
                               countFields(F->Recv), Invents)
                   : listNames(F->Type->Results, T, Prefix, 'r', 0, Invents);
  if (Name.ends_with("Count"))
    return TemplateValue::integer(static_cast<int64_t>(Names.size()));
  auto use = [&](size_t I) {
    if (Invents && Function)
      (IsParam ? Function->NamesParams : Function->NamesResults) = true;
    return TemplateValue::string(Names[I].first);
  };
  if (Name.ends_with("OfType")) {
    std::string Wanted = Args[0].print();
    llvm::erase(Wanted, ' ');
    ImportTable Table(file());
    for (size_t I = 0; I < Names.size(); ++I) {
      std::string Plain, Full;
      const Expr *E = Names[I].second;
      for (TokenIndex J = E->First; J <= E->Last; ++J) {
        StringRef Text = T.text(J);
        Plain += Text;
        StringRef Path = J < E->Last && T.text(J + 1) == "."
                             ? Table.lookup(Text)
                             : StringRef();
        Full += Path.empty() ? Text : Path;
      }
      if (Plain == Wanted || Full == Wanted)
        return use(I);
    }
    return TemplateValue::string("");
  }
  if (Args[0].Type != TemplateValue::Kind::Int || Args[0].Number < 0 ||
      static_cast<size_t>(Args[0].Number) >= Names.size()) {
    Error = "`" + Name.str() + " " + Args[0].print() + "`: `" +
            getFuncName(file(), *F) + "` has " + std::to_string(Names.size()) +
            (IsParam ? " parameter" : " result") +
            (Names.size() == 1 ? "" : "s") + ", counted from 0";
    return std::nullopt;
  }
  return use(static_cast<size_t>(Args[0].Number));
}

std::optional<std::string> Application::write(const GoText &Go, FieldForm Form,
                                              StringRef Dot) {
  const Node &Where =
      At.Place ? *At.Place : *static_cast<const Node *>(Files[0]->Root);
  std::optional<TemplateError> Err;
  std::string Text = Go.Text;
  if (Form != FieldForm::Type && Text.find("{{") != std::string::npos) {
    Template T = Template::parse(Text, Err);
    if (!Err)
      Text = T.render(
          [&](StringRef Name, ArrayRef<TemplateValue> Args,
              std::string &Error) { return field(Name, Args, Dot, Error); },
          Err);
    if (Err) {
      fail(Where, Err->Message);
      return std::nullopt;
    }
  }
  GoSnippet S = parseSnippet(Form, Text);
  if (S.ErrorOffset) {
    fail(Where, "its Go is not right here: " + S.Error);
    return std::nullopt;
  }
  const TokenBuffer &T = S.File->Tokens;
  std::map<TokenIndex, std::string> Renamed;
  walkWithPath(*S.File->Root, [&](ArrayRef<const Node *> Path) {
    const auto *Sel = dyn_cast<SelectorExpr>(Path.back());
    const auto *X = Sel ? dyn_cast<Ident>(Sel->X) : nullptr;
    if (!X)
      return;
    StringRef Alias = X->getText(T);
    for (const auto &[Name, ImportPath] : TheRule.Imports) {
      if (Name != Alias || findLocal(Path, Alias, T).IsFound)
        continue;
      // The package itself needs no import of itself.
      if (ImportPath == Pkg.ImportPath) {
        Renamed[X->First] = "";
        Renamed[X->First + 1] = "";
        continue;
      }
      auto [It, IsNew] =
          Imports->try_emplace(ImportPath, (Prefix + "i_" + Alias).str());
      if (IsNew)
        for (const auto &[Other, Known] : *Imports)
          if (Other != ImportPath && Known == It->second) {
            It->second += std::to_string(Imports->size());
            break;
          }
      Renamed[X->First] = It->second;
    }
  });
  for (const auto &[Name, ImportPath] : TheRule.Imports)
    if (Name == "_")
      Imports->try_emplace(ImportPath, "_");
  TokenIndex First = S.Root->First, Last = S.Root->Last;
  if (Form == FieldForm::Statements) {
    ++First;
    --Last;
  }
  IsCompound = isa<BinaryExpr>(S.Root) || isa<UnaryExpr>(S.Root);
  return First > Last ? std::string() : flatten(T, First, Last, Renamed);
}

std::optional<std::pair<std::string, std::string>>
Application::writeAround(const GoText &Go, const Expr &Value) {
  static constexpr StringLiteral Dot = "_otel_dot_()";
  auto Text = write(Go, FieldForm::Wrapper, Dot);
  if (!Text)
    return std::nullopt;
  // Operators bind inside of what was written, not across its ends.
  if (IsCompound)
    Text = "(" + *Text + ")";
  std::string Original = flatten(tokens(), Value.First, Value.Last);
  bool NeedsParens = isa<BinaryExpr>(Value) || isa<UnaryExpr>(Value);
  if (NeedsParens)
    Original = "(" + Original + ")";
  size_t First = Text->find(Dot);
  if (First == std::string::npos) {
    fail(*At.Place, "`{{ . }}` is not in what the template became");
    return std::nullopt;
  }
  std::string After = Text->substr(First + Dot.size());
  for (size_t I = After.find(Dot); I != std::string::npos; I = After.find(Dot))
    After.replace(I, Dot.size(), Original);
  std::string Before = Text->substr(0, First);
  if (NeedsParens) {
    Before += "(";
    After.insert(0, ")");
  }
  return std::pair(Before, After);
}

//===----------------------------------------------------------------------===//
// Edits
//===----------------------------------------------------------------------===//

static constexpr int Far = 1 << 30;

void Application::insertBefore(uint32_t Offset, StringRef Text, Layer L) {
  int Seq = static_cast<int>(Sequence);
  Editor->insertOrdered(Offset, Text, TheRule.Name,
                        L == Layer::Statement ? -Far + Seq : Far / 2 + Seq);
}
void Application::insertAfter(uint32_t Offset, StringRef Text, Layer L) {
  int Seq = static_cast<int>(Sequence);
  Editor->insertOrdered(Offset, Text, TheRule.Name,
                        L == Layer::Statement ? Far + Seq : -Far / 2 + Seq);
}
void Application::wrap(SourceRange R, StringRef Before, StringRef After) {
  int &Count = (*Wraps)[{R.Begin, R.End}];
  int Depth = static_cast<int>(std::min<uint32_t>(R.size(), 1 << 20)) * 256 +
              std::min(Count++, 255);
  if (!Before.empty())
    Editor->insertOrdered(R.Begin, Before, TheRule.Name, -Depth);
  if (!After.empty())
    Editor->insertOrdered(R.End, After, TheRule.Name, Depth);
}
void Application::replace(SourceRange R, StringRef Text) {
  Editor->replaceLines(R, Text, TheRule.Name);
}

void Application::appendDeclaration(StringRef Text) {
  std::string Dir =
      Options.GeneratedDir.empty() ? "" : Options.GeneratedDir + "/";
  Editor->tail(Dir + "<generated>") << Text;
}

void Application::fail(const Node &N, StringRef Message) {
  Diags.report(diag::err_rule_apply, file().Source, N.getRange(tokens()),
               {TheRule.Name, Message});
}
void Application::skip(const Node &N, StringRef Message) {
  Diags.report(diag::warn_rule_skipped, file().Source, N.getRange(tokens()),
               {TheRule.Name, Message});
}

bool Application::claim(const Node *To, StringRef What) {
  auto [It, IsNew] = Added->try_emplace({To, What.str()}, TheRule.Name);
  if (IsNew)
    return true;
  std::string Message = "rule `" + It->second + "` adds " + What.str();
  Message += It->second == TheRule.Name ? " already" : " as well";
  if (To)
    fail(*To, Message);
  else
    Diags.report(diag::err_rule_apply, nullptr, {}, {TheRule.Name, Message});
  return false;
}

bool Application::usesImports(const Expr &E) const {
  ImportTable Table(file());
  bool Uses = false;
  walkTree(E, [&](const Node &N) {
    if (const auto *S = dyn_cast<SelectorExpr>(&N))
      if (const auto *X = dyn_cast<Ident>(S->X))
        Uses |= !Table.lookup(X->getText(tokens())).empty();
    return true;
  });
  return Uses;
}

void Application::keepUsed(const Expr &Old) {
  std::string Unused =
      "_ = func() { _ = " + flatten(tokens(), Old.First, Old.Last) + " }";
  if (!At.Func) {
    if (usesImports(Old))
      appendDeclaration("\nvar " + Unused + "\n");
    return;
  }
  if (isa<BasicLit>(Old))
    return;
  // Before the statement around, where it can name what the value named: not
  // if the statement is one that declares names for its parts.
  const Stmt *Around = nullptr;
  walkTree(*At.Func->Body, [&](const Node &N) {
    if (Old.First < N.First || N.Last < Old.Last)
      return false;
    for (const Stmt *S : getStatements(N))
      if (S->First <= Old.First && Old.Last <= S->Last)
        Around = S;
    return true;
  });
  const Stmt *Simple = Around;
  while (const auto *L = dyn_cast_or_null<LabeledStmt>(Simple))
    Simple = L->Statement;
  if (Simple &&
      (isa<AssignStmt>(Simple) || isa<ReturnStmt>(Simple) ||
       isa<ExprStmt>(Simple) || isa<DeclStmt>(Simple) ||
       isa<SendStmt>(Simple) || isa<GoStmt>(Simple) || isa<DeferStmt>(Simple)))
    insertBefore(tokens().begin(Around->First), Unused + "; ",
                 Layer::Statement);
}

bool Application::isConstant(const ValueSpec &V) const {
  for (const Decl *D : file().Root->Decls)
    if (const auto *G = dyn_cast<GenDecl>(D))
      for (const Node *N : G->Specs)
        if (N == &V)
          return tokens().kind(G->First) == tok::Const;
  return false;
}
