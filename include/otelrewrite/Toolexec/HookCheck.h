//===- HookCheck.h - are a rule's hooks what they must be? ------*- C++ -*-===//
//
// A hook is a function `func(hook.Context)` or, typed,
// `func(hook.Context, T...)` with the types of its target. Looked at in the
// source of both packages before anything is compiled, so that a wrong name or
// signature is an error with a position and not one of the linker, of generated
// code or of the running program.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_TOOLEXEC_HOOKCHECK_H
#define OTELREWRITE_TOOLEXEC_HOOKCHECK_H

#include "otelrewrite/Instrument/Instrument.h"
#include "otelrewrite/Match/TypeIdentity.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace otelrewrite {

/// A hook as its package declares it.
struct HookFunction {
  std::string ImportPath;
  const ParsedFile *File = nullptr;
  const FuncDecl *Func = nullptr;
  /// The context is another package's interface.
  bool HasForeignContext = false;
  /// Takes values after the context.
  bool isTyped() const { return countFields(Func->Type->Params) > 1; }
};

/// Finds \p Name among \p Files. Returns an empty text if it can be a hook of
/// some target, or the end of a sentence that begins with "hook `Name`": "does
/// not exist; did you mean …?".
std::string findHook(llvm::ArrayRef<const ParsedFile *> Files,
                     llvm::StringRef Name, PackageSources &Sources,
                     HookFunction &Found);

/// A function that gets hooks.
struct HookTarget {
  std::string ImportPath;
  std::string FuncName; ///< as getFuncName() prints it
  const ParsedFile *File = nullptr;
  const FuncDecl *Func = nullptr;
};

/// How typed \p Hook takes the values of \p Target. A before hook takes all
/// parameters; an after hook all results, or all parameters and then all
/// results. Each as its type; as a pointer to it where the hook may change it
/// (parameters before, results after); or as an `any`. Where that does not fit,
/// reports an error at the hook and a note at the target, and returns nothing.
std::optional<TypedForm> matchSignature(const HookFunction &Hook,
                                        const HookTarget &Target, bool IsAfter,
                                        PackageSources &Sources,
                                        DiagnosticEngine &Diags);

/// A hash of what of a file decides which packages and files a build has: its
/// package clause, its imports, and its build constraints; \p WithFunctions:
/// also of what rules and hooks can refer to in it. Equal hashes mean that an
/// edit did not change them.
std::string digestBuildFacts(const ParsedFile &File, bool WithFunctions);

} // namespace otelrewrite

#endif
