//===- PinCommand.cpp - `otel pin` ----------------------------------------===//

#include "Command.h"

#include "otelrewrite/Answers/Pin.h"
#include "otelrewrite/Driver/Files.h"

#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

int otelrewrite::runPin(const Invocation &I) {
  bool IsCheck = false;
  SmallVector<StringRef> Words;
  ArrayRef<StringRef> Rest = I.Words;
  while (!Rest.empty() && Rest.front().starts_with("-")) {
    StringRef Word = Rest.front();
    Rest = Rest.drop_front();
    if (Word == "--check") {
      IsCheck = true;
    } else if (Word == "-C" && !Rest.empty()) {
      Words.append({"-C", Rest.front()});
      Rest = Rest.drop_front();
    } else if (Word == "--") {
      break;
    } else {
      return failUsage(I.Say, "pin",
                       "unknown option " + Word + "; build flags follow `--`");
    }
  }
  Words.push_back("build");
  Words.append(Rest.begin(), Rest.end());
  GoCommand Command = GoCommand::parse(Words);
  if (!followDirectory(I.Say, Command))
    return 1;
  auto Go = GoTool::find();
  if (!Go)
    return fail(I.Say, Go.takeError());
  auto P = makePin(I.Config, *Go, Command);
  if (!P)
    return fail(I.Say, P.takeError());
  if (!P->Failure.empty()) {
    errs() << P->Diagnostics;
    I.Say.error(P->Failure);
    return 1;
  }
  if (P->Old == P->New) {
    outs() << P->File << " names all that the program uses\n";
    return 0;
  }
  for (const std::string &Name : P->Libraries)
    outs() << (IsCheck ? "missing: " : "added: ") << Name << ", built in\n";
  for (const std::string &Name : P->Packages)
    outs() << (IsCheck ? "missing: " : "added: ") << Name << '\n';
  if (IsCheck) {
    I.Say.error(P->File + " does not name all that the program uses; run `otel "
                          "pin`");
    return 1;
  }
  if (Error E = writeFileAtomically(P->File, P->New))
    return fail(I.Say, std::move(E));
  outs() << "wrote " << P->File << '\n';
  if (!P->Packages.empty())
    outs() << "run `go mod tidy` so that go.mod keeps their modules\n";
  return 0;
}
