//===- YamlScalar.h - the text of YAML's scalars ----------------*- C++ -*-===//
//
// Decoding with places. The parser has seen that they are well-formed.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_RULES_YAMLSCALAR_H
#define OTELREWRITE_RULES_YAMLSCALAR_H

#include "otelrewrite/Rules/GoText.h"

#include "llvm/ADT/StringRef.h"

namespace otelrewrite {

/// A plain or quoted scalar; \p Raw, at \p Begin of the file, has the quotes.
GoText decodeFlowScalar(llvm::StringRef Raw, uint32_t Begin);

/// The \p Lines, at \p Begin of the file, below a line that ends in \p Header's
/// `|` or `>` and `-` or `+`. A number there is not heeded.
GoText decodeBlockScalar(llvm::StringRef Header, llvm::StringRef Lines,
                         uint32_t Begin);

} // namespace otelrewrite

#endif
