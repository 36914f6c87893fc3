//===- Completion.cpp - completion scripts --------------------------------===//
//
// Words before the command, the commands, and the options of each; after `otel
// go` the shell's own completion of the go command where it has one.
//
//===----------------------------------------------------------------------===//

#include "Help.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

static std::string joinNames(ArrayRef<OptionHelp> Options) {
  std::string Out;
  for (const OptionHelp &O : Options)
    Out += (Out.empty() ? "" : " ") + std::string(O.Name);
  return Out;
}

static std::string joinCommands() {
  std::string Out;
  for (const CommandHelp &C : getCommands())
    Out += (Out.empty() ? "" : " ") + std::string(C.Name);
  return Out;
}

/// Options that take a value, as alternatives of a case.
static std::string joinValued() {
  std::string Out;
  for (const OptionHelp &O : getGlobalOptions())
    if (O.Value)
      Out += (Out.empty() ? "" : "|") + std::string(O.Name);
  return Out;
}

static constexpr StringLiteral GoCommands =
    "build run test install list vet env mod work get clean doc fmt generate "
    "tool version";

static std::string getBash() {
  std::string Out;
  raw_string_ostream OS(Out);
  OS << "# bash completion for otel\n_otel() {\n"
        "  local cur=${COMP_WORDS[COMP_CWORD]} command= i\n"
        "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "    case ${COMP_WORDS[i]} in\n    "
     << joinValued()
     << ") ((i++)) ;;\n    -*) ;;\n"
        "    *)\n      command=${COMP_WORDS[i]}\n      break\n      ;;\n"
        "    esac\n  done\n  COMPREPLY=()\n"
        "  case $command in\n  '')\n"
        "    case ${COMP_WORDS[COMP_CWORD - 1]} in\n"
        "    --rules | --cache | --resource-dir) compopt -o default; return "
        ";;\n"
        "    --color) COMPREPLY=($(compgen -W 'auto always never' -- \"$cur\"))"
        "; return ;;\n    esac\n"
        "    COMPREPLY=($(compgen -W '"
     << joinNames(getGlobalOptions()) << ' ' << joinCommands()
     << "' -- \"$cur\"))\n    ;;\n";
  for (const CommandHelp &C : getCommands()) {
    StringRef Name = C.Name;
    OS << "  " << Name << ")\n";
    if (Name == "go")
      OS << "    if ((COMP_CWORD == i + 1)); then\n"
            "      COMPREPLY=($(compgen -W '"
         << GoCommands
         << "' -- \"$cur\"))\n    else\n      compopt -o default\n    fi\n";
    else if (Name == "help")
      OS << "    COMPREPLY=($(compgen -W '" << joinCommands()
         << "' -- \"$cur\"))\n";
    else
      OS << "    COMPREPLY=($(compgen -W '" << joinNames(C.Options)
         << "' -- \"$cur\"))\n    compopt -o default\n";
    OS << "    ;;\n";
  }
  OS << "  esac\n}\ncomplete -F _otel otel\n";
  return Out;
}

static std::string escape(StringRef Text, StringRef Special) {
  std::string Out;
  for (char C : Text) {
    if (C == '\'') {
      Out += "'\\''";
      continue;
    }
    if (Special.contains(C))
      Out += '\\';
    Out += C;
  }
  return Out;
}

static std::string getZsh() {
  std::string Out;
  raw_string_ostream OS(Out);
  auto option = [&](const OptionHelp &O) {
    OS << " \\\n      '" << O.Name << '[' << escape(O.Text, "[]:") << ']';
    if (O.Value)
      OS << ':' << escape(O.Value, ":") << ':'
         << (StringRef(O.Name) == "--color" ? "(auto always never)" : "_files");
    OS << '\'';
  };
  OS << "#compdef otel\n_otel() {\n  local context state state_descr line\n"
        "  typeset -A opt_args\n  _arguments -C";
  for (const OptionHelp &O : getGlobalOptions())
    option(O);
  OS << " \\\n      '1:command:->command' '*::argument:->argument'\n"
        "  case $state in\n  command)\n    local -a commands=(";
  for (const CommandHelp &C : getCommands())
    OS << "\n      '" << C.Name << ':' << escape(C.Summary, ":") << '\'';
  OS << ")\n    _describe command commands\n    ;;\n  argument)\n"
        "    case $line[1] in\n";
  for (const CommandHelp &C : getCommands()) {
    OS << "    " << C.Name << ')';
    if (StringRef(C.Name) == "go") {
      OS << " _values 'go command' " << GoCommands;
    } else {
      OS << " _arguments";
      for (const OptionHelp &O : C.Options)
        option(O);
      OS << " '*:file:_files'";
    }
    OS << " ;;\n";
  }
  OS << "    esac\n    ;;\n  esac\n}\n_otel \"$@\"\n";
  return Out;
}

static std::string getFish() {
  std::string Out;
  raw_string_ostream OS(Out);
  auto quote = [](StringRef Text) {
    std::string Q = "'";
    for (char C : Text) {
      if (C == '\'' || C == '\\')
        Q += '\\';
      Q += C;
    }
    return Q + "'";
  };
  auto option = [&](StringRef Condition, const OptionHelp &O) {
    StringRef Name = O.Name;
    OS << "complete -c otel -n " << quote(Condition);
    if (Name.consume_front("--"))
      OS << " -l " << Name;
    else
      OS << " -s " << Name.drop_front();
    if (O.Value)
      OS << " -r";
    OS << " -d " << quote(O.Text) << '\n';
  };
  OS << "# fish completion for otel\n";
  std::string Before = "not __fish_seen_subcommand_from " + joinCommands();
  for (const OptionHelp &O : getGlobalOptions())
    option(Before, O);
  for (const CommandHelp &C : getCommands()) {
    OS << "complete -c otel -f -n " << quote(Before) << " -a " << C.Name
       << " -d " << quote(C.Summary) << '\n';
    for (const OptionHelp &O : C.Options)
      option(std::string("__fish_seen_subcommand_from ") + C.Name, O);
  }
  OS << "complete -c otel -n '__fish_seen_subcommand_from go' -a "
     << quote(GoCommands) << '\n';
  return Out;
}

std::string otelrewrite::getCompletion(StringRef Shell) {
  if (Shell == "bash")
    return getBash();
  if (Shell == "zsh")
    return getZsh();
  return Shell == "fish" ? getFish() : std::string();
}

int otelrewrite::runCompletion(const Invocation &I) {
  std::string Script =
      I.Words.size() == 1 ? getCompletion(I.Words.front()) : std::string();
  if (Script.empty())
    return failUsage(I.Say, "completion", "completion needs bash, zsh or fish");
  outs() << Script;
  return 0;
}
