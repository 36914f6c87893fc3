//===- Measure.cpp - a function's duration as a metric --------------------===//

#include "Application.h"

using namespace llvm;
using namespace otelrewrite;

// A pair of hooks that the importer makes for the metric: see collectHooks.
void otelrewrite::apply(const Measure &, Application &) {}
