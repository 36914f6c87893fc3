//===- Measure.cpp - a function's duration as a metric --------------------===//

#include "otelrewrite/Rules/Kinds/Measure.h"

using namespace llvm;
using namespace otelrewrite;

static std::string quoteGo(StringRef Text) {
  std::string Out = "\"";
  for (char C : Text) {
    if (C == '"' || C == '\\')
      (Out += '\\') += C;
    else if (static_cast<unsigned char>(C) < 0x20)
      Out += ' ';
    else
      Out += C;
  }
  return Out + "\"";
}

HookPair Measure::hooks() const {
  HookPair H;
  H.Path = "github.com/open-telemetry/"
           "opentelemetry-go-compile-instrumentation/sdk/hook/measure";
  H.Before = "Before";
  // Each metric is a hook of its own.
  H.After = "After(" + quoteGo(Metric) + ", " + quoteGo(Description) + ")";
  return H;
}
