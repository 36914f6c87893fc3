//===- SyntaxErrors.cpp - wording of syntax errors ------------------------===//

#include "ParseActions.h"

using namespace llvm;
using namespace otelrewrite;

void ParseActions::syntaxError(ArrayRef<StringRef> Stack) {
  unexpected(Cursor - 1, "");
}
