//===- Application.h - one action at one place ------------------*- C++ -*-===//
//
// What a kind's source has to work with: the place, the Go of the rule made to
// fit it, and edits that keep positions. Each kind defines one apply().
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_LIB_INSTRUMENT_KINDS_APPLICATION_H
#define OTELREWRITE_LIB_INSTRUMENT_KINDS_APPLICATION_H

#include "../FileEditor.h"

#include "otelrewrite/Instrument/Instrument.h"
#include "otelrewrite/Rules/GoSnippet.h"
#include "otelrewrite/Rules/Template.h"

#include <map>

namespace otelrewrite {

/// What actions ask of a function's beginning and signature.
struct FunctionChanges {
  unsigned File = 0;
  const FuncDecl *Func = nullptr;
  std::string Owner;      ///< the first rule
  std::string Statements; ///< for the beginning of the body
  bool NamesParams = false, NamesResults = false;
};

/// Where insertions at one offset stand: those around an expression nest by its
/// size, statements are outside of all, further arguments inside.
enum class Layer : uint8_t { Statement, Expression, Inner };

class Application {
public:
  const PackageInfo &Pkg;
  PackageFiles Files;
  const Rule &TheRule;
  const Match &At;
  FileEditor *Editor;        ///< of the place's file; null for the package
  FunctionChanges *Function; ///< null outside of functions
  llvm::StringRef Prefix;    ///< begins names that the file does not use
  unsigned Sequence;         ///< counts applications
  DiagnosticEngine &Diags;
  const InstrumentOptions &Options;
  InstrumentedPackage &Out;
  /// How often each range of the place's file has been wrapped: later ones wrap
  /// earlier ones.
  std::map<std::pair<uint32_t, uint32_t>, int> *Wraps;
  /// What rules have added, with the rule.
  std::map<std::pair<const Node *, std::string>, std::string> *Added;
  /// Import path to the name it gets in the place's file.
  std::map<std::string, std::string> *Imports;

  const ParsedFile &file() const { return *Files[At.File]; }
  const TokenBuffer &tokens() const { return file().Tokens; }

  /// The rule's Go on one line, fields filled in and packages renamed; nothing
  /// after a reported error. \p Dot stands for `{{ . }}`.
  std::optional<std::string> write(const GoText &Go, FieldForm Form,
                                   llvm::StringRef Dot = "");
  /// The same cut at the first `{{ . }}`; further ones become a copy
  /// of \p Value.
  std::optional<std::pair<std::string, std::string>>
  writeAround(const GoText &Go, const Expr &Value);

  void wrap(SourceRange R, llvm::StringRef Before, llvm::StringRef After);
  void insertBefore(uint32_t Offset, llvm::StringRef Text, Layer L);
  void insertAfter(uint32_t Offset, llvm::StringRef Text, Layer L);
  void replace(SourceRange R, llvm::StringRef Text);
  void appendDeclaration(llvm::StringRef Text);

  /// Notes that the rule adds \p What to \p To. Where a rule has done so
  /// before, an error that names both.
  bool claim(const Node *To, llvm::StringRef What);

  /// What only \p Old uses, which the rule replaces, must stay used: imports
  /// and local variables.
  void keepUsed(const Expr &Old);
  /// Does \p V declare constants?
  bool isConstant(const ValueSpec &V) const;

  /// The rule does not fit the place: an error there that names the rule.
  void fail(const Node &N, llvm::StringRef Message);
  /// The place is left as it is.
  void skip(const Node &N, llvm::StringRef Message);

  bool IsCompound = false; ///< what write() wrote last is an operator's

private:
  bool usesImports(const Expr &E) const;
  std::optional<TemplateValue> field(llvm::StringRef Name,
                                     llvm::ArrayRef<TemplateValue> Args,
                                     llvm::StringRef Dot, std::string &Error);
};

/// Go text of tokens \p First to \p Last on one line, comments left out.
std::string flatten(const TokenBuffer &T, TokenIndex First, TokenIndex Last,
                    const std::map<TokenIndex, std::string> &Renamed = {});

// Hooks are no kind's own to write: those of all rules make one trampoline.
#define KIND(Name) void apply(const Name &Kind, Application &A);
#include "otelrewrite/Rules/Kinds.def"

} // namespace otelrewrite

#endif
