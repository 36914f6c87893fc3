//===- UnifiedDiff.cpp - what an edit set changed, as a diff --------------===//

#include "otelrewrite/Rewrite/UnifiedDiff.h"

#include "llvm/ADT/SmallVector.h"

#include <algorithm>

using namespace llvm;
using namespace otelrewrite;

namespace {
/// Whole lines of the original, half-open and from 0, and the text that stands
/// in their place.
struct Change {
  uint32_t FirstLine, EndLine;
  std::string Text;
};
} // namespace

static uint32_t lineIndex(const SourceFile &File, uint32_t Offset) {
  return File.getLineColumn(Offset).Line - 1;
}

/// Offset of line \p Line from 0; the file's end for the line after the last.
static uint32_t lineStart(const SourceFile &File, uint32_t Line) {
  return Line < File.getNumLines() ? File.getLineStart(Line + 1) : File.size();
}

/// The number of lines that hold text: a final line break ends the last one.
static uint32_t countLines(const SourceFile &File) {
  uint32_t N = File.getNumLines();
  return lineStart(File, N - 1) == File.size() ? N - 1 : N;
}

/// Groups the edits by the lines they touch.
static SmallVector<Change> collectChanges(const SourceFile &File,
                                          ArrayRef<Edit> Edits) {
  SmallVector<Change> Changes;
  uint32_t NumLines = countLines(File);
  for (size_t I = 0; I < Edits.size();) {
    uint32_t First = std::min(lineIndex(File, Edits[I].Range.Begin), NumLines);
    uint32_t End = First;
    EditSet Group;
    for (; I < Edits.size(); ++I) {
      uint32_t From = lineIndex(File, Edits[I].Range.Begin);
      if (End != First && From >= End)
        break;
      // Whole lines put before a line leave that line as it is.
      const Edit &E = Edits[I];
      bool IsWholeLines = E.isInsertion() &&
                          StringRef(E.Text).ends_with("\n") &&
                          E.Range.Begin == lineStart(File, From);
      uint32_t To = IsWholeLines
                        ? From
                        : std::min(lineIndex(File, E.Range.End) + 1, NumLines);
      if (E.Range.Begin == File.size() && !E.isInsertion())
        To = NumLines;
      End = std::max(End, To);
      Edit Moved = E;
      Moved.Range.Begin -= lineStart(File, First);
      Moved.Range.End -= lineStart(File, First);
      if (auto Conflict = Group.add(std::move(Moved)))
        llvm_unreachable("edits of a set do not conflict");
      if (End == First) {
        ++I;
        break;
      }
    }
    SourceRange Lines{lineStart(File, First), lineStart(File, End)};
    Changes.push_back({First, End, Group.apply(File.getText(Lines))});
  }
  return Changes;
}

static void writeLines(StringRef Text, char Mark, raw_ostream &OS) {
  while (!Text.empty()) {
    auto [Line, Rest] = Text.split('\n');
    bool HasBreak = Line.size() < Text.size();
    OS << Mark << Line << '\n';
    if (!HasBreak)
      OS << "\\ No newline at end of file\n";
    Text = Rest;
  }
}

static uint32_t countLines(StringRef Text) {
  return static_cast<uint32_t>(Text.count('\n')) +
         (!Text.empty() && !Text.ends_with("\n"));
}

static void writeRange(uint32_t First, uint32_t Count, raw_ostream &OS) {
  // An empty range names the line before it.
  OS << (Count ? First + 1 : First);
  if (Count != 1)
    OS << ',' << Count;
}

void otelrewrite::writeUnifiedDiff(const SourceFile &File, const EditSet &Edits,
                                   raw_ostream &OS, unsigned Context) {
  SmallVector<Change> Changes = collectChanges(File, Edits.getEdits());
  if (Changes.empty())
    return;
  StringRef Name = File.getName().ltrim('/');
  if (File.size())
    OS << "--- a/" << Name;
  else
    OS << "--- /dev/null";
  OS << "\n+++ b/" << Name << '\n';
  uint32_t NumLines = countLines(File);
  int64_t Shift = 0; // new line number minus old one
  for (size_t I = 0; I < Changes.size();) {
    size_t J = I + 1;
    while (J < Changes.size() &&
           Changes[J].FirstLine <= Changes[J - 1].EndLine + 2 * Context)
      ++J;
    uint32_t First =
        Changes[I].FirstLine - std::min(Changes[I].FirstLine, Context);
    uint32_t End = std::min(Changes[J - 1].EndLine + Context, NumLines);
    int64_t Grown = 0;
    for (size_t K = I; K < J; ++K)
      Grown += int64_t(countLines(Changes[K].Text)) -
               (Changes[K].EndLine - Changes[K].FirstLine);
    OS << "@@ -";
    writeRange(First, End - First, OS);
    OS << " +";
    writeRange(static_cast<uint32_t>(First + Shift),
               static_cast<uint32_t>(End - First + Grown), OS);
    OS << " @@\n";
    uint32_t At = First;
    auto writeOriginal = [&](uint32_t To, char Mark) {
      writeLines(File.getText({lineStart(File, At), lineStart(File, To)}), Mark,
                 OS);
      At = To;
    };
    for (size_t K = I; K < J; ++K) {
      writeOriginal(Changes[K].FirstLine, ' ');
      writeOriginal(Changes[K].EndLine, '-');
      writeLines(Changes[K].Text, '+', OS);
    }
    writeOriginal(End, ' ');
    Shift += Grown;
    I = J;
  }
}
