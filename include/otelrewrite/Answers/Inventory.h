//===- Inventory.h - what can be instrumented, and what is ------*- C++ -*-===//
//
// The answer of `otel list`: the libraries of the rule files, what they are for
// and give, and what of them the program in the current folder uses.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_ANSWERS_INVENTORY_H
#define OTELREWRITE_ANSWERS_INVENTORY_H

#include "otelrewrite/Answers/ProgramView.h"

#include "llvm/Support/JSON.h"

namespace otelrewrite {

struct LibraryEntry {
  struct Use {
    std::string Package, Version;
    unsigned NumFunctions = 0;
  };
  std::string Name, Title, Telemetry, BuiltOn;
  std::vector<std::string> Packages; ///< patterns of its rules
  std::vector<std::string> Versions; ///< `v9.0.0 to below v10.0.0`
  std::vector<std::string> Rules;
  std::vector<Use> Uses; ///< in this program
  std::vector<std::string>
      Problems; ///< it is for the program and finds nothing
};

std::vector<LibraryEntry> takeInventory(const ProgramView &V);

/// \p HasProgram: uses are known.
void print(llvm::ArrayRef<LibraryEntry> List, bool HasProgram,
           llvm::raw_ostream &OS, bool Colour);
llvm::json::Value toJSON(llvm::ArrayRef<LibraryEntry> List);

} // namespace otelrewrite

#endif
