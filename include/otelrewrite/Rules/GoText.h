//===- GoText.h - Go in a rule file -----------------------------*- C++ -*-===//
//
// A text with the place of each of its bytes in the rule file, whatever quotes
// and escapes it is written with, so that a message can point at it.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_RULES_GOTEXT_H
#define OTELREWRITE_RULES_GOTEXT_H

#include "otelrewrite/Basic/SourceFile.h"

#include <string>
#include <vector>

namespace otelrewrite {

/// From TextBegin on, a byte of the text is a byte of the file, to the next
/// segment.
struct TextSegment {
  uint32_t TextBegin = 0, FileBegin = 0;
};

struct GoText {
  std::string Text;
  std::vector<TextSegment> Segments;

  bool isEmpty() const { return Text.empty(); }
  /// Where byte \p Offset of the text stands in the rule file.
  uint32_t getFileOffset(uint32_t Offset) const {
    uint32_t Out = 0;
    for (const TextSegment &S : Segments)
      if (S.TextBegin <= Offset)
        Out = S.FileBegin + (Offset - S.TextBegin);
    return Out;
  }
  bool operator==(const GoText &O) const { return Text == O.Text; }
};

} // namespace otelrewrite

#endif
