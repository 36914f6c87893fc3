//===- FileEditor.cpp - edits that keep positions -------------------------===//

#include "FileEditor.h"

using namespace llvm;
using namespace otelrewrite;

void FileEditor::add(SourceRange Range, std::string Text, StringRef Owner) {
  if (auto Conflict =
          Edits.add({Range, std::move(Text), Owner.str(), std::nullopt}))
    Conflict->report(File.Source, Diags);
}

/// Nothing but blanks stands between \p Offset and the end of its line.
static bool isLineEnd(StringRef Bytes, uint32_t Offset) {
  StringRef Rest = Bytes.substr(Offset).ltrim(" \t\r");
  return Rest.empty() || Rest.front() == '\n';
}

void FileEditor::replace(SourceRange Range, StringRef Text, StringRef Owner) {
  put(Range, Text, "", Owner);
}

void FileEditor::put(SourceRange Range, StringRef Text, StringRef Break,
                     StringRef Owner) {
  assert(!Text.contains('\n') && "an insertion would move lines");
  std::string Full = Text.str();
  if (!isLineEnd(File.Source.getBytes(), Range.End)) {
    PresumedPosition P = Lines.getPresumed(Range.End);
    if (P.Column)
      Full += Break.str() + "/*line :" + std::to_string(P.Line) + ":" +
              std::to_string(P.Column) + "*/";
  }
  add(Range, std::move(Full), Owner);
}

raw_ostream &FileEditor::tail(StringRef TailName) {
  if (!TailStream.tell()) {
    if (!File.Source.getBytes().ends_with("\n"))
      TailStream << '\n';
    TailStream << "//line " << TailName << ":1\n";
  }
  return TailStream;
}

EditSet FileEditor::finish(StringRef LineName) {
  StringRef Bytes = File.Source.getBytes();
  static constexpr StringLiteral Owner = "otel";
  // A byte order mark may only be a file's first bytes, so it makes way. It has
  // columns, and keeps a `//line` behind it from being a directive: a blank
  // does the same.
  std::string Header = "//line " + LineName.str() + ":1:";
  if (Bytes.starts_with("\xEF\xBB\xBF"))
    add({0, 3}, Header + "3\n ", Owner);
  else
    add({0, 0}, Header + "1\n", Owner);
  TailStream.flush();
  if (!Tail.empty()) {
    uint32_t End = File.Source.size();
    add({End, End}, std::move(Tail), Owner);
  }
  return std::move(Edits);
}
