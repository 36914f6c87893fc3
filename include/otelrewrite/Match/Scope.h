//===- Scope.h - what names in a file mean ----------------------*- C++ -*-===//
//
// Resolves names through a file's scopes without a type checker: imports,
// renamed, dotted or not; and whether a declaration of a function hides them.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_MATCH_SCOPE_H
#define OTELREWRITE_MATCH_SCOPE_H

#include "otelrewrite/AST/Walk.h"
#include "otelrewrite/Parse/Parser.h"

#include "llvm/ADT/StringMap.h"

#include <string>
#include <vector>

namespace otelrewrite {

/// The imports of one file by the names they have in it.
class ImportTable {
public:
  /// \p Names are packages' names by import path, as far as they are known.
  explicit ImportTable(
      const ParsedFile &File,
      llvm::ArrayRef<std::pair<std::string, std::string>> Names = {});
  /// The import path that \p Name stands for, or empty. Of an import without a
  /// name the package's is not known here: what its path suggests is taken.
  llvm::StringRef lookup(llvm::StringRef Name) const;
  llvm::ArrayRef<std::string> getDotImports() const { return Dots; }

private:
  llvm::StringMap<std::string> Named, Guessed;
  std::vector<std::string> Dots;
};

/// Would the package at \p Path be taken to have this \p Name?
bool isNameSuggested(llvm::StringRef Path, llvm::StringRef Name);

/// A declaration in a function. At most one of Type, Value and Range is there:
/// its type, what a `:=` or var assigns to it (IsTuple: as the value number
/// Index of several), what its range clause goes through.
struct LocalDecl {
  bool IsFound = false;
  const Expr *Type = nullptr;
  const Expr *Value = nullptr;
  const Expr *Range = nullptr;
  unsigned Index = 0;
  bool IsTuple = false;
};

/// Looks \p Name, used at the token \p At, up in the functions along \p Path,
/// nodes from the file down.
LocalDecl findLocal(llvm::ArrayRef<const Node *> Path, llvm::StringRef Name,
                    const TokenBuffer &Tokens, TokenIndex At);
inline LocalDecl findLocal(llvm::ArrayRef<const Node *> Path,
                           llvm::StringRef Name, const TokenBuffer &Tokens) {
  return findLocal(Path, Name, Tokens, Path.back()->First);
}

/// Calls \p F with each node of \p Root and the path to it, itself included.
void walkWithPath(
    const Node &Root,
    llvm::function_ref<void(llvm::ArrayRef<const Node *> Path)> F);

} // namespace otelrewrite

#endif
