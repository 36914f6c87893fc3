//===- RuleSet.h - what to instrument, as a value ---------------*- C++ -*-===//
//
// The model every rule file is read into. It owns all its strings, remembers
// where each rule came from, and can be written to and read from a small
// prepared form, so that a compile needs only its own package's rules and
// parses no TOML.
//
// Sees neither syntax trees nor the disk.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_RULES_RULESET_H
#define OTELREWRITE_RULES_RULESET_H

#include "otelrewrite/Basic/Diagnostic.h"
#include "otelrewrite/Rules/Action.h"
#include "otelrewrite/Rules/Glob.h"
#include "otelrewrite/Rules/Selector.h"
#include "otelrewrite/Rules/Version.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace otelrewrite {

/// Which packages a rule is for.
struct PackageSelector {
  enum class Kind : uint8_t {
    Path, ///< an import path or a glob of them
    Main, ///< `main`: every package named main
    Root, ///< `$root` and `$root/GLOB`: packages of the main module
  };
  Kind Type = Kind::Path;
  /// For Root the pattern after `$root/`; empty for all of the module.
  Glob Pattern;

  static PackageSelector parse(llvm::StringRef Text,
                               std::optional<Glob::Error> &Err);
  /// As it was written.
  std::string getText() const;
};

struct Rule {
  std::string Name;    ///< `redis_new_client` of `[rule.redis_new_client]`
  std::string Library; ///< the rule file's base name: `redis`
  /// Where the rule's name stands, for messages.
  std::string File;
  LineColumn Position;

  PackageSelector Package;
  std::string VersionText; ///< as written; empty: any version
  VersionRange Versions;
  std::string GoVersionText; ///< of the toolchain; empty: any
  VersionRange GoVersions;
  /// Rules on one place apply in the order of namespace, Order, then of the
  /// files and in them.
  std::string Namespace;
  int32_t Order = 0;
  /// What injected Go calls packages: alias to import path. `_`: for effect.
  std::vector<std::pair<std::string, std::string>> Imports;
  Selector Where;
  /// What Where selects; the actions that change no whole package fit it.
  PlaceKind Place = PlaceKind::Package;
  std::vector<Action> Do;

  /// Does Where name what it selects by one exact name? Then not finding it
  /// deserves a word.
  bool isExact() const;
  /// Does the source ask for the rule by a directive? Then a build without one
  /// lacks nothing.
  bool isOnRequest() const {
    return Where.findRequired(PredicateKind::Directive) ||
           Where.findRequired(PredicateKind::HasDirective);
  }
  /// Import paths of the rule's hooks.
  std::vector<std::string> getPackages() const;
};

class DocumentNode;

/// What a rule file is written in. YAML is that of
/// opentelemetry-go-compile-instrumentation: each key of the file is a rule's
/// name, and `target` is `import_path`.
enum class RuleSyntax : uint8_t { Toml, Yaml };
RuleSyntax getRuleSyntax(llvm::StringRef FileName);
/// Is \p Name a rule file of a Go package: `otelc.yml`, `NAME.otelc.toml`, …?
bool isModuleRuleFile(llvm::StringRef Name);
/// Is \p Name a rule file of a folder of rules: any .toml, else as above?
bool isFolderRuleFile(llvm::StringRef Name);

/// `[library]`: what a rule file says of itself to people. No part of a build.
struct Library {
  std::string Name;      ///< the rule file's base name: `redis`
  std::string Title;     ///< `go-redis v9`; empty: the file does not say
  std::string Telemetry; ///< what a program gets
  std::string Uses;      ///< the instrumentation inside; empty: our own
};

class RuleSet {
public:
  /// Reads the rule file \p File, by its name TOML or YAML, and appends its
  /// rules in the order of the file. A rule with an error is reported and left
  /// out, so that several are found in one run. \p Library: what to call it
  /// instead of by the file's name.
  void addFile(const SourceFile &File, DiagnosticEngine &Diags,
               llvm::StringRef Library = {});
  void addToml(const SourceFile &File, DiagnosticEngine &Diags,
               llvm::StringRef Library = {});
  void addYaml(const SourceFile &File, DiagnosticEngine &Diags,
               llvm::StringRef Library = {});

  /// The same for what a rule file was read into.
  void addDocument(const DocumentNode &Root, const SourceFile &File,
                   DiagnosticEngine &Diags, RuleSyntax Syntax,
                   llvm::StringRef Library = {});

  /// Appends those of \p Other. A rule of the same name that is there, and that
  /// an earlier source had, is replaced.
  void merge(RuleSet Other, bool Replaces);

  void add(Rule R) { Rules.push_back(std::move(R)); }

  llvm::ArrayRef<Rule> getRules() const { return Rules; }
  bool isEmpty() const { return Rules.empty(); }

  /// What the rule files that addToml read say of themselves. Neither the
  /// prepared form nor the fingerprint has it.
  llvm::ArrayRef<Library> getLibraries() const { return Libraries; }

  /// Says of libraries what \p Other says.
  void copyLibraries(const RuleSet &Other) { Libraries = Other.Libraries; }

  /// The rules numbered by \p Indices, in that order.
  RuleSet select(llvm::ArrayRef<unsigned> Indices) const;

  /// The prepared form. Independent of the machine; begins with a version.
  std::string serialize() const;
  /// Reads what serialize() of this release wrote; anything else is an error,
  /// never undefined behaviour.
  static llvm::Expected<RuleSet> deserialize(llvm::StringRef Bytes);

  /// A hash, 32 hexadecimal digits, of all that a rule can change in a build:
  /// names, selectors and actions in order, but not where the files are.
  std::string getFingerprint() const;

private:
  std::vector<Rule> Rules;
  std::vector<Library> Libraries;
};

} // namespace otelrewrite

#endif
