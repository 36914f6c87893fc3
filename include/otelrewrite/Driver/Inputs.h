//===- Inputs.h - what a prepared build depends on --------------*- C++ -*-===//
//
// Two halves. What decides before anything is read (the folder, the words of
// the command, the environment) makes the key under which a state is kept. What
// has to be looked at (module files, rules, programs, the user's sources) is
// listed in the state with stamps and, where the user edits, with digests.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_DRIVER_INPUTS_H
#define OTELREWRITE_DRIVER_INPUTS_H

#include "otelrewrite/Driver/GoTool.h"
#include "otelrewrite/Driver/Settings.h"
#include "otelrewrite/Driver/State.h"

#include <set>

namespace otelrewrite {

/// The name of the state of \p Command run here and now.
std::string getStateKey(const Settings &S, const GoTool &Go,
                        const GoCommand &Command);

/// The present digest of an input that has one.
std::string digestInput(const StateInput &Input);

class InputCollector {
public:
  InputCollector(const Settings &S, const GoTool &Go, const GoCommand &Command,
                 const PackageGraph &Own);

  /// Any change of \p Path, also that it appears, needs a new setup.
  void addFixed(llvm::StringRef Path);
  /// The same for a file that setup wrote itself.
  void addOutput(llvm::StringRef Path);
  /// The same for one that it had made, and that others may touch.
  void addMade(llvm::StringRef Path);
  /// Any change of the bytes of \p Path needs a new setup.
  void addContent(llvm::StringRef Path);
  /// The same for the sources of \p P, if they can change.
  void addContent(const GoPackage &P);
  /// The user's own sources. In packages of \p Referred rules or hooks refer to
  /// functions.
  llvm::Error addSources(llvm::ArrayRef<const GoPackage *> Referred);

  /// What was changed at \p Start (nanoseconds) or later may have been read
  /// before or after the change: it makes the next build set up again.
  std::vector<StateInput> take(int64_t Start);

private:
  void add(StateInput Input);
  bool isFixed(const GoPackage &P) const;
  void addDirectories(llvm::StringRef Root);

  const Settings &S;
  const GoTool &Go;
  const GoCommand &Command;
  const PackageGraph &Own;
  std::set<std::string> Seen;
  std::vector<StateInput> Inputs, Outputs;
};

} // namespace otelrewrite

#endif
