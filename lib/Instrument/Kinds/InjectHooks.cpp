//===- InjectHooks.cpp - run hooks around a function ----------------------===//

#include "Application.h"

using namespace llvm;
using namespace otelrewrite;

// Hooks of all rules make one trampoline: see Target.h.
void otelrewrite::apply(const InjectHooks &, Application &) {}
