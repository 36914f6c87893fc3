//===- ProgramView.h - a program and what rules make of it ------*- C++ -*-===//
//
// What the answers to people's questions are read off: the packages of a build
// and what each rule finds in them, without building or preparing anything; or
// a build as it was prepared, with the packages that the instrumentation added.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_ANSWERS_PROGRAMVIEW_H
#define OTELREWRITE_ANSWERS_PROGRAMVIEW_H

#include "otelrewrite/Driver/BuildAnalysis.h"
#include "otelrewrite/Driver/Setup.h"

#include <memory>

namespace otelrewrite {

struct ProgramView {
  PackageGraph Graph;
  RuleFiles Rules;
  Overlay Replaced;
  BuildAnalysis Analysis;
  std::string Goroot, ModCache, GoVersion;
  /// The go command's words, where it cannot list the program.
  std::string Failure;
  /// Errors in rule files, and warnings of rules that select nothing.
  DiagnosticEngine Diags;
};

/// The user's program, as it is.
llvm::Expected<std::unique_ptr<ProgramView>>
viewProgram(const Settings &S, GoTool &Go, const GoCommand &Command);

/// The program as \p Build compiles it.
llvm::Expected<std::unique_ptr<ProgramView>>
viewPrepared(const Settings &S, GoTool &Go, const GoCommand &Command,
             const PreparedBuild &Build);

/// \p Path as a person would write it: relative to the current directory where
/// it is below, `$GOROOT/…`, or `module@version/…`.
std::string shortenPath(const ProgramView &V, llvm::StringRef Path);

/// What \p P is a version of: `v1.2.3`, `Go's own` or `this program`.
std::string describeOrigin(const GoPackage &P);

} // namespace otelrewrite

#endif
