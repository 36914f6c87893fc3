//===- Diagnostic.cpp - collecting and rendering diagnostics --------------===//

#include "otelrewrite/Basic/Diagnostic.h"

#include "llvm/Support/ErrorHandling.h"

#include <algorithm>

using namespace llvm;
using namespace otelrewrite;

namespace {
struct DiagInfo {
  StringLiteral Name;
  Severity Level;
  StringLiteral Format;
};
} // namespace

static constexpr DiagInfo Infos[] = {
#define DIAG(Name, Level, Format) {#Name, Severity::Level, Format},
#include "otelrewrite/Basic/Diagnostics.def"
    {"", Severity::Error, ""}, // keeps the array non-empty
};

Severity diag::getSeverity(Kind K) { return Infos[K].Level; }
StringRef diag::getName(Kind K) { return Infos[K].Name; }
StringRef diag::getFormat(Kind K) { return Infos[K].Format; }

/// A name of megabytes is not worth as many of messages: appends its beginning.
static void appendArgument(std::string &Out, StringRef Arg) {
  static constexpr size_t MaxLength = 1000;
  if (Arg.size() <= MaxLength) {
    Out += Arg;
    return;
  }
  size_t Length = MaxLength;
  while (Length > 0 && (Arg[Length] & 0xC0) == 0x80)
    --Length; // not within a character
  Out += Arg.take_front(Length);
  Out += "...";
}

/// Replaces {N} by argument N. formatv wants its arguments' types at compile
/// time, which a list of strings does not give.
static std::string formatMessage(StringRef Format, ArrayRef<StringRef> Args) {
  std::string Out;
  while (!Format.empty()) {
    size_t Open = Format.find('{');
    Out += Format.take_front(Open);
    if (Open == StringRef::npos)
      break;
    Format = Format.drop_front(Open + 1);
    unsigned Index = 0;
    if (Format.consumeInteger(10, Index) || !Format.consume_front("}")) {
      Out += '{';
      continue;
    }
    assert(Index < Args.size() && "diagnostic lacks an argument");
    appendArgument(Out, *(Args.begin() + Index));
  }
  return Out;
}

void DiagnosticEngine::report(diag::Kind K, const SourceFile *File,
                              SourceRange Range,
                              std::initializer_list<StringRef> Args) {
  reportList(K, File, Range, ArrayRef<StringRef>(Args.begin(), Args.size()));
}

void DiagnosticEngine::reportList(diag::Kind K, const SourceFile *File,
                                  SourceRange Range, ArrayRef<StringRef> Args) {
  Severity Level = diag::getSeverity(K);
  NumErrors += Level == Severity::Error;
  Diagnostics.push_back(
      {K, Level, File, Range, formatMessage(diag::getFormat(K), Args)});
}

static StringRef levelName(Severity Level) {
  switch (Level) {
  case Severity::Note:
    return "note";
  case Severity::Warning:
    return "warning";
  case Severity::Error:
    return "error";
  }
  llvm_unreachable("unknown severity");
}

/// Longest part of a source line that is shown, in bytes.
static constexpr uint32_t MaxSnippet = 160;

static void renderSnippet(const Diagnostic &D, LineColumn At, raw_ostream &OS,
                          bool Colour) {
  StringRef Line = D.File->getLineText(At.Line);
  uint32_t First = 0; // first byte shown
  uint32_t Caret = std::min<uint32_t>(At.Column - 1, Line.size());
  if (Line.size() > MaxSnippet && Caret > MaxSnippet / 2)
    First =
        std::min<uint32_t>(Caret - MaxSnippet / 2, Line.size() - MaxSnippet);
  StringRef Shown = Line.substr(First, MaxSnippet);
  uint32_t LineEnd = D.File->getLineStart(At.Line) + Line.size();
  uint32_t RangeEnd = std::min(D.Range.End, LineEnd);
  uint32_t Length = RangeEnd > D.Range.Begin ? RangeEnd - D.Range.Begin : 1;
  auto printable = [](char C) {
    return C == '\t' || (static_cast<unsigned char>(C) >= 0x20 && C != 0x7f);
  };
  OS << "  ";
  for (char C : Shown)
    OS << (printable(C) ? C : '?');
  OS << "\n  ";
  // Tabs are repeated, and continuation bytes of UTF-8 take no cell, so that
  // the caret stands below its character on any terminal.
  auto isContinuation = [](char C) { return (C & 0xC0) == 0x80; };
  for (uint32_t I = First; I < Caret; ++I)
    if (!isContinuation(Line[I]))
      OS << (Line[I] == '\t' ? '\t' : ' ');
  if (Colour)
    OS << "\x1b[1;32m";
  OS << '^';
  for (uint32_t I = Caret + 1; I < Caret + Length && I < First + Shown.size();
       ++I)
    if (!isContinuation(Line[I]))
      OS << '~';
  if (Colour)
    OS << "\x1b[0m";
  OS << '\n';
}

LineColumn Diagnostic::getPosition() const {
  return Reported.Line
             ? Reported
             : File->getLineColumn(std::min(Range.Begin, File->size()));
}

void otelrewrite::renderDiagnostic(const Diagnostic &D, raw_ostream &OS,
                                   bool Colour) {
  LineColumn At;
  if (D.File) {
    At = D.File->getLineColumn(std::min(D.Range.Begin, D.File->size()));
    if (Colour)
      OS << "\x1b[1m";
    LineColumn Said = D.getPosition();
    OS << D.File->getName() << ':' << Said.Line << ':' << Said.Column << ": ";
    if (Colour)
      OS << "\x1b[0m";
  }
  if (Colour)
    OS << (D.Level == Severity::Error     ? "\x1b[1;31m"
           : D.Level == Severity::Warning ? "\x1b[1;35m"
                                          : "\x1b[1;36m");
  OS << levelName(D.Level) << ": ";
  if (Colour)
    OS << "\x1b[0m";
  OS << D.Message << '\n';
  if (D.File)
    renderSnippet(D, At, OS, Colour);
}

void otelrewrite::renderDiagnostics(ArrayRef<Diagnostic> Diags, raw_ostream &OS,
                                    bool Colour) {
  for (const Diagnostic &D : Diags)
    renderDiagnostic(D, OS, Colour);
}
