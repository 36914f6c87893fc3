//===- BranchCheck.cpp - labels and branch statements ---------------------===//

#include "ParseActions.h"

using namespace llvm;
using namespace otelrewrite;

void otelrewrite::checkBranches(const BlockStmt &Body,
                                const TokenBuffer &Tokens,
                                std::vector<PendingDiagnostic> &Errors) {}
