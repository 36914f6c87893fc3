//===- Command.h - what the commands of otel share --------------*- C++ -*-===//
//
// One file a command. A command gets the settings, a place for messages, and
// its own words; it returns the exit status: 0, 1 for what is wrong with the
// program or the environment, 2 for wrong usage.
//
//===----------------------------------------------------------------------===//

#ifndef OTEL_COMMAND_H
#define OTEL_COMMAND_H

#include "otelrewrite/Driver/GoTool.h"
#include "otelrewrite/Driver/Settings.h"
#include "otelrewrite/Driver/Setup.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <string>

namespace otelrewrite {

class Messages {
public:
  explicit Messages(bool UseColour) : UseColour(UseColour) {}

  void error(const llvm::Twine &Text) const;
  void warning(const llvm::Twine &Text) const;
  void note(const llvm::Twine &Text) const;
  void info(const llvm::Twine &Text) const;

private:
  void print(llvm::StringRef Colour, llvm::StringRef Level,
             const llvm::Twine &Text) const;
  bool UseColour;
};

struct Invocation {
  Settings Config;
  Messages Say;
  /// What --color decided for standard output.
  bool ColourOut = false;
  /// Where --report wants an HTML file; empty: nowhere.
  std::string ReportFile;
  /// The command's own words.
  llvm::ArrayRef<llvm::StringRef> Words;
};

int runGo(const Invocation &I);
int runSetup(const Invocation &I);
int runCleanup(const Invocation &I);
int runVersion(const Invocation &I);
int runHelp(const Invocation &I);
int runExplain(const Invocation &I);
int runList(const Invocation &I);
int runDiff(const Invocation &I);
int runInspect(const Invocation &I);
int runDoctor(const Invocation &I);
int runRules(const Invocation &I);
int runPin(const Invocation &I);
int runCompletion(const Invocation &I);

/// The value of an environment variable; empty where it is not set.
llvm::StringRef getVariable(const char *Name);

/// Reports \p E; the exit status.
int fail(const Messages &Say, llvm::Error E);

/// Wrong usage of \p Command: says \p What; the exit status.
int failUsage(const Messages &Say, llvm::StringRef Command,
              const llvm::Twine &What);

/// `1 rule`, `2 rules`.
std::string plural(unsigned N, llvm::StringRef One);

/// Changes to the directory of the command's -C.
bool followDirectory(const Messages &Say, const GoCommand &Command);

/// Says what is to be said before a build: notes and warnings. False where
/// strictness makes an error of one.
bool reportProblems(const Messages &Say, const Settings &S,
                    const SetupResult &Setup);

/// Says in one line what was prepared, if anything was.
void reportSummary(const Messages &Say, const PreparedBuild &Build,
                   llvm::StringRef Done = "instrumented");

/// Writes what --report asks for, if it does; the exit status.
int writeReport(const Invocation &I, GoTool &Go, const GoCommand &Command,
                const PreparedBuild &Build);

struct ProgramView;
/// Reports what keeps \p V from being one; the exit status, 0 if nothing does.
int reportView(const Invocation &I, const ProgramView &V);

/// Prepares \p Command quietly; the exit status, 0 if \p Out is prepared.
int prepareForAnswer(const Invocation &I, GoTool &Go, const GoCommand &Command,
                     SetupResult &Out);

} // namespace otelrewrite

#endif
