//===- Trampoline.h - the Go text of one target -----------------*- C++ -*-===//

#ifndef OTELREWRITE_LIB_INSTRUMENT_TRAMPOLINE_H
#define OTELREWRITE_LIB_INSTRUMENT_TRAMPOLINE_H

#include "Target.h"

namespace otelrewrite {

/// What stands behind the function's `{`, on the same line.
std::string writePrologue(const Target &T, llvm::StringRef Prefix);

/// The target's frame type with its methods, its descriptor and its after
/// helper. Belongs into the file of the target, where the types of its
/// signature mean what they mean.
std::string writeTargetDecls(const Target &T);

/// Constraints of the generic type \p Spec under names of ours, for files that
/// do not import what the type's own file imports.
std::string writeConstraints(const TypeSpec &Spec, const TokenBuffer &Tokens);

} // namespace otelrewrite

#endif
