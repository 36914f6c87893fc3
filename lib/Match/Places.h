//===- Places.h - the places of a package that rules ask about --*- C++ -*-===//

#ifndef OTELREWRITE_LIB_MATCH_PLACES_H
#define OTELREWRITE_LIB_MATCH_PLACES_H

#include "PackageScope.h"

namespace otelrewrite {

/// A place with what selectors may ask of it.
struct Candidate {
  PlaceKind Kind = PlaceKind::Package;
  unsigned File = 0;
  const FuncDecl *Func = nullptr; ///< the function, or the one around
  const Node *Place = nullptr;
  unsigned Index = 0;               ///< of a name in a ValueSpec
  TokenIndex Declaration = NoToken; ///< what a directive stands above
  bool IsConst = false;
  // Of a call or literal, resolved.
  llvm::StringRef Path, Name;
  bool HasRecv = false, IsPointer = false;
  llvm::StringRef TypeName;
};

/// Answers selectors for one package.
class PlaceMatcher {
public:
  PlaceMatcher(const PackageInfo &Pkg, PackageFiles Files);

  bool selects(const Selector &S, const Candidate &C);
  /// Calls \p F with each candidate of \p Kind.
  void forEach(PlaceKind Kind, llvm::function_ref<void(const Candidate &)> F);
  /// An interface that \p S asks for and whose methods are not known; empty:
  /// none.
  std::string findUnknownInterface(const Selector &S) const;
  /// Where a method is called that \p Q may mean, on a value whose type is not
  /// known, as `shop.go:12`; empty: nowhere.
  std::string findUnknownCall(const QualifiedPattern &Q);

private:
  /// Made when first asked for: most rules select functions by name.
  PackageScope &getScope() {
    if (!Scope)
      Scope.emplace(Pkg, Files);
    return *Scope;
  }
  /// Names and signatures.
  using MethodList = std::vector<std::pair<std::string, std::string>>;
  bool addMethods(llvm::StringRef Path, llvm::StringRef Name, MethodList &Out,
                  unsigned Depth);
  bool holds(const Selector &Leaf, const Candidate &C);
  bool holdsForFile(const Selector &Leaf, const ParsedFile &File);
  bool hasSignature(const Selector &Leaf, const Candidate &C);
  bool implements(const QualifiedPattern &Q, const Candidate &C);
  void forEachInFile(unsigned I, PlaceKind Kind,
                     llvm::function_ref<void(const Candidate &)> F);
  bool resolveCall(llvm::ArrayRef<const Node *> Path, Candidate &C);
  bool resolveType(llvm::ArrayRef<const Node *> Path, const Expr *Type,
                   Candidate &C);
  /// A type with import paths for qualifiers and without blanks.
  std::string typeText(unsigned File, const Expr *E, bool WithPaths);
  std::string signatureOf(unsigned File, const FuncType &F);

  const PackageInfo &Pkg;
  PackageFiles Files;
  std::optional<PackageScope> Scope;
  /// Of those asked for; nothing: not known.
  llvm::StringMap<std::optional<MethodList>> Interfaces;
};

} // namespace otelrewrite

#endif
