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
  explicit ImportTable(const ParsedFile &File);
  /// The import path that \p Name stands for, or empty. Of an import without a
  /// name the package's is not known here: what its path suggests is taken.
  llvm::StringRef lookup(llvm::StringRef Name) const;
  llvm::ArrayRef<std::string> getDotImports() const { return Dots; }

private:
  llvm::StringMap<std::string> Named, Guessed;
  std::vector<std::string> Dots;
};

/// A declaration in a function. Type may be null; Value is what a `:=` or var
/// without a type assigns, if it is one to one.
struct LocalDecl {
  bool IsFound = false;
  const Expr *Type = nullptr;
  const Expr *Value = nullptr;
};

/// Looks \p Name up in the functions around the last of \p Path, nodes from the
/// file down.
LocalDecl findLocal(llvm::ArrayRef<const Node *> Path, llvm::StringRef Name,
                    const TokenBuffer &Tokens);

/// Calls \p F with each node of \p Root and the path to it, itself included.
void walkWithPath(
    const Node &Root,
    llvm::function_ref<void(llvm::ArrayRef<const Node *> Path)> F);

} // namespace otelrewrite

#endif
