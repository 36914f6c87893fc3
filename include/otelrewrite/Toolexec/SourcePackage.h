//===- SourcePackage.h - the parsed files of one package --------*- C++ -*-===//
//
// Opens the files of a package and parses those in which a rule can match: the
// same for setup, which looks at the user's files, and for a compile, which
// looks at what the compiler was given.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_TOOLEXEC_SOURCEPACKAGE_H
#define OTELREWRITE_TOOLEXEC_SOURCEPACKAGE_H

#include "otelrewrite/Match/Match.h"
#include "otelrewrite/Parse/Parser.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace otelrewrite {

class SourcePackage {
public:
  using Filter =
      llvm::function_ref<bool(llvm::StringRef Path, llvm::StringRef Bytes)>;

  /// Opens \p Path and parses it if \p IsWanted says so of its path and bytes.
  llvm::Error addFile(llvm::StringRef Path, Filter IsWanted);
  /// The same for a file that is open.
  void add(std::unique_ptr<SourceFile> Source, bool IsWanted);

  /// Parsed files, in the order they were added.
  PackageFiles getFiles() const { return Views; }
  /// How many files, parsed or not, were added before the parsed file \p I.
  size_t getOrigin(size_t I) const { return Origins[I]; }
  /// Of the file number \p I, parsed or not, in the order they were added.
  llvm::StringRef getBytes(size_t I) const { return Sources[I]->getBytes(); }
  /// What the parser says. Sources are kept, so that it can be rendered.
  const DiagnosticEngine &getDiagnostics() const { return Diags; }
  bool hasErrors() const { return Diags.hasErrors(); }

private:
  std::vector<std::unique_ptr<SourceFile>> Sources;
  std::vector<std::unique_ptr<ParsedFile>> Files;
  std::vector<const ParsedFile *> Views;
  std::vector<size_t> Origins;
  DiagnosticEngine Diags;
};

/// Can a file of this name hold functions to instrument? Tests and what this
/// tool generates cannot.
bool isSourceToMatch(llvm::StringRef Path);

} // namespace otelrewrite

#endif
