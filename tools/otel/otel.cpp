//===- otel.cpp - the command that people run -----------------------------===//
//
// The options before the command, the environment, and the table of commands.
//
//===----------------------------------------------------------------------===//

#include "Command.h"
#include "Help.h"

#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/ToolexecRun.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
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

/// `nethttp,redis`, `*`, `none`.
static std::vector<std::string> splitNames(StringRef Value) {
  SmallVector<StringRef> Names;
  Value.split(Names, ',', -1, /*KeepEmpty=*/false);
  std::vector<std::string> Out;
  for (StringRef Name : Names)
    Out.push_back(Name.trim().str());
  return Out;
}

/// Reads the options before the command off \p Words. False for wrong usage.
static bool parseOptions(ArrayRef<StringRef> &Words, Settings &S,
                         StringRef &Colour, std::string &ReportFile,
                         SmallVectorImpl<StringRef> &With) {
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
    bool IsKnown = StringSwitch<bool>(Name)
                       .Cases("rules", "use", "with", "color", "cache",
                              "resource-dir", "report", true)
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
    else if (Name == "with")
      Value.split(With, ',', -1, /*KeepEmpty=*/false);
    else if (Name == "use")
      S.Uses = splitNames(Value);
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

/// Adds the rules of what --with asks for: the folders below rules/with. False
/// if one is not there.
static bool addWith(ArrayRef<StringRef> With, Settings &S,
                    const Messages &Say) {
  std::string Folder = joinPath(joinPath(S.ResourceDir, "rules"), "with");
  for (StringRef Name : With) {
    Name = Name.trim();
    std::string Path = joinPath(Folder, Name);
    if (!Name.empty() && !Name.contains('/') && !Name.starts_with(".") &&
        sys::fs::is_directory(Path)) {
      if (!is_contained(S.RulePaths, Path))
        S.RulePaths.push_back(Path);
      continue;
    }
    std::vector<std::string> Known;
    std::error_code EC;
    for (sys::fs::directory_iterator I(Folder, EC), End; I != End && !EC;
         I.increment(EC))
      Known.push_back(sys::path::filename(I->path()).str());
    llvm::sort(Known);
    Say.error("--with " + Name + ": there is no such option; there are " +
              join(Known, ", "));
    return false;
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
  if (StringRef Names = getVariable("OTEL_USE"); !Names.empty())
    S.Uses = splitNames(Names);
  StringRef Colour = getVariable("OTEL_COLOR");
  std::string ReportFile;
  SmallVector<StringRef> With;
  getVariable("OTEL_WITH").split(With, ',', -1, /*KeepEmpty=*/false);
  if (!parseOptions(Words, S, Colour, ReportFile, With))
    return 2;
  S.UseColour = Colour == "always" ||
                (Colour != "never" && getVariable("NO_COLOR").empty() &&
                 sys::Process::FileDescriptorHasColors(2));
  Messages Say(S.UseColour);
  if (!addWith(With, S, Say))
    return 2;

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
