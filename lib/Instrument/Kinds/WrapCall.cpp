//===- WrapCall.cpp - change calls of a function --------------------------===//

#include "Application.h"

#include "otelrewrite/AST/AST.h"

using namespace llvm;
using namespace otelrewrite;

void otelrewrite::apply(const WrapCall &K, Application &A) {
  const TokenBuffer &T = A.tokens();
  const auto *Call = cast<CallExpr>(A.At.Place);
  if (!K.Replace.isEmpty()) {
    tok::Kind Before = Call->First ? T.kind(Call->First - 1) : tok::EndOfFile;
    if ((Before == tok::Defer || Before == tok::Go) &&
        tok::isSemicolon(T.kind(Call->Last + 1)))
      return A.skip(*Call, "around a call behind `defer` or `go`, the "
                           "expression would make it at once");
  }
  std::vector<std::string> Args;
  for (const GoText &G : K.AppendArgs) {
    auto Text = A.write(G, FieldForm::Expression);
    if (!Text)
      return;
    Args.push_back(*Text);
  }
  std::string List;
  for (const std::string &Arg : Args)
    List += (List.empty() ? "" : ", ") + Arg;
  if (!List.empty() && Call->isVariadic()) {
    if (K.VariadicType.isEmpty())
      return A.skip(*Call, "it ends in `...`; add `variadic_type`");
    auto Type = A.write(K.VariadicType, FieldForm::Type);
    if (!Type)
      return;
    // The slice's own array is the caller's: append must not write to it.
    SourceRange Last = Call->Args.back()->getRange(T);
    A.wrap(Last,
           "func(_v ..." + *Type + ") []" + *Type +
               " { return append(_v[:len(_v):len(_v)], " + List + ") }(",
           "");
    uint32_t Dots = T.end(Call->Args.back()->Last + 1);
    A.insertAfter(Dots, ")...", Layer::Inner);
  } else if (!List.empty()) {
    bool IsParted = Call->Args.empty() || T.kind(Call->Last - 1) == tok::Comma;
    A.insertBefore(T.begin(Call->Last),
                   (IsParted ? "" : ", ") + List +
                       (IsParted && !Call->Args.empty() ? ", " : ""),
                   Layer::Inner);
  }
  if (K.Replace.isEmpty())
    return;
  auto Around = A.writeAround(K.Replace, *Call);
  if (Around)
    A.wrap(Call->getRange(T), Around->first, Around->second);
}
