//===- GoCommand.h - a command line of the go command -----------*- C++ -*-===//
//
// Splits the words after `go` into the command, its flags, the packages or
// files it names, and the words that are not the go command's business (the
// arguments of `go run`'s program and of a test binary), with the rules of
// cmd/go: which flags take a value, where flags end, -C first, `--`, `-args`.
//
// Judges nothing: what the go command would reject is passed on for it to say.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_GOCOMMAND_H
#define OTELREWRITE_DRIVER_GOCOMMAND_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace otelrewrite {

struct GoFlag {
  std::string Name;  ///< without dashes
  std::string Value; ///< `true` for a boolean flag given alone
  bool operator==(const GoFlag &) const = default;
};

class GoCommand {
public:
  /// \p Words are those after `go`.
  static GoCommand parse(llvm::ArrayRef<llvm::StringRef> Words);

  /// `build`, `test`, …; empty where there is none.
  llvm::StringRef getName() const { return Name; }
  /// The directory of -C, or empty.
  llvm::StringRef getDirectory() const { return Directory; }
  /// The flags of the go command itself, in order.
  std::vector<GoFlag> getFlags() const;
  /// Packages or files named, in order; none means the current directory.
  std::vector<std::string> getPatterns() const;

  /// The same command with `pkg` for each package named `pkg@version`, to be
  /// run in a workspace. That does not take -mod=mod, also of GOFLAGS, which
  /// says nothing where a version is named.
  GoCommand withoutVersions() const;

  /// The last value of flag \p FlagName, if it is set.
  std::optional<std::string> getFlag(llvm::StringRef FlagName) const;
  bool getBool(llvm::StringRef FlagName) const;

  /// Does the command load packages, so that it can be instrumented: build,
  /// run, test, install, vet, list (but -m), and not a call for help?
  bool loadsPackages() const;

  /// The words to run instead: without the flags named in \p Dropped, with
  /// \p Added in front of all others but -C. -C is left out, as the caller has
  /// changed its directory.
  std::vector<std::string>
  rebuild(llvm::ArrayRef<llvm::StringRef> Dropped,
          llvm::ArrayRef<std::string> Added,
          llvm::ArrayRef<std::string> ExtraPatterns = {}) const;

private:
  struct Word {
    enum class Role : uint8_t { Flag, Pattern, Rest } Type;
    std::vector<std::string> Text; ///< as given
    GoFlag Flag;
  };
  void addFlag(llvm::ArrayRef<llvm::StringRef> Words, size_t &I, bool IsBool);

  std::string Name, Directory;
  std::vector<Word> Words;
};

/// Is \p Value, a boolean flag's, true?
bool isTrue(llvm::StringRef Value);

/// The settings in GOFLAGS. Words that are no flag are left out: the go command
/// rejects them itself.
llvm::Expected<std::vector<GoFlag>> parseGoFlags(llvm::StringRef Text);

} // namespace otelrewrite

#endif
