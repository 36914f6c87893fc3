//===- TypeIdentity.h - are two types the same? -----------------*- C++ -*-===//
//
// Types as two files spell them, made comparable: names are resolved through
// each file's own import table (renamed and dot imports too) and the
// declarations of its package, aliases are followed, and what does not matter
// (parameter names, the order of an interface's methods) is left out.
//
// Reads declarations alone: no package is type-checked. What cannot be decided
// from them is said to be unknown, never taken for equal.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_MATCH_TYPEIDENTITY_H
#define OTELREWRITE_MATCH_TYPEIDENTITY_H

#include "otelrewrite/Match/Match.h"

#include "llvm/ADT/StringMap.h"

#include <set>
#include <string>

namespace otelrewrite {

/// Where the declarations of packages come from.
class PackageSources {
public:
  virtual ~PackageSources();
  /// All parsed files of a package; empty where they are not known.
  virtual PackageFiles getFiles(llvm::StringRef ImportPath) = 0;
  /// The name in the package's clause.
  virtual std::string getName(llvm::StringRef ImportPath) = 0;
  /// The package that importing \p Path in package \p From means: vendoring can
  /// make it another.
  virtual std::string resolve(llvm::StringRef From, llvm::StringRef Path) = 0;
};

/// Where a type is spelled.
struct TypeScope {
  std::string ImportPath;
  const ParsedFile *File = nullptr;
  /// Type parameters in scope, by name, with what they stand for.
  llvm::StringMap<std::string> TypeParams;
};

struct TypeIdentity {
  /// Two known types are identical if and only if their texts are equal. A
  /// declared type is `"import/path".Name`.
  std::string Text;
  /// Why the text is not reliable; empty if it is.
  std::string Unknown;
  /// What keeps package \p From of readType() from spelling the type as it is
  /// spelled here: "`conn` is not exported". Empty if nothing does.
  std::string Hidden;
  bool usesTypeParams() const { return HasTypeParams; }
  bool HasTypeParams = false;

  bool isSame(const TypeIdentity &Other) const {
    return Unknown.empty() && Other.Unknown.empty() && Text == Other.Text;
  }
  bool isPointerTo(const TypeIdentity &Other) const {
    return Unknown.empty() && Other.Unknown.empty() && Text == "*" + Other.Text;
  }
  bool isEmptyInterface() const { return Text == "interface{}"; }
  /// For messages: declared types as `name.Name`.
  std::string getReadable() const;
};

/// Reads \p Type as \p Scope spells it. \p From is the package that would have
/// to name it.
TypeIdentity readType(const Expr &Type, const TypeScope &Scope,
                      llvm::StringRef From, PackageSources &Sources);

/// The methods of the interface that \p Type names or spells, as `Get(int)
/// (string)`. \p Why: why they are not known; empty if they are.
std::set<std::string> readMethods(const Expr &Type, const TypeScope &Scope,
                                  PackageSources &Sources, std::string &Why);

/// The scope of \p Func's signature, its type parameters included.
TypeScope getSignatureScope(llvm::StringRef ImportPath, const ParsedFile &File,
                            const FuncDecl &Func);

} // namespace otelrewrite

#endif
