//===- BuildAnalysis.h - rules against the packages of a build --*- C++ -*-===//
//
// Which functions of which packages the rules select, what becomes of rules
// that select nothing, and which program imports what. Reads the sources of
// packages that a rule is for; decides nothing about files or modules.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_BUILDANALYSIS_H
#define OTELREWRITE_DRIVER_BUILDANALYSIS_H

#include "otelrewrite/Driver/GoList.h"
#include "otelrewrite/Driver/RuleFiles.h"
#include "otelrewrite/Instrument/Instrument.h"
#include "otelrewrite/Match/TypeIdentity.h"
#include "otelrewrite/Toolexec/SourcePackage.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace otelrewrite {

struct MatchedPackage {
  const GoPackage *Package = nullptr;
  PackageInfo Info;
  RuleSet Rules; ///< those that select the package
  std::vector<TargetInfo> Targets;
  std::vector<std::string> Changes;  ///< see describeChanges()
  std::vector<AddedFile> AddedFiles; ///< their texts come later
  /// What inserted code may import, and the first rule that asks for it.
  std::map<std::string, std::string> Imports;
};

/// Why a rule is not applied where its import path fits.
struct RuleProblem {
  /// Empty: nothing of Package fits, and what comes nearest has not been looked
  /// for yet. It is in the files Near.
  std::string Message;
  std::vector<std::string> Near;
  const GoPackage *Package = nullptr;
};

/// What became of one rule over the whole build.
struct RuleFate {
  unsigned NumMatches = 0;
  /// Functions that the user's source takes out: `//otel:ignore`.
  unsigned NumIgnored = 0;
  std::vector<RuleProblem> Problems;
};

/// One package against the rules for it.
struct PackageAnalysis {
  // What it is made of.
  PackageInfo Info;
  std::vector<unsigned> Selected; ///< the rules
  std::vector<std::string> Paths, Imports;
  bool isOfSame(const PackageAnalysis &A) const {
    return Info == A.Info && Selected == A.Selected && Paths == A.Paths &&
           Imports == A.Imports;
  }

  // What came of it. Rules are numbered as in the whole set.
  std::vector<unsigned> Matched; ///< a rule for each place
  std::vector<unsigned> Ignored; ///< one for each function opted out
  std::vector<std::pair<unsigned, RuleProblem>> Problems;
  unsigned NumRefused = 0;
  bool HasSyntaxErrors = false;
  std::optional<MatchedPackage> Changed;
};

struct BuildAnalysis {
  /// By import path, all that a rule selects.
  std::map<std::string, PackageAnalysis> Analyses;
  std::vector<MatchedPackage> Packages; ///< those with targets
  /// Packages that a rule selects, with targets or without.
  std::vector<const GoPackage *> Selected;
  std::vector<RuleFate> Fates; ///< one for each rule
  unsigned NumRules = 0, NumFunctions = 0, NumChanges = 0;
  /// Functions that a rule names and that cannot be instrumented.
  unsigned NumRefused = 0;
  /// A selected package does not parse: the compiler will say so.
  bool HasSyntaxErrors = false;
};

/// The package as rules see it.
PackageInfo getPackageInfo(const GoPackage &P);
/// Adds what the packages that \p P imports are called.
void addImportNames(PackageInfo &Info, const GoPackage &P,
                    const PackageGraph &Build);

/// What -overlay replaces: the path in the build to the path on the disk.
using Overlay = std::map<std::string, std::string>;

/// The Go and cgo files of \p P where they are on the disk.
std::vector<std::string> getSourcePaths(const GoPackage &P,
                                        const Overlay &Replaced);

/// Matches \p Rules against the packages of \p Build. Packages not in \p Own,
/// the user's program, are there for the instrumentation alone: only hooks of
/// \p CorePackages (import paths) may be put into them. What \p Earlier, of the
/// same rules a moment ago, has found in the same files is taken from there.
llvm::Expected<BuildAnalysis> analyseBuild(
    const PackageGraph &Build, const PackageGraph &Own, const RuleSet &Rules,
    const Overlay &Replaced, const llvm::StringSet<> &CorePackages,
    llvm::StringRef GoVersion = "", const BuildAnalysis *Earlier = nullptr);

/// Looks for what comes nearest to the rules of \p Analysis that select nothing
/// in a package of \p Build.
llvm::Error explainProblems(BuildAnalysis &Analysis, const PackageGraph &Build,
                            const RuleSet &Rules);

/// Warns of rules for packages of \p Build that select nothing.
llvm::Error reportUnusedRules(BuildAnalysis &Analysis,
                              const PackageGraph &Build, const RuleFiles &Rules,
                              DiagnosticEngine &Diags);

/// Warns of rules that are for no package of \p Build, with the path that comes
/// nearest: for a build in which nothing is found. The installation's own rules
/// are for whatever a program has, and lack nothing.
void reportMissingPackages(const BuildAnalysis &Analysis,
                           const PackageGraph &Build, const RuleFiles &Rules,
                           DiagnosticEngine &Diags);

/// Whole packages of a build, parsed when they are asked for. Diagnostics point
/// into them.
class PackageLoader : public PackageSources {
public:
  PackageLoader(const PackageGraph &Build, const Overlay &Replaced)
      : Build(Build), Replaced(Replaced) {}
  PackageFiles getFiles(llvm::StringRef ImportPath) override;
  std::string getName(llvm::StringRef ImportPath) override;
  std::string resolve(llvm::StringRef From, llvm::StringRef Path) override;
  /// Parses the package; null with the reason in \p Failure where a file cannot
  /// be read. Its own errors are in the result.
  const SourcePackage *load(const GoPackage &P, std::string &Failure);
  /// The import paths of the packages that were parsed.
  std::vector<std::string> getLoaded() const;

private:
  const PackageGraph &Build;
  const Overlay &Replaced;
  std::map<std::string, SourcePackage> Loaded;
};

/// Hooks whose package or function does not exist, or does not fit its target,
/// as errors that point into the rule files or into hook and target. Notes in
/// the targets of \p Analysis how typed hooks take their values.
llvm::Error checkHooks(BuildAnalysis &Analysis, const PackageGraph &Build,
                       const RuleFiles &Rules, PackageLoader &Loader,
                       DiagnosticEngine &Diags);

/// Why the patch of package runtime does not fit \p Runtime; empty if it does.
llvm::Expected<std::string> checkRuntime(const GoPackage &Runtime,
                                         const Overlay &Replaced,
                                         llvm::StringRef GoVersion);

} // namespace otelrewrite

#endif
