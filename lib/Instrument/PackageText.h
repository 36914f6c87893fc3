//===- PackageText.h - what an instrumented package has once ----*- C++ -*-===//

#ifndef OTELREWRITE_LIB_INSTRUMENT_PACKAGETEXT_H
#define OTELREWRITE_LIB_INSTRUMENT_PACKAGETEXT_H

#include "Target.h"

#include "llvm/ADT/StringSet.h"

namespace otelrewrite {

/// Types, helpers, linknames and slots, without package clause and imports.
/// \p ImporterSlots names the slots that the package's importer declares.
std::string writePackageDecls(const PackageInfo &Pkg,
                              llvm::ArrayRef<Target> Targets,
                              llvm::StringRef Stem,
                              const llvm::StringSet<> &ImporterSlots,
                              const InstrumentOptions &Options);

/// The generated file with them.
std::string writePackageFile(const PackageInfo &Pkg, llvm::StringRef Decls,
                             llvm::StringRef Stem);

/// All that writePackageDecls() may begin with.
std::string getPackageTemplates();

} // namespace otelrewrite

#endif
