//===- Changes.h - what the compiler was given instead ----------*- C++ -*-===//
//
// The files of a prepared build that the compiler sees otherwise than they are
// on the disk: the toolexec's own rewriting, run on the same inputs.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_ANSWERS_CHANGES_H
#define OTELREWRITE_ANSWERS_CHANGES_H

#include "otelrewrite/Answers/ProgramView.h"
#include "otelrewrite/Rewrite/EditSet.h"

#include <memory>

namespace otelrewrite {

struct ChangedFile {
  std::string Name; ///< short, for people
  /// Null for a file that was added.
  std::unique_ptr<SourceFile> Original;
  EditSet Edits;
  std::string Text; ///< of an added file
  /// Where the functions are whose body got something inserted, by name.
  std::vector<std::pair<std::string, SourceRange>> Functions;
};

struct ChangedPackage {
  std::string ImportPath, Version;
  bool IsRuntime = false;
  std::vector<ChangedFile> Files;
};

/// All packages with a plan, or only \p Only (an import path, or the end of
/// one) if it is not empty.
llvm::Expected<std::vector<ChangedPackage>>
collectChanges(const ProgramView &V, const PreparedBuild &Build,
               llvm::StringRef PlansDir, llvm::StringRef GoVersion,
               llvm::StringRef Only = "");

/// Keeps only what is inserted into \p Function; false if nothing is.
bool keepFunction(ChangedPackage &P, llvm::StringRef Function);

void writeDiff(const ChangedPackage &P, llvm::raw_ostream &OS, bool Colour);

} // namespace otelrewrite

#endif
