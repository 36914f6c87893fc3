//===- Template.h - the part of text/template rules use ---------*- C++ -*-===//
//
// Actions between `{{` and `}}` as Go's text/template reads them: fields with
// arguments, pipelines, printf and the other functions that make sense for
// code, if / else if / else, range (over lists and counts), with, variables,
// comments and trim markers. Not there: nested templates, methods on values,
// break and continue.
//
// Positions are offsets into the template's text.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_RULES_TEMPLATE_H
#define OTELREWRITE_RULES_TEMPLATE_H

#include "otelrewrite/Basic/SourceFile.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace otelrewrite {

struct TemplateError {
  SourceRange Range;
  std::string Message;
};

struct TemplateValue {
  enum class Kind : uint8_t { String, Int, Bool, List, Pair };
  Kind Type = Kind::String;
  std::string Text;   ///< String; the key of a Pair
  std::string Second; ///< the value of a Pair
  int64_t Number = 0;
  bool Truth = false;
  std::vector<TemplateValue> Elements;

  static TemplateValue string(std::string S) {
    TemplateValue V;
    V.Text = std::move(S);
    return V;
  }
  static TemplateValue integer(int64_t N) {
    TemplateValue V;
    V.Type = Kind::Int;
    V.Number = N;
    return V;
  }
  static TemplateValue boolean(bool B) {
    TemplateValue V;
    V.Type = Kind::Bool;
    V.Truth = B;
    return V;
  }
  static TemplateValue pair(std::string Key, std::string Value) {
    TemplateValue V = string(std::move(Key));
    V.Type = Kind::Pair;
    V.Second = std::move(Value);
    return V;
  }
  bool isTrue() const;
  std::string print() const;
};

/// What fields of `.` are. \p Name is empty for `.` itself. Returns nothing and
/// sets \p Error where it cannot say.
using TemplateFields = llvm::function_ref<std::optional<TemplateValue>(
    llvm::StringRef Name, llvm::ArrayRef<TemplateValue> Args,
    std::string &Error)>;

class Template {
public:
  struct Node;
  struct Pipe;

  /// A template without actions is its own text.
  static Template parse(llvm::StringRef Text,
                        std::optional<TemplateError> &Err);
  ~Template();
  Template(Template &&);
  Template &operator=(Template &&);

  bool hasActions() const;
  /// Has it if, range or with?
  bool hasControl() const { return HasControl; }
  /// Is `{{ . }}` somewhere in it?
  bool usesDot() const { return UsesDot; }

  /// \p Forced decides every condition; a range then runs once or not at all.
  /// \p Origins, if there, gets for each piece of the output where it comes
  /// from: (offset in the output, offset in the template).
  std::string
  render(TemplateFields Fields, std::optional<TemplateError> &Err,
         std::optional<bool> Forced = std::nullopt,
         std::vector<std::pair<uint32_t, uint32_t>> *Origins = nullptr) const;

private:
  friend class TemplateParser;
  Template();
  std::string Source;
  std::vector<Node> Nodes;
  bool HasControl = false, UsesDot = false;
};

/// The fields that templates of rules have, with the number of arguments.
struct TemplateField {
  llvm::StringRef Name;
  unsigned NumArgs;
};
llvm::ArrayRef<TemplateField> getTemplateFields();

} // namespace otelrewrite

#endif
