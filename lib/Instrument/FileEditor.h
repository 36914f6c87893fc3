//===- FileEditor.h - edits that keep positions -----------------*- C++ -*-===//
//
// Wraps an EditSet so that every insertion is followed by what restores the
// position of the original text behind it: a /*line :L:C*/ directive, or
// nothing where the line ends there or columns are unknown anyway.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_LIB_INSTRUMENT_FILEEDITOR_H
#define OTELREWRITE_LIB_INSTRUMENT_FILEEDITOR_H

#include "otelrewrite/Lex/LineDirectives.h"
#include "otelrewrite/Parse/Parser.h"
#include "otelrewrite/Rewrite/EditSet.h"

namespace otelrewrite {

class FileEditor {
public:
  FileEditor(const ParsedFile &File, DiagnosticEngine &Diags)
      : File(File), Lines(File.Tokens), Diags(Diags) {}

  /// Inserts \p Text, which holds no line break, before \p Offset.
  void insert(uint32_t Offset, llvm::StringRef Text, llvm::StringRef Owner) {
    replace({Offset, Offset}, Text, Owner);
  }
  void replace(SourceRange Range, llvm::StringRef Text, llvm::StringRef Owner);

  /// As insert(), for a long text behind which a line may be broken: what
  /// follows on the original's line starts a line of its own. The compiler
  /// keeps eight bits of a column, so that positions further right are lost.
  void insertLong(uint32_t Offset, llvm::StringRef Text,
                  llvm::StringRef Owner) {
    put({Offset, Offset}, Text, "\n", Owner);
  }

  /// Text behind the file's last byte; begins a line of its own.
  void append(llvm::StringRef Text) { Tail += Text; }

  /// Adds the `//line` header and the appended text, then returns the edits.
  EditSet finish(llvm::StringRef LineName, llvm::StringRef TailName);

  const ParsedFile &getFile() const { return File; }
  const LineDirectives &getLines() const { return Lines; }
  bool hasChanges() const { return !Edits.isEmpty() || !Tail.empty(); }

private:
  void put(SourceRange Range, llvm::StringRef Text, llvm::StringRef Break,
           llvm::StringRef Owner);
  void add(SourceRange Range, std::string Text, llvm::StringRef Owner);

  const ParsedFile &File;
  LineDirectives Lines;
  DiagnosticEngine &Diags;
  EditSet Edits;
  std::string Tail;
};

} // namespace otelrewrite

#endif
