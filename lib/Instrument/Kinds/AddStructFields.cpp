//===- AddStructFields.cpp - give a struct more fields --------------------===//

#include "Application.h"

using namespace llvm;
using namespace otelrewrite;

void otelrewrite::apply(const AddStructFields &K, Application &A) {
  const TokenBuffer &T = A.tokens();
  const auto *S = cast<StructType>(cast<TypeSpec>(A.At.Place)->Type);
  std::string Text;
  for (const AddStructFields::NewField &F : K.Fields) {
    for (const Field *Old : S->Fields)
      for (const Ident *I : Old->Names)
        if (I->getText(T) == F.Name)
          return A.fail(*I, "`" + A.At.Name + "` has a field `" + F.Name +
                                "` already");
    if (!A.claim(S, "field `" + F.Name + "`"))
      return;
    auto Type = A.write(F.Type, FieldForm::Type);
    if (!Type)
      return;
    Text += (Text.empty() ? "" : "; ") + F.Name + " " + *Type;
  }
  // A semicolon parts them from the last field, and from those of other rules.
  tok::Kind Last = T.kind(S->Last - 1);
  bool IsParted = tok::isSemicolon(Last) || Last == tok::LBrace;
  A.insertAfter(T.begin(S->Last),
                (IsParted ? "" : "; ") + Text + (IsParted ? "; " : ""),
                Layer::Expression);
}
