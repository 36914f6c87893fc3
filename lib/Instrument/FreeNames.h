//===- FreeNames.h - beginnings of names that sources do not use -*- C++
//-*-===//

#ifndef OTELREWRITE_LIB_INSTRUMENT_FREENAMES_H
#define OTELREWRITE_LIB_INSTRUMENT_FREENAMES_H

#include "otelrewrite/Instrument/Instrument.h"

namespace otelrewrite {

/// Beginnings of names for one package, found in one pass over its text.
class FreeNames {
public:
  explicit FreeNames(PackageFiles Files);

  /// For what the package has once: `otel`, or `otel1` and so on where a file
  /// of the package uses such names.
  const std::string &getStem() const { return Stem; }
  /// For variables in \p File: `_otel_`, or `_otel1_` and so on where the file
  /// uses such names.
  llvm::StringRef getPrefix(unsigned File) const { return Prefixes[File]; }

private:
  std::string Stem;
  std::vector<std::string> Prefixes;
};

} // namespace otelrewrite

#endif
