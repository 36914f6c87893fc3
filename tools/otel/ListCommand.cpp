//===- ListCommand.cpp - `otel list` --------------------------------------===//

#include "ProgramWords.h"

#include "otelrewrite/Answers/Inventory.h"
#include "otelrewrite/Answers/ProgramView.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

int otelrewrite::runList(const Invocation &I) {
  ProgramWords Words;
  if (!Words.parse(I, "list"))
    return 2;
  // `otel list ./cmd/server` reads well.
  Words.Build.append(Words.Operands.begin(), Words.Operands.end());
  GoCommand Command = Words.getCommand();
  if (!followDirectory(I.Say, Command))
    return 1;
  auto Go = GoTool::find();
  if (!Go)
    return fail(I.Say, Go.takeError());
  auto View = viewProgram(I.Config, *Go, Command);
  if (!View)
    return fail(I.Say, View.takeError());
  bool HasProgram =
      (*View)->Failure.empty() && !(*View)->Graph.getPackages().empty();
  // Without a program there is still something to list.
  if (!Words.Build.empty() || (*View)->Diags.hasErrors()) {
    if (int Status = reportView(I, **View))
      return Status;
  }
  std::vector<LibraryEntry> List = takeInventory(**View);
  if (Words.Json)
    outs() << formatv("{0:2}\n", toJSON(List));
  else
    print(List, HasProgram, outs(), I.ColourOut);
  return 0;
}
