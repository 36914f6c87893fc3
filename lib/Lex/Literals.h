//===- Literals.h - checks of numbers, runes and strings --------*- C++ -*-===//
//
// Internal to Lex. The scanner's fast paths take the common forms; everything
// with a prefix, separator, escape or error comes here. Each function gets the
// literal's begin, returns its end, and reports through Report(offset of the
// error, end of the error, diagnostic, arguments).
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_LIB_LEX_LITERALS_H
#define OTELREWRITE_LIB_LEX_LITERALS_H

#include "otelrewrite/Basic/Diagnostic.h"
#include "otelrewrite/Lex/Token.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <string>

namespace otelrewrite {

using LiteralReporter =
    llvm::function_ref<void(const char *At, const char *AtEnd, diag::Kind,
                            std::initializer_list<std::string> Args)>;

/// \p Begin stands at a digit, or at a `.` before one. \p Kind gets the kind.
const char *scanNumber(const char *Begin, const char *End, tok::Kind &Kind,
                       LiteralReporter Report);

/// \p Begin stands at the `'`.
const char *scanRune(const char *Begin, const char *End,
                     LiteralReporter Report);

/// \p Begin stands at the `"`.
const char *scanString(const char *Begin, const char *End,
                       LiteralReporter Report);

/// \p Begin stands at the backquote.
const char *scanRawString(const char *Begin, const char *End,
                          LiteralReporter Report);

} // namespace otelrewrite

#endif
