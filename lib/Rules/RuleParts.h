//===- RuleParts.h - the parts of a rule in a file --------------*- C++ -*-===//
//
// Each is read by a source of its own; RuleReader.cpp puts them together.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_RULES_RULEPARTS_H
#define OTELREWRITE_RULES_RULEPARTS_H

#include "DocumentReader.h"

namespace otelrewrite {

/// The table `where`.
Selector readWhere(const DocumentReader &Reader, const DocumentNode &Where);

/// The array `do`, or the table that is short for an array of one.
void readDo(const DocumentReader &Reader, const DocumentNode &Do, Rule &R);

/// The YAML files have `pattern` and `placement` of `inject_code` under
/// `where`.
bool isPlacement(llvm::StringRef Key);
void readPlacement(const DocumentReader &Reader, const DocumentNode &Where,
                   Rule &R);

/// Selectors and actions of the rule that is \p Entry must speak of one sort of
/// place, which becomes the rule's.
void checkPlaces(const DocumentReader &Reader, const DocumentEntry &Entry,
                 Rule &R);

} // namespace otelrewrite

#endif
