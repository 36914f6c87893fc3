//===- RuleFiles.h - the rule files of an invocation ------------*- C++ -*-===//
//
// Reads the installation's rules, those of the project and of its modules, and
// those the user names, and keeps their sources so that diagnostics can point
// into them. They add up; of rules with one name that of the later source
// counts: built in, modules, the project's `otel.toml`, --rules and OTEL_RULES.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_RULEFILES_H
#define OTELREWRITE_DRIVER_RULEFILES_H

#include "otelrewrite/Driver/RuleModules.h"
#include "otelrewrite/Driver/Settings.h"
#include "otelrewrite/Rules/RuleSet.h"

#include <memory>

namespace otelrewrite {

class RuleFiles {
public:
  /// Directories are read in the order of their names, see isFolderRuleFile.
  /// Errors in the files go to \p Diags. \p Modules: null where no project is
  /// looked at.
  static llvm::Expected<RuleFiles> load(const Settings &S,
                                        DiagnosticEngine &Diags,
                                        const RuleModules *Modules = nullptr);
  /// Finds what the project says, and loads it all.
  static llvm::Expected<RuleFiles> loadProject(const Settings &S,
                                               const GoTool &Go,
                                               const GoCommand *Command,
                                               DiagnosticEngine &Diags);

  const RuleSet &getRules() const { return Rules; }
  /// Files and directories that were read: what a change of rules touches.
  llvm::ArrayRef<std::string> getPaths() const { return Paths; }

  /// Does the rule come with the installation, not from the user?
  bool isInstalled(const Rule &R) const;

  /// Where \p Text, a value of the rule, stands in it, or the rule's name where
  /// it cannot be found. Null file: the rule file is not known.
  std::pair<const SourceFile *, SourceRange> locate(const Rule &R,
                                                    llvm::StringRef Text) const;

private:
  llvm::Error addPath(llvm::StringRef Path, RuleSet &Into,
                      DiagnosticEngine &Diags);
  llvm::Error addFile(llvm::StringRef Path, llvm::StringRef Library,
                      RuleSet &Into, DiagnosticEngine &Diags);

  RuleSet Rules;
  /// Diagnostics point into what the project says.
  std::shared_ptr<RuleModules> Project;
  std::vector<std::unique_ptr<SourceFile>> Sources;
  std::vector<std::string> Paths;
  std::string InstalledDir;
};

} // namespace otelrewrite

#endif
