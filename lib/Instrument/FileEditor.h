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

#include "llvm/Support/raw_ostream.h"

namespace otelrewrite {

class FileEditor {
public:
  FileEditor(const ParsedFile &File, DiagnosticEngine &Diags)
      : File(File), Lines(File.Tokens), Diags(Diags), TailStream(Tail) {
    TailStream.SetBufferSize(4096);
  }

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

  /// One of several insertions at an offset, lowest \p Order first. A long text
  /// is broken where a line break means nothing.
  void insertOrdered(uint32_t Offset, llvm::StringRef Text,
                     llvm::StringRef Owner, int Order);
  /// Replaces text that may hold line breaks.
  void replaceLines(SourceRange Range, llvm::StringRef Text,
                    llvm::StringRef Owner);

  /// One import declaration for the file, such as `x "net/http"`.
  void addImport(llvm::StringRef Spec) {
    Imports += "; import ";
    Imports += Spec;
  }

  /// Takes text behind the file's last byte, which begins a line of its own in
  /// the file \p TailName, the same for all calls.
  llvm::raw_ostream &tail(llvm::StringRef TailName);

  /// Adds the `//line` header and the tail, then returns the edits.
  EditSet finish(llvm::StringRef LineName);

  const ParsedFile &getFile() const { return File; }
  const LineDirectives &getLines() const { return Lines; }
  bool hasChanges() const {
    return !Edits.isEmpty() || !Tail.empty() || TailStream.tell() ||
           !Imports.empty();
  }

private:
  void put(SourceRange Range, llvm::StringRef Text, llvm::StringRef Break,
           llvm::StringRef Owner);
  void add(SourceRange Range, std::string Text, llvm::StringRef Owner,
           std::optional<int> Order = std::nullopt);
  std::string getLineDirective(uint32_t Offset) const;

  const ParsedFile &File;
  LineDirectives Lines;
  DiagnosticEngine &Diags;
  EditSet Edits;
  std::string Tail, Imports;
  llvm::raw_string_ostream TailStream;
};

} // namespace otelrewrite

#endif
