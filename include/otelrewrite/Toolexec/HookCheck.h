//===- HookCheck.h - are a rule's hooks what they must be? ------*- C++ -*-===//
//
// A hook is an exported function `func(hook.Context)`. Looked at in the source
// of the hook package before anything is compiled, so that a wrong name is an
// error in the rule file and not one of the linker or of generated code.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_TOOLEXEC_HOOKCHECK_H
#define OTELREWRITE_TOOLEXEC_HOOKCHECK_H

#include "otelrewrite/Parse/Parser.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace otelrewrite {

/// Empty if \p Name in the package of \p Files can be a hook, or the end of a
/// sentence that begins with "hook `Name`": "does not exist; did you mean …?".
std::string checkHook(llvm::ArrayRef<const ParsedFile *> Files,
                      llvm::StringRef Name);

/// A hash of what of a file decides which packages and files a build has: its
/// package clause, its imports, and its build constraints; \p WithFunctions:
/// also of what rules and hooks can refer to in it. Equal hashes mean that an
/// edit did not change them.
std::string digestBuildFacts(const ParsedFile &File, bool WithFunctions);

} // namespace otelrewrite

#endif
