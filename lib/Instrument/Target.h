//===- Target.h - a function taken apart for instrumentation ----*- C++ -*-===//
//
// Reads from the tree what the writer of Go text needs of a target: names and
// types of parameters and results, type parameters, and which of them the
// signature must be given names for.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_LIB_INSTRUMENT_TARGET_H
#define OTELREWRITE_LIB_INSTRUMENT_TARGET_H

#include "otelrewrite/Instrument/Instrument.h"
#include "otelrewrite/Lex/LineDirectives.h"

namespace otelrewrite {

/// A parameter, the receiver as number 0, or a result.
struct Value {
  std::string Name; ///< the variable that holds it in the rewritten signature
  std::string Type; ///< source text; `[]T` for `...T`
  /// The name the body uses, where it differs from Name: the body's variable is
  /// declared behind the prologue.
  std::string BodyName;
};

struct TypeParam {
  std::string Name;
  std::string Constraint; ///< as it is written in a declaration of ours
};

/// An edit of the signature.
struct SignatureEdit {
  SourceRange Range;
  std::string Text;
};

struct Target {
  const FuncDecl *Func = nullptr;
  unsigned File = 0;
  TargetInfo Info;
  /// Distinguishes this target's declarations in its package: the slot's name
  /// is `otelH` + Id.
  std::string Id;
  /// Begins the names of what the package has once.
  std::string Stem = "otel";
  std::vector<Value> Params, Results;
  std::vector<TypeParam> TypeParams;
  /// Name of the generic receiver type; its constraints are needed from where
  /// it is declared. Empty otherwise.
  std::string GenericReceiver;
  std::vector<SignatureEdit> Edits;
  bool HasAfter = false;
  /// Inserted code refers to results.
  bool NamesResults = false;

  /// The frame has pointers to the values, not the values; see Trampoline.cpp.
  bool hasFrameOfPointers() const {
    return HasAfter && !(Params.empty() && Results.empty());
  }
};

/// Hooks of \p Func, in the order of rules and actions.
std::vector<TargetHook> collectHooks(const RuleSet &Rules,
                                     llvm::ArrayRef<const Match *> Matches);

/// Describes the targets of one file, in the order in which they stand there.
class TargetReader {
public:
  TargetReader(const PackageInfo &Pkg, const ParsedFile &File,
               const RuleSet &Rules)
      : Pkg(Pkg), File(File), Rules(Rules), Lines(File.Tokens) {}

  /// Fills in the parts that setup needs: Func, File, Info and Id. \p Matches
  /// are those of one function, behind the one of the call before.
  Target describe(llvm::ArrayRef<const Match *> Matches);

private:
  std::string idOf(const FuncDecl &Func);
  std::string idOfInit(const FuncDecl &Func);

  const PackageInfo &Pkg;
  const ParsedFile &File;
  const RuleSet &Rules;
  LineDirectives Lines;
  /// Declarations before NextDecl hold NumInits functions `init`.
  size_t NextDecl = 0;
  unsigned NumInits = 0;
};

/// Gives unnamed and blank parameters or results the names that
/// analyzeSignature() gives them.
std::vector<SignatureEdit> nameSignature(const FuncDecl &Func,
                                         const ParsedFile &File,
                                         llvm::StringRef Prefix,
                                         bool NamesParams, bool NamesResults);

/// Fills in the rest. \p Prefix begins every name given to a variable.
void analyzeSignature(Target &T, const ParsedFile &File,
                      llvm::StringRef Prefix);

} // namespace otelrewrite

#endif
