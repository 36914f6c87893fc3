//===- Help.h - the commands of otel, for people ----------------*- C++ -*-===//
//
// One table of commands and options. `otel help`, the man pages, the shell
// completions and docs/command-line.md all come from it.
//
//===----------------------------------------------------------------------===//

#ifndef OTEL_HELP_H
#define OTEL_HELP_H

#include "Command.h"

namespace otelrewrite {

struct OptionHelp {
  const char *Name;  ///< `--json`
  const char *Value; ///< `FILE`; null for a switch
  const char *Text;  ///< one or two sentences without a full stop
};

struct ExampleHelp {
  const char *Line;
  const char *Text; ///< may be empty
};

struct CommandHelp {
  const char *Name;
  int (*Run)(const Invocation &);
  const char *Summary; ///< half a line
  const char *Usage;   ///< what follows `otel [options] NAME`
  const char *About;   ///< paragraphs separated by an empty line
  llvm::ArrayRef<OptionHelp> Options;
  llvm::ArrayRef<ExampleHelp> Examples;
};

llvm::ArrayRef<CommandHelp> getCommands();
/// Null if there is none.
const CommandHelp *findCommand(llvm::StringRef Name);
/// The command that \p Name may have been meant for; null if none is near.
const CommandHelp *findNearestCommand(llvm::StringRef Name);
llvm::ArrayRef<OptionHelp> getGlobalOptions();
/// Variables that otel reads, as `OTEL_RULES` in Name.
llvm::ArrayRef<OptionHelp> getVariables();

/// The program's help.
std::string getMainHelp();
std::string getHelp(const CommandHelp &Command);

/// A man page in roff: of the program, or of \p Command.
std::string getManPage(const CommandHelp *Command);
/// The reference of the command line in Markdown.
std::string getReference();
/// A completion script; empty if there is none for \p Shell.
std::string getCompletion(llvm::StringRef Shell);

} // namespace otelrewrite

#endif
