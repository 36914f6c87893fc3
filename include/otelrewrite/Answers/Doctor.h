//===- Doctor.h - is everything here that a build needs? --------*- C++ -*-===//
//
// The checks of `otel doctor`. Each is independent: one that fails hides none.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_ANSWERS_DOCTOR_H
#define OTELREWRITE_ANSWERS_DOCTOR_H

#include "otelrewrite/Driver/GoTool.h"
#include "otelrewrite/Driver/Settings.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace otelrewrite {

struct Finding {
  enum class Level : uint8_t { Good, Note, Warning, Error };
  Level Result = Level::Good;
  std::string Topic;  ///< `go`, `cache`, …
  std::string Text;   ///< what was seen
  std::string Advice; ///< what to do; empty where there is nothing
};

std::vector<Finding> examine(const Settings &S);

void print(llvm::ArrayRef<Finding> Findings, llvm::raw_ostream &OS,
           bool Colour);
llvm::json::Value toJSON(llvm::ArrayRef<Finding> Findings);

} // namespace otelrewrite

#endif
