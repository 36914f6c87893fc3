//===- Schema.h - the rule files' form, for editors and people --*- C++ -*-===//
//
// Made from the lists that reading uses: RuleKeys.def, Selectors.def, and the
// fields of each kind in Kinds.def.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_RULES_SCHEMA_H
#define OTELREWRITE_RULES_SCHEMA_H

#include "otelrewrite/Rules/RuleSet.h"

namespace otelrewrite {

/// A JSON schema (draft 7, which editors of TOML and YAML know),
/// pretty-printed.
std::string makeRuleSchema(RuleSyntax Syntax);

/// All keys in Markdown.
std::string makeRuleReference();

} // namespace otelrewrite

#endif
