//===- Scaffold.h - the beginning of an instrumentation ---------*- C++ -*-===//
//
// The answer of `otel rules new`: a package with a rule, its hooks, a test of
// them, and a page with the row that documentation has of it. Texts alone: who
// asks writes them.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_ANSWERS_SCAFFOLD_H
#define OTELREWRITE_ANSWERS_SCAFFOLD_H

#include "otelrewrite/Driver/GoTool.h"

namespace otelrewrite {

struct ScaffoldRequest {
  std::string Library;  ///< import path of the package to instrument
  std::string Function; ///< `F`, `T.M` or `(*T).M`; empty: the likeliest
  std::string Dir;      ///< where the new package is to be; empty: by its name
};

struct Scaffold {
  struct File {
    std::string Path, Text;
  };
  std::string Dir, ImportPath;
  std::string Function;            ///< what the rule is for
  std::vector<std::string> Others; ///< other exported functions
  std::vector<File> Files;
};

/// \p Go's environment is loaded. Fails with a message for people.
llvm::Expected<Scaffold> makeScaffold(const GoTool &Go,
                                      const ScaffoldRequest &Request);

} // namespace otelrewrite

#endif
