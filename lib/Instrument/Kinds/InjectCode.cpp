//===- InjectCode.cpp - put statements into a function --------------------===//

#include "Application.h"

#include "otelrewrite/AST/Walk.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"

using namespace llvm;
using namespace otelrewrite;

/// A statement with one blank for each run of them, as a pattern sees it.
static std::string canonical(const Stmt &S, const TokenBuffer &T) {
  return flatten(T, S.First, S.Last);
}

/// The first statement in a list of statements that \p Pattern matches, outer
/// ones before those in them.
static const Stmt *findStatement(const BlockStmt &Body, const Regex &Pattern,
                                 const TokenBuffer &T) {
  const Stmt *Found = nullptr;
  walkTree(Body, [&](const Node &N) {
    if (Found && N.First > Found->First)
      return false;
    for (const Stmt *S : getStatements(N))
      if (Pattern.match(canonical(*S, T)) &&
          (!Found || S->First < Found->First ||
           (S->First == Found->First && S->Last > Found->Last)))
        Found = S;
    return true;
  });
  return Found;
}

void otelrewrite::apply(const InjectCode &K, Application &A) {
  auto Text = A.write(K.Raw, FieldForm::Statements);
  if (!Text || Text->empty())
    return;
  // Code of existing rule files calls results by the names that other tools
  // invent for them.
  for (size_t I = 0; I < countFields(A.At.Func->Type->Results); ++I) {
    std::string Foreign = "_unnamedRetVal" + std::to_string(I);
    std::string Ours = (A.Prefix + "r" + Twine(I)).str();
    for (size_t At = Text->find(Foreign); At != std::string::npos;
         At = Text->find(Foreign, At + Ours.size())) {
      if (At + Foreign.size() < Text->size() &&
          isDigit((*Text)[At + Foreign.size()])) {
        At += Foreign.size();
        continue;
      }
      Text->replace(At, Foreign.size(), Ours);
      A.Function->NamesResults = true;
    }
  }
  if (K.Pattern.empty()) {
    A.Function->Statements += " " + *Text + ";";
    return;
  }
  const TokenBuffer &T = A.tokens();
  const Stmt *S = findStatement(*A.At.Func->Body, Regex(K.Pattern), T);
  if (!S)
    return A.fail(*A.At.Func->Name,
                  "no statement of the function matches `" + K.Pattern + "`");
  SourceRange R = S->getRange(T);
  if (K.Placement != "after")
    return A.insertBefore(R.Begin, *Text + "; ", Layer::Statement);
  if (isa<ReturnStmt>(S) || isa<BranchStmt>(S))
    return A.fail(*S, "nothing behind this statement would run");
  A.insertAfter(R.End, "; " + *Text, Layer::Statement);
}
