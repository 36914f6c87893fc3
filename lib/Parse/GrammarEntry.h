//===- GrammarEntry.h - the generated parser's entry ------------*- C++ -*-===//
//
// Internal to Parse.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_LIB_PARSE_GRAMMARENTRY_H
#define OTELREWRITE_LIB_PARSE_GRAMMARENTRY_H

namespace otelrewrite {

class ParseActions;

/// Parses from P's cursor to the end of the file, starting with P.StartSymbol.
/// False after an error, which P knows of.
bool runGrammar(ParseActions &P);

} // namespace otelrewrite

#endif
