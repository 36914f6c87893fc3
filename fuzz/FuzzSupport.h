//===- FuzzSupport.h - what the fuzz targets share --------------*- C++ -*-===//

#ifndef OTELREWRITE_FUZZ_FUZZSUPPORT_H
#define OTELREWRITE_FUZZ_FUZZSUPPORT_H

#include "otelrewrite/Basic/Diagnostic.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <memory>

namespace otelrewrite {

/// Ends the run as a finding unless \p IsGood.
inline void expect(bool IsGood, const llvm::Twine &What) {
  if (IsGood)
    return;
  llvm::errs() << "fuzz: " << What << '\n';
  abort();
}

inline std::unique_ptr<SourceFile> makeFile(const uint8_t *Data, size_t Size,
                                            llvm::StringRef Name) {
  return SourceFile::fromString(
      Name, llvm::StringRef(reinterpret_cast<const char *>(Data), Size));
}

/// The diagnostics as the tools print them.
inline std::string render(const DiagnosticEngine &Diags) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  renderDiagnostics(Diags.getDiagnostics(), OS, /*Colour=*/true);
  return Text;
}

/// Every diagnostic lies in its file.
inline void checkRanges(const DiagnosticEngine &Diags) {
  for (const Diagnostic &D : Diags.getDiagnostics())
    expect(!D.File ||
               (D.Range.Begin <= D.Range.End && D.Range.End <= D.File->size()),
           "a diagnostic is outside its file: " + D.Message);
}

} // namespace otelrewrite

#endif
