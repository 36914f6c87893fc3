//===- Unquote.h - what a string literal means ------------------*- C++ -*-===//

#ifndef OTELREWRITE_LEX_UNQUOTE_H
#define OTELREWRITE_LEX_UNQUOTE_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace otelrewrite {

/// The text that a Go string literal, raw or not, stands for; empty where \p
/// Literal is none. Its escapes are taken for well-formed.
std::string unquote(llvm::StringRef Literal);

} // namespace otelrewrite

#endif
