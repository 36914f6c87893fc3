//===- ProcessVectors.h - arguments for exec --------------------*- C++ -*-===//
//
// argv and envp in the form the system calls want.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_LIB_DRIVER_PROCESSVECTORS_H
#define OTELREWRITE_LIB_DRIVER_PROCESSVECTORS_H

#include "otelrewrite/Driver/Process.h"

namespace otelrewrite {

class ProcessVectors {
public:
  ProcessVectors(llvm::StringRef Program, llvm::ArrayRef<std::string> Args,
                 const Environment &Env);

  char **argv() { return Argv.data(); }
  char **envp() { return Envp.data(); }

private:
  std::vector<std::string> Strings;
  std::vector<char *> Argv, Envp;
};

/// `cannot What Program`, with errno's text.
llvm::Error errnoError(llvm::StringRef What, llvm::StringRef Program);

} // namespace otelrewrite

#endif
