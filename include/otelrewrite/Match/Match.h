//===- Match.h - rules and trees to matches ---------------------*- C++ -*-===//
//
// Finds the functions of one package that rules select. The result says for
// every rule what became of it: matched, refused with the reason, or without a
// match and what comes nearest, so that nothing stays silently uninstrumented.
//
// Creates no text. Used by the rewriter and, before any compile, by setup.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_MATCH_MATCH_H
#define OTELREWRITE_MATCH_MATCH_H

#include "otelrewrite/Match/PackageInfo.h"
#include "otelrewrite/Parse/Parser.h"
#include "otelrewrite/Rules/RuleSet.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace otelrewrite {

/// The files of a package, in the order the compiler gets them. A null pointer
/// is a file that was not parsed since FileFilter excluded it.
using PackageFiles = llvm::ArrayRef<const ParsedFile *>;

/// One rule's selection of one place.
struct Match {
  unsigned Rule = 0; ///< index into the rule set
  unsigned File = 0; ///< index into the package's files
  /// The function, or the one that a call or literal stands in; may be null.
  const FuncDecl *Func = nullptr;
  PlaceKind Kind = PlaceKind::Function;
  /// By Kind: a FuncDecl, TypeSpec, CallExpr, CompositeLit or ValueSpec; null
  /// for the package.
  const Node *Place = nullptr;
  unsigned Index = 0; ///< of the name in a ValueSpec
  /// As messages and plans call it: `(*T).M`, `net/http.Get`.
  std::string Name;
};

/// Why a selected function cannot be instrumented.
enum class RefusalReason : uint8_t {
  Ignored,         ///< the source says `//otel:ignore`
  Blank,           ///< named `_`: nothing can call it
  NoBody,          ///< implemented in assembly or linked from elsewhere
  Pragma,          ///< a //go: directive forbids calls in it
  RuntimePackage,  ///< package runtime depends on the package
  FIPSPackage,     ///< the program checks the package's code against a hash
  RuntimeCallback, ///< the runtime calls it where hooks cannot run
  IllFormed,       ///< its signature holds what is no type
  GenericReceiver, ///< the generic receiver type's declaration is not here
};

struct Refusal {
  unsigned Rule = 0;
  unsigned File = 0;
  const FuncDecl *Func = nullptr; ///< null: the whole package is refused
  RefusalReason Reason = RefusalReason::NoBody;
  std::string FuncName; ///< as getFuncName() prints it; empty for the package
  /// The reason in words, without the function's name: "has no body: …".
  std::string Message;
};

struct MatchResult {
  /// Functions first, then structs, calls, literals, values and packages; in
  /// each the order of files, places, then rules by namespace, order and the
  /// order in which they were read.
  std::vector<Match> Matches;
  std::vector<Refusal> Refusals;
  /// Rules for this package that select none of its places.
  std::vector<unsigned> Unmatched;
};

/// Does \p R select the package, by path and version? Needs no tree: setup asks
/// it for every package of a build.
bool selectsPackage(const Rule &R, const PackageInfo &Pkg);

/// Why selectsPackage() is false although the path fits: the version. Empty
/// where it is not the version.
std::string explainVersionMismatch(const Rule &R, const PackageInfo &Pkg);

/// Indices of the rules of \p Rules that select \p Pkg.
std::vector<unsigned> selectRules(const RuleSet &Rules, const PackageInfo &Pkg);

/// Finds the rules that could be for a package without asking each: a build has
/// a thousand packages, and rules may be as many.
class RuleIndex {
public:
  explicit RuleIndex(const RuleSet &Rules);
  /// Indices, in order, of rules whose path selects \p Pkg, whatever the
  /// version.
  std::vector<unsigned> find(const PackageInfo &Pkg) const;

private:
  const RuleSet &Rules;
  /// By what of the pattern is no pattern, up to a slash.
  llvm::StringMap<std::vector<unsigned>> ByPrefix;
};

/// Is \p ImportPath a package that package runtime depends on, or runtime
/// itself? Nothing in it can be hooked: the hooks' own support is not there.
bool isRuntimePackage(llvm::StringRef ImportPath);

/// Matches every rule that selects \p Pkg against \p Files.
MatchResult matchPackage(const PackageInfo &Pkg, PackageFiles Files,
                         const RuleSet &Rules);

/// Says of a rule that matchPackage() has left unmatched what comes nearest, as
/// a sentence's end: "no function `NewClent`; did you mean `NewClient`?".
std::string explainUnmatched(const Rule &R, const PackageInfo &Pkg,
                             PackageFiles Files);

/// A quick test on bytes alone: may explainUnmatched() need the file \p Source?
/// Few functions of a package have a name like the rule's.
bool mayExplain(const Rule &R, llvm::StringRef Source);

/// The directive `//Name …` directly above the declaration that begins at
/// \p First: what stands behind its name.
std::optional<llvm::StringRef>
findDirective(const ParsedFile &File, TokenIndex First, llvm::StringRef Name);

/// A receiver taken apart: `*Base[TypeArgs]`.
struct ReceiverInfo {
  bool IsPointer = false;
  const Ident *Base = nullptr;         ///< null: there is none
  const IndexExpr *Instance = nullptr; ///< `Base[…]`; null: not generic
};
ReceiverInfo getReceiver(const FuncDecl &Func);

/// The function as Go prints it in rules and telemetry: `F`, `T.M`, `(*T).M`.
std::string getFuncName(const ParsedFile &File, const FuncDecl &Func);

/// The declaration of a type at the package's top level.
struct TypeDeclaration {
  unsigned File = 0;
  const TypeSpec *Spec = nullptr; ///< null: not found
};

/// Finds types by name. Reads the declarations when it is first asked, once:
/// few packages have a generic receiver, and some have thousands.
class TypeIndex {
public:
  explicit TypeIndex(PackageFiles Files) : Files(Files) {}
  /// The first declaration of \p Name.
  TypeDeclaration find(llvm::StringRef Name);

private:
  PackageFiles Files;
  std::optional<llvm::StringMap<TypeDeclaration>> Types;
};

/// Is \p File one that this tool generated? Nothing in it is a target.
bool isGeneratedByTool(const ParsedFile &File);

} // namespace otelrewrite

#endif
