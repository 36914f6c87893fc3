//===- AssignValue.cpp - change a variable's or constant's value ----------===//

#include "Application.h"

#include "otelrewrite/AST/AST.h"

using namespace llvm;
using namespace otelrewrite;

void otelrewrite::apply(const AssignValue &K, Application &A) {
  const TokenBuffer &T = A.tokens();
  const auto *V = cast<ValueSpec>(A.At.Place);
  if (!V->Values.empty() && V->Values.size() != V->Names.size())
    return A.fail(*V, "names and values do not correspond one to one");
  if (V->Values.empty()) {
    if (!K.Wrap.isEmpty() || !V->Type)
      return A.fail(*V, "`" + A.At.Name + "` has no value of its own");
    if (V->Names.size() != 1)
      return A.fail(*V, "several names without values share this declaration");
    if (auto Text = A.write(K.Replace, FieldForm::Expression))
      A.insertAfter(V->getRange(T).End, " = " + *Text, Layer::Expression);
    return;
  }
  const Expr *Value = V->Values[A.At.Index];
  if (!K.Wrap.isEmpty()) {
    auto Around = A.writeAround(K.Wrap, *Value);
    if (Around)
      A.wrap(Value->getRange(T), Around->first, Around->second);
    return;
  }
  auto Text = A.write(K.Replace, FieldForm::Expression);
  if (!Text)
    return;
  A.replace(Value->getRange(T), *Text);
  if (!A.isConstant(*V))
    A.keepUsed(*Value);
}
