//===- DoctorCommand.cpp - `otel doctor` ----------------------------------===//

#include "Command.h"

#include "otelrewrite/Answers/Doctor.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

int otelrewrite::runDoctor(const Invocation &I) {
  bool Json = !I.Words.empty() && I.Words.front() == "--json";
  if (I.Words.size() > Json)
    return failUsage(I.Say, "doctor", "unknown word " + I.Words.back());
  std::vector<Finding> Findings = examine(I.Config);
  if (Json)
    outs() << formatv("{0:2}\n", toJSON(Findings));
  else
    print(Findings, outs(), I.ColourOut);
  return any_of(Findings, [](const Finding &F) {
    return F.Result == Finding::Level::Error;
  });
}
