//===- Plan.h - what to do with one package ---------------------*- C++ -*-===//
//
// Setup decides for each package what is to be done with it and writes that as
// a plan; a mark on the package's compile command names the plan by its hash.
// So a compile needs no rule file and no knowledge of the build, and the go
// command's cache keeps apart what differs.
//
// The hash covers everything that can change the compiler's input, and nothing
// that differs between machines or folders: archives may be shared.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_TOOLEXEC_PLAN_H
#define OTELREWRITE_TOOLEXEC_PLAN_H

#include "otelrewrite/Instrument/Instrument.h"
#include "otelrewrite/Match/PackageInfo.h"
#include "otelrewrite/Rules/RuleSet.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace otelrewrite {

/// Base names of the file that brings the hooks into a program.
inline constexpr llvm::StringLiteral ImporterFile = "otel_importer.go";
inline constexpr llvm::StringLiteral ImporterTestFile = "otel_importer_test.go";

struct Plan {
  enum class Kind : uint8_t {
    Package, ///< hooks by rules
    Runtime, ///< the patch of package runtime
  };
  Kind Type = Kind::Package;
  /// LinkPath and GoLang are not part of a plan: the compile tells them.
  PackageInfo Package;
  RuleSet Rules;
  /// The functions that the rules select, as getFuncName() prints them. The
  /// importer was written for exactly these.
  std::vector<std::string> Targets;
  /// Slots of those whose frame hooks of the importer read.
  std::vector<std::string> FrameReaders;
  /// Functions that the importer calls and the package does not export.
  std::vector<std::string> Exports;
  /// What else the rules change: see describeChanges().
  std::vector<std::string> Changes;
  std::vector<AddedFile> AddedFiles;
  /// What inserted code imports: the import path and what names the content of
  /// its archive, so that the package is compiled anew when that changes.
  std::vector<std::pair<std::string, std::string>> Imports;
  /// The text of the importer that is one of the package's files; empty in a
  /// package without.
  std::string Importer;
  /// Package runtime is not patched in this build.
  bool HeapContext = false;

  /// 32 hexadecimal digits.
  std::string getHash() const;
  std::string serialize() const;
  static llvm::Expected<Plan> deserialize(llvm::StringRef Bytes);
};

} // namespace otelrewrite

#endif
