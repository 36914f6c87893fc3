//===- Document.h - a rule file before its meaning --------------*- C++ -*-===//
//
// Tables, arrays and scalars with their places in the file, whatever syntax it
// has. The reader of rules knows only this; a syntax is one function that
// returns it.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_RULES_DOCUMENT_H
#define OTELREWRITE_RULES_DOCUMENT_H

#include "otelrewrite/Basic/Diagnostic.h"
#include "otelrewrite/Rules/GoText.h"

#include <optional>

namespace otelrewrite {

struct DocumentEntry;

class DocumentNode {
public:
  enum class Kind : uint8_t {
    Table,
    Array,
    String,
    Integer,
    Number,
    Boolean,
    Null, ///< YAML: a key without a value
    Other
  };
  Kind Type = Kind::Other;
  SourceRange Range;
  GoText Text; ///< String, decoded
  /// Written without quotes, in YAML, where that leaves the type to the reader:
  /// Text has the value whatever the type.
  bool IsPlain = false;
  int64_t Integer = 0;
  bool Truth = false;
  std::vector<DocumentEntry> Entries; ///< Table, in the order of the file
  std::vector<DocumentNode> Elements; ///< Array

  const DocumentNode *get(llvm::StringRef Key) const;
  llvm::StringRef getTypeName() const;
};

struct DocumentEntry {
  std::string Key;
  SourceRange KeyRange;
  DocumentNode Value;
};

/// Read TOML or YAML; report and return nothing where it is none.
std::optional<DocumentNode> readToml(const SourceFile &File,
                                     DiagnosticEngine &Diags);
std::optional<DocumentNode> readYaml(const SourceFile &File,
                                     DiagnosticEngine &Diags);

} // namespace otelrewrite

#endif
