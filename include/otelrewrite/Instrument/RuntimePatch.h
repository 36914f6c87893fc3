//===- RuntimePatch.h - the edits of package runtime ------------*- C++ -*-===//
//
// Package runtime gets one more file (the hook context, and the goroutine's
// trace context) and a few small edits, each at an anchor that must be found
// exactly once. The edits are a table by Go release; a release that does not
// fit gives an error naming the anchor, and the build goes on without it.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_INSTRUMENT_RUNTIMEPATCH_H
#define OTELREWRITE_INSTRUMENT_RUNTIMEPATCH_H

#include "otelrewrite/Instrument/Instrument.h"

#include <optional>

namespace otelrewrite {

/// Is \p BaseName one of the files instrumentRuntime() edits? The others need
/// not be parsed and may be left out of its input.
bool isPatchedRuntimeFile(llvm::StringRef BaseName);

/// Edits package runtime for \p GoVersion (`go1.26.3`, or empty: by the anchors
/// alone). Reports the anchor that does not fit and returns nothing then.
std::optional<InstrumentedPackage>
instrumentRuntime(PackageFiles Files, llvm::StringRef GoVersion,
                  const InstrumentOptions &Options, DiagnosticEngine &Diags);

/// 32 hexadecimal digits: depends on the patch alone, never on rules or on the
/// tool's release.
std::string getRuntimePatchFingerprint();

} // namespace otelrewrite

#endif
