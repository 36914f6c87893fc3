//===- Instrument.h - matches to edits and generated files ------*- C++ -*-===//
//
// Writes the Go that is inserted: trampolines at the top of matched functions,
// their frame types and helpers behind the file's last declaration, one
// generated file per package, and the importer of the main package that fills
// the slots. The only component that writes Go text. Touches no disk.
//
// Every insertion stands on an existing line and is followed by a /*line*/
// directive, so that positions in traces, errors and debuggers are the
// original's.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_INSTRUMENT_INSTRUMENT_H
#define OTELREWRITE_INSTRUMENT_INSTRUMENT_H

#include "otelrewrite/Match/Match.h"
#include "otelrewrite/Rewrite/EditSet.h"

#include "llvm/ADT/StringSet.h"

#include <set>
#include <string>
#include <vector>

namespace otelrewrite {

/// How a typed hook, `func(hook.Context, T...)`, takes its target's values.
struct TypedForm {
  enum class Take : uint8_t {
    Value,
    Pointer, ///< to a copy, which is stored when the hook returns
    Any,     ///< as an `any`, from the context
  };
  /// Values are numbered as in the frame: parameters, the receiver first, then
  /// results. The hook takes those from First on, one for each of Takes.
  unsigned First = 0;
  unsigned NumParams = 0; ///< of the target
  /// Empty: the hook is a `func(hook.Context)`.
  std::vector<Take> Takes;
  /// All values come from the context: the frame of a generic target has a
  /// layout for each instance.
  bool IsThroughContext = false;
  /// The hook's last parameter is variadic: it takes the slice as `...`.
  bool IsVariadic = false;
  /// The hook's context is an interface of another package, with a part of the
  /// methods that opentelemetry-go-compile-instrumentation's HookContext has.
  bool HasForeignContext = false;

  bool needsAdapter() const { return isTyped() || HasForeignContext; }
  bool isTyped() const { return !Takes.empty(); }
  bool readsFrame() const { return isTyped() && !IsThroughContext; }
  bool operator==(const TypedForm &) const = default;
};

/// May other packages call a function of this name? If not, the hook's package
/// gets a variable under getExportedName(), which holds the function.
bool isExportedName(llvm::StringRef Name);
std::string getExportedName(llvm::StringRef Name);
/// A file for package \p PackageName with such variables.
std::string writeExports(llvm::StringRef PackageName,
                         llvm::ArrayRef<std::string> Names);

/// One rule's hooks on a target.
struct TargetHook {
  std::string Rule;
  std::string Library;
  std::string Path; ///< hook package
  std::string Before, After;
  /// Filled in by who has seen the hooks' own source.
  TypedForm BeforeForm = {}, AfterForm = {};
  bool operator==(const TargetHook &) const = default;
};

/// One instrumented function.
struct TargetInfo {
  std::string FuncName;   ///< `F`, `T.M`, `(*T).M`
  std::string ImportPath; ///< of its package, as rules see it
  std::string LinkPath;   ///< of its package, -p
  std::string SlotName;   ///< the Go name of its slot variable
  std::string Position;   ///< `file:line:column`, through line directives
  std::vector<TargetHook> Hooks;
  /// Does a hook read the frame itself?
  bool hasFrameReader() const;
  bool operator==(const TargetInfo &) const = default;
};

struct InstrumentedFile {
  unsigned Index = 0; ///< into the package's files
  std::string Text;
  EditSet Edits; ///< what Text differs by
};

struct GeneratedFile {
  std::string Name; ///< base name
  std::string Text;
};

/// A file that `add_file` puts into packages.
struct AddedFile {
  std::string Path, File; ///< as the rule names them
  std::string Text;
};

struct InstrumentedPackage {
  std::vector<InstrumentedFile> Files; ///< only those that changed
  std::vector<GeneratedFile> Generated;
  std::vector<TargetInfo> Targets; ///< in the order of files and functions
  /// Import paths that changed and added files import beside the original's.
  std::set<std::string> Imports;
};

struct InstrumentOptions {
  /// Absolute names for `//line FILE:1:1` at the top of changed files, by file
  /// index; where shorter, the source's own name is used.
  std::vector<std::string> LineNames;
  /// Where the generated declarations claim to be; the directory of the
  /// package, so that -trimpath treats it as the package's own files.
  std::string GeneratedDir;
  /// Puts the package's declarations into the first changed file instead of a
  /// generated one.
  bool SelfContained = false;
  /// What `add_file` adds.
  std::vector<AddedFile> AddedFiles;
  /// For a package runtime that is not patched: contexts on the heap instead.
  bool HeapContext = false;
  /// Slots of the targets whose frame type the importer is told, for hooks that
  /// read the frame.
  llvm::StringSet<> FrameReaders;
};

/// The targets that \p Matches make, without writing anything: what setup needs
/// to generate the importer. Equals the Targets of instrumentPackage().
std::vector<TargetInfo> describeTargets(const PackageInfo &Pkg,
                                        PackageFiles Files,
                                        const RuleSet &Rules,
                                        const MatchResult &Matches);

/// What rules change beside the functions that get hooks, one string for each
/// place: rule, kind and name. Equal for the same source, wherever it is.
std::vector<std::string> describeChanges(const RuleSet &Rules,
                                         const MatchResult &Matches);

/// Rewrites the files of \p Pkg that have matches. Conflicts of edits are
/// reported; then the result must not be used.
InstrumentedPackage instrumentPackage(const PackageInfo &Pkg,
                                      PackageFiles Files, const RuleSet &Rules,
                                      const MatchResult &Matches,
                                      const InstrumentOptions &Options,
                                      DiagnosticEngine &Diags);

/// Import path of the SDK's module.
llvm::StringRef getSDKPath();

struct ImporterSpec {
  std::string PackageName; ///< `main`, or `x_test` for a test binary
  /// The -p of the package the importer joins. Targets with this LinkPath get
  /// their slot declared by the importer itself under its own name.
  std::string LinkPath;
  std::vector<TargetInfo> Targets;
  /// Packages to import for their effects, beside otelsetup.
  std::vector<std::string> BlankImports;
  /// Bytes that the program is to hold; see sdk/link.Record.
  std::string Record;
};

/// The text of otel_importer.go (or otel_importer_test.go).
std::string generateImporter(const ImporterSpec &Spec);

/// True for file names that generateImporter() and instrumentPackage() give
/// their output: never instrumented themselves.
bool isGeneratedFileName(llvm::StringRef BaseName);

/// Does a file with \p Bytes use names that those of the injected code must
/// keep clear of? Then instrumentPackage() needs it parsed.
bool mayCollide(llvm::StringRef Bytes);

/// The release of the injected code, in 32 hexadecimal digits: changes whenever
/// the same rules would be written differently. Part of every mark, together
/// with RuleSet::getFingerprint().
std::string getTemplateFingerprint();

} // namespace otelrewrite

#endif
