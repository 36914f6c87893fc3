//===- ExplainCommand.cpp - `otel explain` --------------------------------===//

#include "ProgramWords.h"

#include "otelrewrite/Answers/Explain.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

int otelrewrite::runExplain(const Invocation &I) {
  ProgramWords Words;
  if (!Words.parse(I, "explain"))
    return 2;
  if (Words.Operands.empty())
    return failUsage(I.Say, "explain", "explain needs a function, as PKG.FUNC");
  GoCommand Command = Words.getCommand();
  if (!followDirectory(I.Say, Command))
    return 1;
  auto Go = GoTool::find();
  if (!Go)
    return fail(I.Say, Go.takeError());
  auto View = viewProgram(I.Config, *Go, Command);
  if (!View)
    return fail(I.Say, View.takeError());
  if (int Status = reportView(I, **View))
    return Status;
  json::Array Out;
  bool AllInstrumented = true, IsFirst = true;
  for (StringRef Asked : Words.Operands) {
    auto Answers = explain(**View, Asked);
    if (!Answers)
      return fail(I.Say, Answers.takeError());
    for (const Explanation &E : *Answers) {
      AllInstrumented &= E.Result == Explanation::Outcome::Instrumented;
      if (Words.Json) {
        Out.push_back(toJSON(E));
        continue;
      }
      if (!IsFirst)
        outs() << '\n';
      IsFirst = false;
      print(E, outs(), I.ColourOut);
    }
  }
  if (Words.Json)
    outs() << formatv("{0:2}\n", json::Value(std::move(Out)));
  return AllInstrumented ? 0 : 1;
}
