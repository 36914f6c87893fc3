//===- TemplateTree.h - what a template is parsed to ------------*- C++ -*-===//

#ifndef OTELREWRITE_RULES_TEMPLATETREE_H
#define OTELREWRITE_RULES_TEMPLATETREE_H

#include "otelrewrite/Rules/Template.h"

namespace otelrewrite {

struct Template::Pipe {
  /// An operand: `.`, `.Name`, `$v`, `"text"`, `1`, `true`, a function's name,
  /// or a pipeline in parentheses.
  struct Operand {
    enum class Kind : uint8_t {
      Dot,
      Field,
      Variable,
      Constant,
      Function,
      Paren
    };
    Kind Type = Kind::Dot;
    std::string Name;   // Field, Variable, Function
    std::string Suffix; // `.Key` behind a variable or parentheses
    TemplateValue Value;
    std::unique_ptr<Pipe> Inner;
    SourceRange Range;
  };
  using Command = std::vector<Operand>;
  std::vector<std::string> Vars; // `$i, $x := …`
  bool IsAssignment = false;
  std::vector<Command> Commands;
};

struct Template::Node {
  enum class Kind : uint8_t { Text, Output, If, Range, With };
  Kind Type = Kind::Text;
  SourceRange At; // of the text, or of the action
  Pipe Value;
  std::vector<Node> Then, Else;
};

} // namespace otelrewrite

#endif
