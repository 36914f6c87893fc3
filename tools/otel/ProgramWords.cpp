//===- ProgramWords.cpp - which program a command is about ----------------===//

#include "ProgramWords.h"

using namespace llvm;
using namespace otelrewrite;

bool ProgramWords::parse(const Invocation &I, StringRef Command) {
  ArrayRef<StringRef> Words = I.Words;
  while (!Words.empty()) {
    StringRef Word = Words.front();
    Words = Words.drop_front();
    if (Word == "--") {
      Build.assign(Words.begin(), Words.end());
      return true;
    }
    if (Word == "--json" || Word == "-json") {
      Json = true;
    } else if (Word == "--test") {
      IsTest = true;
    } else if (Word == "-C") {
      if (Words.empty()) {
        failUsage(I.Say, Command, "-C needs a folder");
        return false;
      }
      Directory = Words.front();
      Words = Words.drop_front();
    } else if (Word.starts_with("-") && Word.size() > 1) {
      failUsage(I.Say, Command,
                "unknown option " + Word +
                    "; build flags and packages follow `--`");
      return false;
    } else {
      Operands.push_back(Word);
    }
  }
  return true;
}

GoCommand ProgramWords::getCommand() const {
  SmallVector<StringRef> Words;
  if (!Directory.empty())
    Words.append({"-C", Directory});
  Words.push_back(IsTest ? "test" : "build");
  if (Build.empty())
    Words.push_back("./...");
  Words.append(Build.begin(), Build.end());
  return GoCommand::parse(Words);
}
