//===- Report.h - a build's instrumentation as one HTML file ----*- C++ -*-===//
//
// What `--report FILE` writes: packages, functions, rules, what was left out
// and why, and the rewritten source beside the original. One file without
// anything from elsewhere; the same bytes for the same build.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_ANSWERS_REPORT_H
#define OTELREWRITE_ANSWERS_REPORT_H

#include "otelrewrite/Answers/Changes.h"

#include "llvm/Support/JSON.h"

namespace otelrewrite {

struct ReportFacts {
  std::string Command; ///< as the user wrote it
  std::string Tool, Sdk, Go;
  /// Programs that the build left, by name, with their size; where known.
  std::vector<std::pair<std::string, uint64_t>> Binaries;
};

/// The report's data; the page draws nothing else.
llvm::json::Value makeReportData(const ReportFacts &Facts, const ProgramView &V,
                                 llvm::ArrayRef<ChangedPackage> Changes);

std::string makeReport(const llvm::json::Value &Data);

} // namespace otelrewrite

#endif
