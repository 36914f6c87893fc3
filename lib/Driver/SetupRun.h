//===- SetupRun.h - one run of setup, step by step --------------*- C++ -*-===//
//
// Setup.cpp has the run itself and what it begins with: rules, the user's
// overlay, the packages. SetupImporters.cpp brings hooks into programs,
// SetupModules.cpp gets the modules and archives that they and inserted code
// need, SetupPlans.cpp writes what the toolexec is told, and the flags.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_LIB_DRIVER_SETUPRUN_H
#define OTELREWRITE_LIB_DRIVER_SETUPRUN_H

#include "otelrewrite/Driver/BuildAnalysis.h"
#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/Inputs.h"
#include "otelrewrite/Driver/Marks.h"
#include "otelrewrite/Driver/Modules.h"
#include "otelrewrite/Driver/RuleFiles.h"
#include "otelrewrite/Driver/Setup.h"

#include "llvm/ADT/StringSet.h"

#include <map>
#include <optional>

namespace otelrewrite {

/// A main package, or the external test package of a tested one, that gets the
/// file which brings the hooks in.
struct Importer {
  const GoPackage *Package = nullptr; ///< of the user's graph
  bool IsTest = false;                ///< as a file of the external tests
  std::string Path;                   ///< where the go command sees it
  std::string File;                   ///< where it is
  std::vector<TargetInfo> Targets;
  std::string Text;
};

/// One run of setup. The steps in order are the functions in order.
class SetupRun {
public:
  SetupRun(const Settings &S, GoTool &Go, const GoCommand &Command,
           const CacheLayout &Cache, std::string Generation, SetupProgress Say)
      : S(S), Go(Go), Command(Command), Cache(Cache),
        Generation(std::move(Generation)), Say(Say) {}

  llvm::Expected<SetupResult> run(BuildState &State);

private:
  llvm::Error loadRules();
  llvm::Error loadOverlay();
  llvm::Error gather();
  llvm::Error listOwnPackages();
  llvm::Error findImporters();
  llvm::Error readVendorFolder();
  llvm::Error resolve();
  void noteRaisedModules();
  llvm::Error writeImporters(const BuildAnalysis &Analysis);
  std::string makeRecord(const BuildAnalysis &Analysis,
                         const Importer &I) const;
  llvm::Error loadAddedFiles();
  void checkCycles();
  void addImportInputs(InputCollector &Inputs) const;
  llvm::Error exportImports();
  llvm::Error writePlans();
  llvm::Error makeFlags();
  std::vector<std::string> getOverlayPatterns() const;
  void fail(std::string Reason) {
    Out.Result = SetupResult::Outcome::Failed;
    Out.Reason = std::move(Reason);
  }
  bool renderErrors(const DiagnosticEngine &Diags);
  void addWarnings(const DiagnosticEngine &Diags);
  bool isHarmless(const GoPackage &P) const;
  /// Is there anything to instrument in a program of these packages?
  bool isWorthwhile(const llvm::StringSet<> &Closure) const;
  void step(llvm::StringRef What) const {
    if (Say)
      Say(What);
  }
  bool isGoing() const { return Out.Result == SetupResult::Outcome::Prepared; }

  const Settings &S;
  GoTool &Go;
  const GoCommand &Command;
  const CacheLayout &Cache;
  std::string Generation;
  SetupProgress Say;

  SetupResult Out;
  RuleFiles Rules;
  std::vector<std::string> Patterns;
  bool IsTest = false;
  Overlay Replaced; // the user's own -overlay
  std::optional<VendorFolder> Vendor;
  Overlay VendoredModFiles;
  PackageGraph Own;        // the user's program as it is
  std::string ListProblem; // why it cannot be looked at
  BuildAnalysis Found;
  std::vector<std::string>
      ReadForHooks; // packages whose types hooks were held against
  std::vector<Importer> Importers;
  ResolvedModules Modules;
  BuildAnalysis Final; // with the versions that will be compiled
  std::vector<PackageMark> Marks;
  std::vector<std::string> PlanFiles;
  std::string OverlayFile;
  std::string SdkVersion;
  /// What inserted code imports: content by import path, and the archives.
  std::map<std::string, std::string> Contents;
  std::string ExportsFile;
  std::vector<std::string> Archives;
};

} // namespace otelrewrite

#endif
