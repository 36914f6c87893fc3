//===- StatusLine.cpp - progress on a terminal ----------------------------===//

#include "StatusLine.h"

#include "Command.h"

#include "llvm/Support/raw_ostream.h"

#include <sys/ioctl.h>
#include <unistd.h>

using namespace llvm;
using namespace otelrewrite;

StatusLine::StatusLine()
    : IsOnTerminal(isatty(STDERR_FILENO) && getVariable("TERM") != "dumb"),
      Start(std::chrono::steady_clock::now()) {}

unsigned StatusLine::getSeconds() const {
  return static_cast<unsigned>(std::chrono::duration_cast<std::chrono::seconds>(
                                   std::chrono::steady_clock::now() - Start)
                                   .count());
}

void StatusLine::show(const Twine &Text) {
  constexpr std::chrono::milliseconds Patience{300};
  if (!IsOnTerminal || !AtLineStart ||
      std::chrono::steady_clock::now() - Start < Patience)
    return;
  winsize Size = {};
  size_t Columns =
      ioctl(STDERR_FILENO, TIOCGWINSZ, &Size) == 0 && Size.ws_col > 10
          ? Size.ws_col
          : 80;
  std::string Line = ("otel: " + Text).str();
  if (Line.size() >= Columns)
    Line.resize(Columns - 1);
  if (Line == Shown)
    return;
  errs() << '\r' << Line << "\x1b[K";
  Shown = std::move(Line);
}

void StatusLine::clear() {
  if (Shown.empty())
    return;
  errs() << "\r\x1b[K";
  Shown.clear();
}

void StatusLine::print(StringRef Text) {
  clear();
  errs() << Text;
  AtLineStart = Text.ends_with("\n");
}
