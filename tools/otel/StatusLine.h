//===- StatusLine.h - progress on a terminal --------------------*- C++ -*-===//
//
// One line at the bottom of a terminal that says what is being done, and is
// gone when that is done. Where standard error is no terminal nothing is
// printed.
//
//===----------------------------------------------------------------------===//

#ifndef OTEL_STATUSLINE_H
#define OTEL_STATUSLINE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

#include <chrono>
#include <string>

namespace otelrewrite {

class StatusLine {
public:
  StatusLine();
  ~StatusLine() { clear(); }
  StatusLine(const StatusLine &) = delete;
  StatusLine &operator=(const StatusLine &) = delete;

  bool isOnTerminal() const { return IsOnTerminal; }
  /// Nothing is shown in the first moments: what is quick needs no word.
  void show(const llvm::Twine &Text);
  void clear();
  /// Prints \p Text above the line.
  void print(llvm::StringRef Text);
  unsigned getSeconds() const;

private:
  bool IsOnTerminal = false, AtLineStart = true;
  std::string Shown; ///< empty: nothing
  std::chrono::steady_clock::time_point Start;
};

} // namespace otelrewrite

#endif
