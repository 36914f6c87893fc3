//===- FrontEndActions.h - otel-rewrite's views of the front end *- C++ -*-===//
//
// What --check, --dump-tokens, --dump-ast, --dump-facts and --time print for
// one file. Each opens the file, renders diagnostics on standard error and
// returns false where the input has errors (dumpFacts reports them in its
// output instead) or cannot be read.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_TOOLS_FRONTENDACTIONS_H
#define OTELREWRITE_TOOLS_FRONTENDACTIONS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace otelrewrite {

/// Replaces each `@LIST` by the paths in the file LIST, one a line.
llvm::Expected<std::vector<std::string>>
expandInputs(const std::vector<std::string> &Inputs);

bool checkOnly(llvm::StringRef Path);
bool dumpTokens(llvm::StringRef Path, llvm::raw_ostream &OS);
bool dumpAST(llvm::StringRef Path, bool AsJSON, llvm::raw_ostream &OS);
/// One JSON line: see docs, "Facts". False only where the file cannot be read.
bool dumpFacts(llvm::StringRef Path, llvm::raw_ostream &OS);
/// CPU time of this thread: other processes do not count.
double getCpuSeconds();
/// Reads all files, then lexes and parses them \p Rounds times; prints bytes,
/// tokens, MB/s of each phase and live bytes of tokens and tree per source
/// byte.
bool timeFrontEnd(const std::vector<std::string> &Paths, unsigned Rounds,
                  llvm::raw_ostream &OS);

} // namespace otelrewrite

#endif
