//===- Quote.h - the go command's quoting of words --------------*- C++ -*-===//
//
// GOFLAGS, -gcflags, -toolexec and their like hold words separated by white
// space; a word that begins with a quote runs to the next one, without escapes
// (cmd/internal/quoted).
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_QUOTE_H
#define OTELREWRITE_DRIVER_QUOTE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace otelrewrite {

llvm::Expected<std::vector<std::string>> splitQuoted(llvm::StringRef Text);

/// The inverse. A word that holds both kinds of quotes cannot be written.
llvm::Expected<std::string> joinQuoted(llvm::ArrayRef<std::string> Words);

} // namespace otelrewrite

#endif
