//===- ToolCommand.h - command lines of the Go toolchain --------*- C++ -*-===//
//
// What the go command asks a tool to do, as a value: which tool it is, and for
// the compiler which flags and files. Words that are not understood are kept as
// they are and in their place, so that a command that is not changed is passed
// on byte for byte.
//
// Knows the flags of cmd/compile (Go 1.20 to 1.26: base/flag.go) only so far as
// to tell flags from files and to find those a rewrite needs. Reads response
// files; starts nothing and writes nothing.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_TOOLEXEC_TOOLCOMMAND_H
#define OTELREWRITE_TOOLEXEC_TOOLCOMMAND_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace otelrewrite {

enum class ToolKind : uint8_t {
  Compile,
  Link,
  Cover,
  Other, ///< asm, cgo, vet, pack, buildid, preprofile, gcc, …: passed through
};

/// Tells the tool by its base name, without `.exe`.
ToolKind classifyTool(llvm::StringRef Program);

/// Does the command only ask for the tool's version (`-V`, `-V=full`)? The go
/// command does so once for each tool and makes the answer part of cache keys.
bool isVersionQuery(llvm::ArrayRef<llvm::StringRef> Args);

/// The flag that marks a package for rewriting: `-otelmark=HASH`. The compiler
/// never sees it; the go command makes it part of the package's cache key.
inline constexpr llvm::StringLiteral MarkFlag = "-otelmark=";

/// The mark in \p Args, or an empty string: the test that every tool call pays.
llvm::StringRef findMark(llvm::ArrayRef<llvm::StringRef> Args);

/// Replaces each `@file` by the words of the file, one a line, with the
/// encoding of cmd/internal/objabi, also in files of files.
llvm::Expected<std::vector<std::string>>
expandResponseFiles(llvm::ArrayRef<llvm::StringRef> Args);

/// One argument as a line of a response file.
std::string encodeResponseWord(llvm::StringRef Word);

/// A command line of cmd/compile.
class CompileCommand {
public:
  /// \p Args are the words after the program, response files expanded.
  static llvm::Expected<CompileCommand> parse(std::vector<std::string> Args);

  llvm::StringRef getMark() const { return Mark; }
  llvm::StringRef getOutput() const { return getFlag("o"); }
  llvm::StringRef getPackagePath() const { return getFlag("p"); }
  llvm::StringRef getLang() const { return getFlag("lang"); }
  llvm::StringRef getGoVersion() const { return getFlag("goversion"); }
  llvm::StringRef getImportCfg() const { return getFlag("importcfg"); }
  /// The value of flag \p Name (without dashes) as the compiler would see it:
  /// the last one; `true` for a boolean flag; empty where it is not set.
  llvm::StringRef getFlag(llvm::StringRef Name) const;

  /// The action's own directory, where the output goes.
  std::string getObjectDir() const;

  llvm::ArrayRef<std::string> getFiles() const { return Files; }
  void replaceFile(size_t Index, std::string Path) {
    Files[Index] = std::move(Path);
  }
  void setImportCfg(llvm::StringRef Path);
  void addFile(std::string Path) { Files.push_back(std::move(Path)); }

  /// The words to give to the compiler: the flags without the mark, then the
  /// files.
  std::vector<std::string> getWords() const;

private:
  struct Flag {
    std::string Name, Value;
  };

  std::vector<std::string> FlagWords; // as given, without the mark
  std::vector<Flag> Flags;
  std::vector<std::string> Files;
  std::string Mark;
};

/// An import configuration (`-importcfg`): what import paths mean.
struct ImportCfg {
  struct Entry {
    std::string Path, Target;
  };
  std::vector<Entry> ImportMap;    ///< import path in the source to real path
  std::vector<Entry> PackageFiles; ///< real path to archive

  /// Lines that are neither, and comments, are left out.
  static ImportCfg parse(llvm::StringRef Text);
  /// The archive that importing \p Path reads, or empty.
  llvm::StringRef lookup(llvm::StringRef Path) const;
};

} // namespace otelrewrite

#endif
