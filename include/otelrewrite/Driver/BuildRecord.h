//===- BuildRecord.h - what a program says of its own making ----*- C++ -*-===//
//
// A text in the program's read-only data that tells what was instrumented, with
// which rules and by which versions: `otel inspect` reads it from the file.
// Constant data, so that neither -ldflags="-s -w" nor -trimpath removes it, and
// without paths, so that equal builds stay equal.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_BUILDRECORD_H
#define OTELREWRITE_DRIVER_BUILDRECORD_H

#include "otelrewrite/Instrument/Instrument.h"
#include "otelrewrite/Rules/RuleSet.h"

#include <optional>
#include <string>
#include <vector>

namespace otelrewrite {

struct BuildRecord {
  struct RecordedRule {
    std::string Name, Library, Digest;
  };
  struct RecordedFunction {
    std::string Package, Name;
    std::vector<std::string> Rules;
  };
  struct RecordedModule {
    std::string Path, Version;
  };

  std::string Tool, Sdk, Go, Program;
  std::vector<RecordedRule> Rules;
  std::vector<RecordedFunction> Functions;
  std::vector<RecordedModule> Modules; ///< of the instrumented packages

  /// The text to put into the program.
  std::string serialize() const;
  /// Finds and reads the record in a program's bytes; the first whole one.
  static std::optional<BuildRecord> find(llvm::StringRef Bytes);
};

} // namespace otelrewrite

#endif
