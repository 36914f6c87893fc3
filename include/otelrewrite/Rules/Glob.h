//===- Glob.h - patterns of import paths and names --------------*- C++ -*-===//
//
// `*` matches any run of characters but `/`, `**` any run, `?` one character
// but `/`, `[a-z]` and `[!a-z]` one character of a set, `{a,b}` either
// alternative (which may hold patterns), and `\` takes the next character
// literally. Everything else matches itself. `a/**` matches `a` too, as `...`
// does in the go command.
//
// Matching takes time proportional to pattern times text at worst; the number
// of alternatives a pattern expands to is bounded.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_RULES_GLOB_H
#define OTELREWRITE_RULES_GLOB_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace otelrewrite {

class Glob {
public:
  /// What is wrong with a pattern, and where in it.
  struct Error {
    uint32_t Offset;
    std::string Message;
  };

  /// An empty pattern matches the empty text alone.
  Glob() = default;

  /// On failure \p Err is set and the result must not be used.
  static Glob parse(llvm::StringRef Pattern, std::optional<Error> &Err);

  bool match(llvm::StringRef Text) const;

  /// The pattern has no special character: it matches getPattern() alone.
  bool isExact() const { return Exact; }
  llvm::StringRef getPattern() const { return Pattern; }

private:
  std::string Pattern;
  bool Exact = true;
  std::vector<std::string> Alternatives; // brace-free; empty when exact
};

} // namespace otelrewrite

#endif
