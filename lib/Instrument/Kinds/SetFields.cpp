//===- SetFields.cpp - set fields of composite literals -------------------===//

#include "Application.h"

#include "otelrewrite/AST/AST.h"

using namespace llvm;
using namespace otelrewrite;

void otelrewrite::apply(const SetFields &K, Application &A) {
  const TokenBuffer &T = A.tokens();
  const auto *L = cast<CompositeLit>(A.At.Place);
  if (!L->Elements.empty() && !isa<KeyValueExpr>(L->Elements[0]))
    return A.skip(*L, "its fields have no names, so that none can be added");
  std::string Added;
  for (const SetFields::Field &F : K.Fields) {
    const Expr *Value = nullptr;
    for (const Expr *E : L->Elements)
      if (const auto *P = dyn_cast<KeyValueExpr>(E);
          P && P->Key->getText(T) == F.Name)
        Value = P->Value;
    if (Value && !F.Wrap.isEmpty()) {
      const auto *Inner = dyn_cast<CompositeLit>(Value);
      if (Inner && !Inner->Type) {
        A.skip(*Value, "a literal without its type cannot be wrapped");
        continue;
      }
      auto Around = A.writeAround(F.Wrap, *Value);
      if (!Around)
        return;
      A.wrap(Value->getRange(T), Around->first, Around->second);
      continue;
    }
    if (F.Value.isEmpty()) {
      A.skip(*L, "it does not set `" + F.Name + "`, and there is no `value`");
      continue;
    }
    auto Text = A.write(F.Value, FieldForm::Expression);
    if (!Text)
      return;
    if (Value) {
      A.replace(Value->getRange(T), *Text);
      A.keepUsed(*Value);
      continue;
    }
    if (!A.claim(L, "field `" + F.Name + "`"))
      return;
    Added += F.Name + ": " + *Text + ", ";
  }
  if (Added.empty())
    return;
  // `T{A: 1, }` is as good as without the comma, and another rule may follow.
  A.insertBefore(T.end(L->getLbrace()), Added, Layer::Statement);
}
