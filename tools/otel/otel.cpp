//===- otel.cpp - the command that people run -----------------------------===//
//
// The options before the command, the environment, and the table of commands.
//
//===----------------------------------------------------------------------===//

#include "Command.h"
#include "Help.h"

#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/ToolexecRun.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

using namespace llvm;
using namespace otelrewrite;

static bool isSet(const char *Name) {
  StringRef Value = getVariable(Name);
  return !Value.empty() && Value != "0" && !Value.equals_insensitive("false");
}

/// Reads the options before the command off \p Words. False for wrong usage.
static bool parseOptions(ArrayRef<StringRef> &Words, Settings &S,
                         StringRef &Colour, std::string &ReportFile) {
  while (!Words.empty() && Words.front().starts_with("-")) {
    StringRef Option = Words.front();
    Words = Words.drop_front();
    Option.consume_front("-");
    Option.consume_front("-");
    auto [Name, Inline] = Option.split('=');
    bool HasInline = Name.size() != Option.size();
    bool *Switch = StringSwitch<bool *>(Name)
                       .Case("strict", &S.IsStrict)
                       .Case("verbose", &S.IsVerbose)
                       .Default(nullptr);
    if (Switch) {
      *Switch = !HasInline || (Inline != "false" && Inline != "0");
      continue;
    }
    if (Name == "help" || Name == "h") {
      outs() << getMainHelp();
      std::exit(0);
    }
    bool IsKnown =
        StringSwitch<bool>(Name)
            .Cases("rules", "color", "cache", "resource-dir", "report", true)
            .Default(false);
    if (!IsKnown || (!HasInline && Words.empty())) {
      errs() << "otel: error: "
             << (IsKnown ? "option --" + Name + " needs a value"
                         : "unknown option --" + Name)
             << "; see `otel help`\n";
      return false;
    }
    StringRef Value = Inline;
    if (!HasInline) {
      Value = Words.front();
      Words = Words.drop_front();
    }
    if (Name == "rules")
      S.RulePaths.push_back(makeAbsolute(Value));
    else if (Name == "report")
      ReportFile = makeAbsolute(Value);
    else if (Name == "color")
      Colour = Value;
    else if (Name == "cache")
      S.CacheDir = makeAbsolute(Value);
    else
      S.ResourceDir = makeAbsolute(Value);
  }
  return true;
}

int main(int Argc, char **Argv) {
  SmallVector<StringRef, 64> All(Argv + 1, Argv + Argc);
  ArrayRef<StringRef> Words = All;
  // First of all and without any preparation: it runs for each tool of a build.
  if (!Words.empty() && Words.front() == "toolexec")
    return runToolexec(Words.drop_front(), isSet("OTEL_STRICT"));

  Settings S;
  S.Version = OTEL_VERSION;
  S.Executable = sys::fs::getMainExecutable(
      Argv[0], reinterpret_cast<void *>(reinterpret_cast<intptr_t>(&main)));
  S.ResourceDir = makeAbsolute(
      joinPath(sys::path::parent_path(S.Executable), "../share/otel"));
  S.IsStrict = isSet("OTEL_STRICT");
  S.IsVerbose = isSet("OTEL_VERBOSE");
  if (StringRef Dir = getVariable("OTEL_CACHE_DIR"); !Dir.empty())
    S.CacheDir = makeAbsolute(Dir);
  if (StringRef Dir = getVariable("OTEL_RESOURCE_DIR"); !Dir.empty())
    S.ResourceDir = makeAbsolute(Dir);
  SmallVector<StringRef> RulePaths;
  getVariable("OTEL_RULES").split(RulePaths, ':', -1, /*KeepEmpty=*/false);
  for (StringRef Path : RulePaths)
    S.RulePaths.push_back(makeAbsolute(Path));
  StringRef Colour = getVariable("OTEL_COLOR");
  std::string ReportFile;
  if (!parseOptions(Words, S, Colour, ReportFile))
    return 2;
  S.UseColour = Colour == "always" ||
                (Colour != "never" && getVariable("NO_COLOR").empty() &&
                 sys::Process::FileDescriptorHasColors(2));
  Messages Say(S.UseColour);

  if (Words.empty()) {
    errs() << getMainHelp();
    return 2;
  }
  const CommandHelp *Command = findCommand(Words.front());
  if (!Command) {
    std::string Nearest;
    if (const CommandHelp *C = findNearestCommand(Words.front()))
      Nearest = "; did you mean `" + std::string(C->Name) + "`?";
    Say.error("there is no command `" + Words.front() + "`" + Nearest +
              (Nearest.empty() ? "; see `otel help`" : " See `otel help`"));
    return 2;
  }
  Words = Words.drop_front();
  // `otel go build --help` is the go command's.
  if (StringRef(Command->Name) != "go" && !Words.empty() &&
      (Words.front() == "--help" || Words.front() == "-h")) {
    outs() << getHelp(*Command);
    return 0;
  }
  Invocation I{std::move(S), Say, /*ColourOut=*/false, ReportFile, Words};
  I.ColourOut = Colour == "always" ||
                (Colour != "never" && getVariable("NO_COLOR").empty() &&
                 sys::Process::FileDescriptorHasColors(1));
  return Command->Run(I);
}
