//===- Trampoline.h - the Go text of one target -----------------*- C++ -*-===//

#ifndef OTELREWRITE_LIB_INSTRUMENT_TRAMPOLINE_H
#define OTELREWRITE_LIB_INSTRUMENT_TRAMPOLINE_H

#include "Target.h"

#include "llvm/Support/raw_ostream.h"

namespace otelrewrite {

// Streams here take many small pieces: give them a buffer.

/// What stands behind the function's `{`, on the same line.
void writePrologue(const Target &T, llvm::StringRef Prefix,
                   llvm::raw_ostream &OS);

/// The target's frame type with its methods, its descriptor and its after
/// helper. Belongs into the file of the target, where the types of its
/// signature mean what they mean.
void writeTargetDecls(const Target &T, llvm::raw_ostream &OS);

/// Constraints of the generic type \p Spec under names of ours, for files that
/// do not import what the type's own file imports.
void writeConstraints(const TypeSpec &Spec, const TokenBuffer &Tokens,
                      llvm::raw_ostream &OS);

} // namespace otelrewrite

#endif
