//===- Selector.h - which places of a package a rule selects ----*- C++ -*-===//
//
// A boolean expression over the predicates of Selectors.def. A table of keys is
// the conjunction of them; all_of, one_of and not may stand anywhere.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_RULES_SELECTOR_H
#define OTELREWRITE_RULES_SELECTOR_H

#include "otelrewrite/Rules/Glob.h"
#include "otelrewrite/Rules/Kind.h"

#include <optional>
#include <string>
#include <vector>

namespace otelrewrite {

/// `recv = "*Client"`. A star in front is Go's: a pointer receiver. What
/// follows is a pattern of the type's name; `*` alone is any receiver.
struct ReceiverPattern {
  enum class Form : uint8_t { Value, Pointer, Either };
  Form Shape = Form::Value;
  Glob Type;
  bool match(bool IsPointer, llvm::StringRef TypeName) const {
    return (Shape == Form::Either || (Shape == Form::Pointer) == IsPointer) &&
           Type.match(TypeName);
  }
  static ReceiverPattern parse(llvm::StringRef Text,
                               std::optional<Glob::Error> &Err);
  /// As it was written.
  std::string getText() const;
};

/// `net/http.Get`, `(*net/http.Client).Do`, `error`: a name with the import
/// path it belongs to. Path and name are patterns.
struct QualifiedPattern {
  Glob Path; ///< of the package; empty for a predeclared name
  std::optional<ReceiverPattern> Recv; ///< of a method's type
  Glob Name;
  static QualifiedPattern parse(llvm::StringRef Text,
                                std::optional<Glob::Error> &Err);
};

enum class PredicateKind : uint8_t {
#define PREDICATE(Name, Key, Value, Scope) Name,
#include "otelrewrite/Rules/Selectors.def"
};
enum class PredicateValue : uint8_t {
  Glob,
  Receiver,
  Qualified,
  Type,
  Signature,
  Text,
  Flag
};
enum class PredicateScope : uint8_t {
  Function,
  Struct,
  Call,
  Literal,
  Value,
  Any,
  File
};
struct PredicateInfo {
  PredicateKind Kind;
  llvm::StringRef Key;
  PredicateValue Value;
  PredicateScope Scope;
};
/// By PredicateKind.
llvm::ArrayRef<PredicateInfo> getPredicates();

struct Selector {
  enum class Op : uint8_t { AllOf, OneOf, Not, Leaf };
  Op Type = Op::AllOf;
  std::vector<Selector> Children;

  // Of a leaf.
  PredicateKind Kind = PredicateKind::Func;
  std::string Text; ///< as it was written, all but signatures and flags
  bool Flag = false;
  /// Of a signature. Args of `has_func`: the receiver that `has_recv` beside it
  /// names; the file must have that method.
  std::vector<std::string> Args, Returns;
  bool HasArgs = false, HasReturns = false;
  Glob Pattern;
  ReceiverPattern Recv;
  QualifiedPattern Qualified;

  bool isEmpty() const { return Type == Op::AllOf && Children.empty(); }
  const PredicateInfo &getInfo() const {
    return getPredicates()[static_cast<size_t>(Kind)];
  }
  /// Reads Text into the patterns.
  void compile(std::optional<Glob::Error> &Err);
  /// Calls \p F with each leaf.
  template <typename Fn> void forEachLeaf(Fn &&F) const {
    if (Type == Op::Leaf)
      F(*this);
    for (const Selector &C : Children)
      C.forEachLeaf(F);
  }
  /// A leaf of \p K that every selected place satisfies; null: none.
  const Selector *findRequired(PredicateKind K) const;
  bool contains(PredicateKind K) const;
};

} // namespace otelrewrite

#endif
