//===- RuleFiles.h - the rule files of an invocation ------------*- C++ -*-===//
//
// Finds and reads the installation's rules and those the user names, and keeps
// their sources so that diagnostics can point into them.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_RULEFILES_H
#define OTELREWRITE_DRIVER_RULEFILES_H

#include "otelrewrite/Driver/Settings.h"
#include "otelrewrite/Rules/RuleSet.h"

#include <memory>

namespace otelrewrite {

class RuleFiles {
public:
  /// Directories are read in the order of their names, `*.toml` only. Errors in
  /// the files go to \p Diags.
  static llvm::Expected<RuleFiles> load(const Settings &S,
                                        DiagnosticEngine &Diags);

  const RuleSet &getRules() const { return Rules; }
  /// Files and directories that were read: what a change of rules touches.
  llvm::ArrayRef<std::string> getPaths() const { return Paths; }

  /// Where \p Text, as a TOML string, stands in the rule, or the rule's name
  /// where it cannot be found. Null file: the rule file is not known.
  std::pair<const SourceFile *, SourceRange> locate(const Rule &R,
                                                    llvm::StringRef Text) const;

private:
  llvm::Error addPath(llvm::StringRef Path, DiagnosticEngine &Diags);
  llvm::Error addFile(llvm::StringRef Path, DiagnosticEngine &Diags);

  RuleSet Rules;
  std::vector<std::unique_ptr<SourceFile>> Sources;
  std::vector<std::string> Paths;
};

} // namespace otelrewrite

#endif
