//===- GoSnippet.cpp - a piece of Go on its own ---------------------------===//

#include "otelrewrite/Rules/GoSnippet.h"

#include "otelrewrite/AST/AST.h"

using namespace llvm;
using namespace otelrewrite;

GoSnippet otelrewrite::parseSnippet(FieldForm Form, StringRef Text) {
  bool IsStatements = Form == FieldForm::Statements;
  bool IsType = Form == FieldForm::Type;
  std::string Prefix = IsStatements ? "package p; func _() {"
                       : IsType     ? "package p; var _ ("
                                    : "package p; var _ = (";
  // A line break first: the snippet may end in a comment.
  StringRef Suffix = IsStatements ? "\n}\n" : "\n)\n";
  // A type stands where only a type may: as a variable's.
  if (IsType) {
    Prefix = "package p; func _(_ ";
    Suffix = ",\n)\n";
  }
  GoSnippet S;
  auto Begin = static_cast<uint32_t>(Prefix.size());
  S.Range = {Begin, Begin + static_cast<uint32_t>(Text.size())};
  // Blanks at the end of an expression would end it with a semicolon.
  if (!IsStatements) {
    Text = Text.rtrim();
    if (!IsType)
      Suffix = ")\n";
  }
  S.Source =
      SourceFile::fromString("<rule>", Prefix + Text.str() + Suffix.str());
  DiagnosticEngine Diags;
  S.File = parseFile(*S.Source, Diags);
  for (const Diagnostic &D : Diags.getDiagnostics())
    if (D.Level == Severity::Error) {
      uint32_t At = std::clamp(
          D.Range.Begin, S.Range.Begin,
          std::max(S.Range.Begin,
                   S.Range.Begin + static_cast<uint32_t>(Text.size())));
      S.ErrorOffset = At - S.Range.Begin;
      S.Error = D.Message;
      return S;
    }
  // The wrapping must be what it was meant to be.
  const FileNode &Root = *S.File->Root;
  const TokenBuffer &T = S.File->Tokens;
  auto breaksOut = [&] {
    S.ErrorOffset = 0;
    S.Error = IsStatements ? "these are not just statements"
              : IsType     ? "this is not one type"
                           : "this is not one expression";
  };
  if (Root.Decls.size() != 1) {
    breaksOut();
    return S;
  }
  if (const auto *F = dyn_cast<FuncDecl>(Root.Decls.front())) {
    if (IsStatements && F->Body) {
      S.Root = F->Body;
    } else if (IsType && F->Type->Params->Fields.size() == 1) {
      const Field *P = F->Type->Params->Fields.front();
      if (P->Names.size() == 1 && !isa<EllipsisType>(P->Type))
        S.Root = P->Type;
    }
  } else if (const auto *G = dyn_cast<GenDecl>(Root.Decls.front())) {
    const auto *V =
        G->Specs.size() == 1 ? dyn_cast<ValueSpec>(G->Specs.front()) : nullptr;
    if (V && V->Values.size() == 1)
      if (const auto *P = dyn_cast<ParenExpr>(V->Values.front()))
        if (T.begin(P->First) + 1 == S.Range.Begin)
          S.Root = P->X;
  }
  if (!S.Root)
    breaksOut();
  return S;
}
