//===- DocumentReader.h - reads nodes of a document -------------*- C++ -*-===//
//
// What the readers of a rule's parts have in common: values of a node, and
// complaints in the words and the notation of the file's syntax.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_RULES_DOCUMENTREADER_H
#define OTELREWRITE_RULES_DOCUMENTREADER_H

#include "otelrewrite/Rules/Document.h"
#include "otelrewrite/Rules/RuleSet.h"

namespace otelrewrite {

class DocumentReader {
public:
  DocumentReader(const SourceFile &File, DiagnosticEngine &Diags,
                 RuleSyntax Syntax)
      : File(File), IsYaml(Syntax == RuleSyntax::Yaml), Diags(Diags) {}

  const SourceFile &File;
  const bool IsYaml;

  unsigned getNumErrors() const { return Diags.getNumErrors(); }
  void report(diag::Kind Kind, SourceRange At,
              std::initializer_list<llvm::StringRef> Args) const;
  void reportType(const DocumentNode &N, llvm::StringRef Key,
                  llvm::StringRef Wanted) const;
  /// Returns which of \p Known was meant, if one is near.
  llvm::StringRef reportUnknown(const DocumentEntry &E, llvm::StringRef Where,
                                llvm::ArrayRef<llvm::StringRef> Known) const;
  void reportPattern(const DocumentNode &N, llvm::StringRef Key,
                     const Glob::Error &E) const;

  /// Nothing, with a report, where \p N is no string or blank.
  std::optional<llvm::StringRef> getString(const DocumentNode &N,
                                           llvm::StringRef Key,
                                           llvm::StringRef IfEmpty) const;
  /// The value of \p Key in \p T; reports that it is missing unless a key that
  /// is not known was \p Meant to be it.
  const DocumentNode *require(const DocumentNode &T, SourceRange At,
                              llvm::StringRef What, llvm::StringRef Key,
                              llvm::StringRef Example,
                              llvm::ArrayRef<llvm::StringRef> Meant = {}) const;
  void checkImportPath(llvm::StringRef Path, SourceRange At) const;

private:
  DiagnosticEngine &Diags;
};

/// Is \p S a Go identifier other than `_`?
bool isIdentifier(llvm::StringRef S);

} // namespace otelrewrite

#endif
