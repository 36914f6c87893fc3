//===- FileEditor.cpp - edits that keep positions -------------------------===//

#include "FileEditor.h"

using namespace llvm;
using namespace otelrewrite;

void FileEditor::add(SourceRange Range, std::string Text, StringRef Owner,
                     std::optional<int> Order) {
  if (auto Conflict = Edits.add({Range, std::move(Text), Owner.str(), Order}))
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

std::string FileEditor::getLineDirective(uint32_t Offset) const {
  PresumedPosition P = Lines.getPresumed(Offset);
  if (!P.Column)
    return "";
  return "/*line :" + std::to_string(P.Line) + ":" + std::to_string(P.Column) +
         "*/";
}

/// Breaks the line behind the last opening bracket, comma or semicolon: the
/// compiler keeps eight bits of a column. What is behind the break stays, by
/// \p Directive, on the line that it is on.
static std::string breakLine(StringRef Text, StringRef Directive) {
  if (Text.size() < 60 || Directive.empty())
    return Text.str();
  size_t Break = 0;
  char Quote = 0;
  for (size_t I = 0; I < Text.size(); ++I) {
    char C = Text[I];
    if (Quote) {
      if (C == '\\' && Quote != '`')
        ++I;
      else if (C == Quote)
        Quote = 0;
    } else if (C == '"' || C == '`' || C == '\'') {
      Quote = C;
    } else if (StringRef("({[,;").contains(C)) {
      Break = I + 1;
    }
  }
  if (!Break || Text.size() - Break > 100)
    return Text.str();
  StringRef Rest = Text.substr(Break);
  return (Text.take_front(Break) + "\n" +
          (Rest.trim().empty() ? "" : Directive) + Rest)
      .str();
}

void FileEditor::insertOrdered(uint32_t Offset, StringRef Text, StringRef Owner,
                               int Order) {
  std::string Full = breakLine(Text, getLineDirective(Offset));
  if (StringRef(Full).contains('\n') ||
      !isLineEnd(File.Source.getBytes(), Offset))
    Full += getLineDirective(Offset);
  add({Offset, Offset}, std::move(Full), Owner, Order);
}

void FileEditor::replaceLines(SourceRange Range, StringRef Text,
                              StringRef Owner) {
  std::string Full = breakLine(Text, getLineDirective(Range.Begin));
  if (StringRef(Full).contains('\n') ||
      File.Source.getText(Range).contains('\n') ||
      !isLineEnd(File.Source.getBytes(), Range.End))
    Full += getLineDirective(Range.End);
  add(Range, std::move(Full), Owner);
}

EditSet FileEditor::finish(StringRef LineName) {
  StringRef Bytes = File.Source.getBytes();
  static constexpr StringLiteral Owner = "otel";
  if (!Imports.empty())
    insert(File.Tokens.end(File.Root->PackageName->First), Imports, Owner);
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
