//===- RuleModules.h - rules that come as Go modules ------------*- C++ -*-===//
//
// What a project says of its instrumentation: `otel.instrumentation.go` beside
// go.mod imports packages that have rule files, and `otel.toml` there has rules
// of its own. A module of such a package may have an `otel.instrumentation.go`
// too, which is followed. `//otel:use NAME...` in it names libraries whose
// rules come with otel.
//
// Decides which files there are and reads none of the rules.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_RULEMODULES_H
#define OTELREWRITE_DRIVER_RULEMODULES_H

#include "otelrewrite/Driver/GoTool.h"
#include "otelrewrite/Parse/Parser.h"

#include <memory>
#include <set>

namespace otelrewrite {

/// The file that names a project's instrumentation, and what other tools call
/// it besides.
inline constexpr llvm::StringLiteral UseFile = "otel.instrumentation.go";
inline constexpr llvm::StringLiteral OtherUseFile = "otelc.tool.go";
/// The project's own rules.
inline constexpr llvm::StringLiteral OwnRuleFile = "otel.toml";

/// Where a name stands in a use file.
struct UseSite {
  std::string Name;
  const SourceFile *File = nullptr;
  SourceRange Range;
};

/// A Go package with rule files.
struct RulePackage {
  std::string ImportPath, Dir;
  std::string Library; ///< for files that are called otelc
  std::vector<std::string> Files;
};

class RuleModules {
public:
  /// Looks at the main modules of \p Go, whose environment is loaded. \p Flags
  /// are those of the go command that choose module files. What is wrong goes
  /// to
  /// \p Diags.
  static llvm::Expected<RuleModules> find(const GoTool &Go,
                                          llvm::ArrayRef<std::string> Flags,
                                          DiagnosticEngine &Diags);

  /// Is there a use file? Then it says which built-in libraries are used.
  bool hasUseFile() const { return !Sources.empty(); }
  /// Built-in libraries by name or by their hooks' import path; `*`: all.
  llvm::ArrayRef<UseSite> getUses() const { return Uses; }
  /// In the order of the imports.
  llvm::ArrayRef<RulePackage> getPackages() const { return Packages; }
  /// The `otel.toml` of the main modules and of the workspace.
  llvm::ArrayRef<std::string> getOwnFiles() const { return OwnFiles; }
  /// What would change the answer, also by being there.
  llvm::ArrayRef<std::string> getInputs() const { return Inputs; }

private:
  llvm::Error readUseFile(llvm::StringRef Dir, std::vector<UseSite> &Imports,
                          DiagnosticEngine &Diags, bool &IsThere);
  llvm::Error collect(const GoTool &Go, llvm::StringRef Root,
                      llvm::ArrayRef<std::string> Flags,
                      std::vector<UseSite> Imports, DiagnosticEngine &Diags);
  void nameLibraries();

  std::vector<std::unique_ptr<SourceFile>> Sources;
  std::vector<UseSite> Uses;
  std::vector<RulePackage> Packages;
  std::vector<std::string> OwnFiles, Inputs;
  std::set<std::string> SeenDirs, SeenImports;
};

/// The folders of the main modules; with a workspace its own folder first.
llvm::Expected<std::vector<std::string>> findModuleRoots(const GoTool &Go);

/// The rule files of the package in \p Dir, sorted: its own and those in
/// folders below it that belong to the same module. \p Dirs: the folders looked
/// at.
std::vector<std::string>
findRuleFiles(llvm::StringRef Dir, std::vector<std::string> *Dirs = nullptr);

/// Flags of \p Command that choose module files.
std::vector<std::string> getModuleFlags(const GoCommand &Command);

} // namespace otelrewrite

#endif
