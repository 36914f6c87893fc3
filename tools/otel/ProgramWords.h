//===- ProgramWords.h - which program a command is about --------*- C++ -*-===//
//
// Commands that answer questions take `[-C DIR] [--test] … [-- BUILD WORDS]`:
// what follows `--` is as for `go build`. Without it all packages of the module
// are meant.
//
//===----------------------------------------------------------------------===//

#ifndef OTEL_PROGRAMWORDS_H
#define OTEL_PROGRAMWORDS_H

#include "Command.h"

#include "llvm/ADT/SmallVector.h"

namespace otelrewrite {

struct ProgramWords {
  bool Json = false, IsTest = false;
  llvm::StringRef Directory;
  /// What is neither an option nor behind `--`.
  llvm::SmallVector<llvm::StringRef> Operands;
  llvm::SmallVector<llvm::StringRef> Build;

  /// False for wrong usage, which has been reported.
  bool parse(const Invocation &I, llvm::StringRef Command);
  GoCommand getCommand() const;
};

} // namespace otelrewrite

#endif
