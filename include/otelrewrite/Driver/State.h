//===- State.h - a prepared build, remembered -------------------*- C++ -*-===//
//
// What setup found out, and everything it depended on, so that the next build
// can tell in a few milliseconds that nothing of it has changed.
//
// A state folder holds generations, each complete and never changed, and a file
// `current` that names one and is replaced atomically. A build that runs while
// another prepares keeps its own generation; a process that dies leaves a
// folder that nobody reads.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_STATE_H
#define OTELREWRITE_DRIVER_STATE_H

#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/Process.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace otelrewrite {

struct PreparedBuild {
  /// What the go command is given beside the user's words.
  std::vector<std::string> Flags;
  std::vector<std::string> ExtraPatterns;
  Environment Env;

  unsigned NumRules = 0, NumFunctions = 0, NumPackages = 0;
  /// Calls, literals, types and whatever else rules change beside functions
  /// that get hooks.
  unsigned NumChanges = 0;
  /// Functions that a rule names and that cannot be instrumented.
  unsigned NumRefused = 0;
  /// Programs and test binaries. Without one there is nothing to instrument:
  /// packages alone are compiled to see whether they do.
  unsigned NumPrograms = 0;
  /// Rendered warnings about rules that select nothing: errors when strict.
  std::vector<std::string> Warnings;
  /// Said once, by the build that prepared: vendoring, raised versions.
  std::vector<std::string> Notes;

  bool isInstrumented() const { return NumFunctions + NumChanges != 0; }
};

/// One thing a prepared build depends on.
struct StateInput {
  std::string Path;
  FileStamp Stamp;
  /// For what the user edits: a hash of what matters to setup in it. A change
  /// that leaves it as it is needs no new setup.
  std::string Digest;
};

struct BuildState {
  PreparedBuild Build;
  std::vector<StateInput> Inputs;

  std::string serialize() const;
  static std::optional<BuildState> deserialize(llvm::StringRef Text);
};

/// A folder that is being filled. It is locked for as long as this object
/// lives, so that others can tell what a process left behind that has died.
class Generation {
public:
  /// A new empty folder in \p Parent.
  static llvm::Expected<Generation> create(llvm::StringRef Parent);
  /// Has the process that was to fill \p Dir died?
  static bool isAbandoned(llvm::StringRef Dir);

  Generation(std::string Dir, int Lock) : Dir(std::move(Dir)), Lock(Lock) {}
  Generation(Generation &&Other)
      : Dir(std::move(Other.Dir)), Lock(std::exchange(Other.Lock, -1)) {}
  Generation &operator=(Generation &&) = delete;
  ~Generation();
  const std::string &getDir() const { return Dir; }

private:
  std::string Dir;
  int Lock;
};

class StateFolder {
public:
  explicit StateFolder(std::string Dir) : Dir(std::move(Dir)) {}

  /// Computes what an input's digest is now.
  using Digester = llvm::function_ref<std::string(const StateInput &)>;

  /// The current state, if all its inputs are as they were. Stamps of inputs
  /// that changed without consequence are brought up to date.
  std::optional<BuildState> load(Digester Digest) const;

  /// A new empty folder for a generation.
  llvm::Expected<Generation> createGeneration() const;

  /// Makes \p State, whose files are in \p G, the current one.
  llvm::Error publish(const Generation &G, const BuildState &State) const;

  /// Removes generations that a dead process began, those that have not been
  /// current for a day, and neighbours of this folder that were not used for a
  /// month.
  void removeOld() const;

private:
  std::string Dir;
};

} // namespace otelrewrite

#endif
