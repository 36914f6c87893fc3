//===- ExpandDirective.cpp - code for a comment ---------------------------===//

#include "Application.h"

using namespace llvm;
using namespace otelrewrite;

void otelrewrite::apply(const ExpandDirective &K, Application &A) {
  if (auto Text = A.write(K.Template, FieldForm::Statements);
      Text && !Text->empty())
    A.Function->Statements += " " + *Text + ";";
}
