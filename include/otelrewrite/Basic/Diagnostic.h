//===- Diagnostic.h - what is wrong with an input, and where ----*- C++ -*-===//
//
// Diagnostics speak of the user's input: Go source and rule files. A failing
// environment is an llvm::Error, a defect of ours an assertion. Stages add to a
// DiagnosticEngine and go on; a tool renders what was collected.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_BASIC_DIAGNOSTIC_H
#define OTELREWRITE_BASIC_DIAGNOSTIC_H

#include "otelrewrite/Basic/SourceFile.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <initializer_list>
#include <string>
#include <vector>

namespace otelrewrite {

enum class Severity : uint8_t { Note, Warning, Error };

namespace diag {
enum Kind : uint16_t {
#define DIAG(Name, Severity, Format) Name,
#include "otelrewrite/Basic/Diagnostics.def"
  NumDiagnostics
};
Severity getSeverity(Kind K);
/// The enumerator's spelling, as tests and documentation name it.
llvm::StringRef getName(Kind K);
llvm::StringRef getFormat(Kind K);
} // namespace diag

struct Diagnostic {
  diag::Kind Kind;
  Severity Level;
  /// The file the range is in; null where there is none. It must outlive the
  /// diagnostic.
  const SourceFile *File = nullptr;
  SourceRange Range;
  std::string Message;
  /// Where the message says that the range begins, if not where it does: the
  /// compiler's own count is off in one case, and users compare. Line 0: none.
  LineColumn Reported = {};

  /// The position in the message; \p File must not be null.
  LineColumn getPosition() const;
};

/// Collects diagnostics in the order they are found. A note belongs to the
/// diagnostic before it.
class DiagnosticEngine {
public:
  void report(diag::Kind K, const SourceFile *File, SourceRange Range,
              std::initializer_list<llvm::StringRef> Args = {});
  void report(diag::Kind K, const SourceFile &File, SourceRange Range,
              std::initializer_list<llvm::StringRef> Args = {}) {
    report(K, &File, Range, Args);
  }
  /// The same for arguments that are made as the program runs.
  void reportList(diag::Kind K, const SourceFile *File, SourceRange Range,
                  llvm::ArrayRef<llvm::StringRef> Args);
  /// Sets the reported position of the last diagnostic.
  void setReported(LineColumn At) { Diagnostics.back().Reported = At; }

  llvm::ArrayRef<Diagnostic> getDiagnostics() const { return Diagnostics; }
  unsigned getNumErrors() const { return NumErrors; }
  bool hasErrors() const { return NumErrors != 0; }

private:
  std::vector<Diagnostic> Diagnostics;
  unsigned NumErrors = 0;
};

/// Writes `file:line:column: error: message`, the source line and a caret with
/// tildes under the range. \p Colour adds ANSI colours.
void renderDiagnostic(const Diagnostic &D, llvm::raw_ostream &OS, bool Colour);

/// Renders all of \p Diags in order.
void renderDiagnostics(llvm::ArrayRef<Diagnostic> Diags, llvm::raw_ostream &OS,
                       bool Colour);

} // namespace otelrewrite

#endif
