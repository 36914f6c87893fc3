//===- PackageScope.h - names and types of one package ----------*- C++ -*-===//
//
// Finds the type of a value as far as declarations of the package spell it:
// variables, parameters, fields, results of its own functions, literals,
// conversions, elements. What other packages declare is not known here, and is
// never guessed.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_LIB_MATCH_PACKAGESCOPE_H
#define OTELREWRITE_LIB_MATCH_PACKAGESCOPE_H

#include "otelrewrite/Match/Match.h"
#include "otelrewrite/Match/Scope.h"

#include <memory>

namespace otelrewrite {

/// A type with a name; pointers to it count as it.
struct NamedType {
  llvm::StringRef Path, Name;
  bool isKnown() const { return !Name.empty(); }
};

/// Where a name is used: the nodes from the file down, and the token.
struct Use {
  unsigned File = 0;
  llvm::ArrayRef<const Node *> Path;
  TokenIndex At = 0;
};

class PackageScope {
public:
  PackageScope(const PackageInfo &Pkg, PackageFiles Files);

  const ImportTable &importsOf(unsigned File);
  /// Does the package declare a function of that name?
  bool hasFunc(llvm::StringRef Name) const {
    auto It = Declared.find(Name);
    return It != Declared.end() && It->second.Func;
  }
  /// The method of the package's own type, with its file.
  std::pair<unsigned, const FuncDecl *> findMethod(llvm::StringRef Type,
                                                   llvm::StringRef Name) const {
    auto It = Methods.find((Type + "." + Name).str());
    return It == Methods.end()
               ? std::pair<unsigned, const FuncDecl *>(0, nullptr)
               : std::pair(It->second.File, It->second.Func);
  }
  bool declares(llvm::StringRef Name) const { return Declared.contains(Name); }
  LocalDecl findLocal(llvm::StringRef Name, const Use &U) const;

  /// The type that \p Type spells.
  NamedType resolve(const Expr *Type, const Use &U);
  /// The type of \p E where it is used.
  NamedType typeOf(const Expr *E, const Use &U);
  /// The type whose method a call of \p Method on a \p T is: \p T, or one that
  /// it embeds.
  NamedType findMethodType(NamedType T, llvm::StringRef Method);

private:
  NamedType findMethodType(NamedType T, llvm::StringRef Method, unsigned Depth);
  /// A type's expression and where it stands. Without a path it is at package
  /// level, and no local name can be meant.
  struct Spelled {
    const Expr *Type = nullptr;
    Use At;
    /// It is known by name alone.
    NamedType Known = {};
    bool isKnown() const { return Type || Known.isKnown(); }
  };
  struct Declaration {
    unsigned File = 0;
    const FuncDecl *Func = nullptr;
    const TypeSpec *Type = nullptr;
    const ValueSpec *Value = nullptr;
    unsigned Index = 0;
  };
  Spelled spell(const Expr *E, const Use &U, unsigned Depth);
  Spelled spellCall(const CallExpr &Call, const Use &U, unsigned Result,
                    unsigned Depth);
  Spelled spellValue(const Expr *Value, unsigned Index, bool IsTuple,
                     const Use &U, unsigned Depth);
  Spelled resultOf(const Declaration &D, unsigned Index) const;
  Spelled elementOf(const Spelled &S, unsigned Depth);
  Spelled fieldOf(const Spelled &S, llvm::StringRef Name, unsigned Depth);
  /// Follows names to what they stand for.
  Spelled underlying(Spelled S, unsigned Depth);
  const Declaration *findDeclared(const Spelled &S) const;
  NamedType resolve(const Spelled &S, unsigned Depth);
  const Declaration *find(llvm::StringRef Name) const {
    auto It = Declared.find(Name);
    return It == Declared.end() ? nullptr : &It->second;
  }

  const PackageInfo &Pkg;
  PackageFiles Files;
  std::vector<std::unique_ptr<ImportTable>> Imports;
  llvm::StringMap<Declaration> Declared;
  llvm::StringMap<Declaration> Methods; ///< by `T.M`
};

} // namespace otelrewrite

#endif
