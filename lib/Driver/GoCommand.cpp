//===- GoCommand.cpp - a command line of the go command -------------------===//
//
// Follows cmd/go of Go 1.26: main.go (handleChdirFlag), internal/work/build.go
// (AddBuildFlags), internal/test/testflag.go (testFlags), internal/run/run.go.
//
//===----------------------------------------------------------------------===//

#include "otelrewrite/Driver/GoCommand.h"

#include "otelrewrite/Driver/Quote.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace otelrewrite;

namespace {
enum class FlagKind { Unknown, Bool, Value };
} // namespace

/// Flags that every command has which builds packages.
static FlagKind classifyBuildFlag(StringRef Name) {
  return StringSwitch<FlagKind>(Name)
      .Cases("a", "n", "x", "v", "race", "msan", "asan", "cover", "work",
             FlagKind::Bool)
      .Cases("linkshared", "modcacherw", "trimpath", "json", "buildvcs",
             FlagKind::Bool)
      .Cases("p", "asmflags", "compiler", "buildmode", "gcflags", "gccgoflags",
             "mod", "modfile", "overlay", FlagKind::Value)
      .Cases("installsuffix", "ldflags", "pgo", "pkgdir", "tags", "toolexec",
             "covermode", "coverpkg", FlagKind::Value)
      .Cases("debug-actiongraph", "debug-runtime-trace", "debug-trace", "C",
             FlagKind::Value)
      .Default(FlagKind::Unknown);
}

static FlagKind classifyTestFlag(StringRef Name) {
  Name.consume_front("test.");
  return StringSwitch<FlagKind>(Name)
      .Cases("c", "artifacts", "benchmem", "failfast", "fullpath", "short", "v",
             FlagKind::Bool)
      .Cases("bench", "benchtime", "blockprofile", "blockprofilerate", "count",
             "coverprofile", "cpu", "cpuprofile", FlagKind::Value)
      .Cases("exec", "fuzz", "fuzzminimizetime", "fuzztime", "list",
             "memprofile", "memprofilerate", "mutexprofile", FlagKind::Value)
      .Cases("mutexprofilefraction", "o", "outputdir", "parallel", "run",
             "shuffle", "skip", "timeout", FlagKind::Value)
      .Cases("trace", "vet", "vettool", FlagKind::Value)
      .Default(FlagKind::Unknown);
}

static FlagKind classifyOwnFlag(StringRef Command, StringRef Name) {
  if (Command == "build" || Command == "install")
    return Name == "o" ? FlagKind::Value : FlagKind::Unknown;
  if (Command == "run")
    return Name == "exec" ? FlagKind::Value : FlagKind::Unknown;
  if (Command == "test")
    return classifyTestFlag(Name);
  if (Command == "list")
    return StringSwitch<FlagKind>(Name)
        .Cases("compiled", "deps", "e", "export", "find", "m", "retracted",
               FlagKind::Bool)
        .Cases("test", "u", "versions", FlagKind::Bool)
        .Cases("f", "reuse", FlagKind::Value)
        .Default(FlagKind::Unknown);
  if (Command == "vet")
    return StringSwitch<FlagKind>(Name)
        .Cases("fix", "diff", FlagKind::Bool)
        .Cases("vettool", "c", FlagKind::Value)
        // Flags of the analyzers: `-printf` switches one, `-printf.funcs LIST`
        // sets something of it.
        .Default(Name.contains('.') ? FlagKind::Value : FlagKind::Bool);
  return FlagKind::Unknown;
}

static FlagKind classifyFlag(StringRef Command, StringRef Name) {
  FlagKind Kind = classifyBuildFlag(Name);
  return Kind == FlagKind::Unknown ? classifyOwnFlag(Command, Name) : Kind;
}

/// Does the flag package take \p Word for a flag, rather than a value?
static bool looksLikeFlag(StringRef Word) {
  return Word.size() >= 2 && Word[0] == '-';
}

static StringRef flagName(StringRef Word) {
  Word = Word.drop_front(Word.starts_with("--") ? 2 : 1);
  return Word.split('=').first;
}

void GoCommand::addFlag(ArrayRef<StringRef> In, size_t &I, bool IsBool) {
  Word W;
  W.Type = Word::Role::Flag;
  W.Text.push_back(In[I].str());
  W.Flag.Name = flagName(In[I]).str();
  if (In[I].contains('='))
    W.Flag.Value = In[I].split('=').second.str();
  else if (IsBool)
    W.Flag.Value = "true";
  else if (I + 1 < In.size()) {
    W.Text.push_back(In[++I].str());
    W.Flag.Value = W.Text.back();
  }
  Words.push_back(std::move(W));
}

GoCommand GoCommand::parse(ArrayRef<StringRef> In) {
  GoCommand C;
  size_t I = 0;
  auto takeDirectory = [&] {
    if (I >= In.size() || !In[I].starts_with("-") || flagName(In[I]) != "C")
      return;
    if (In[I].contains('=')) {
      C.Directory = In[I].split('=').second.str();
    } else if (I + 1 < In.size()) {
      C.Directory = In[++I].str();
    } else {
      return;
    }
    ++I;
  };
  takeDirectory(); // go -C dir build
  if (I < In.size() && !In[I].starts_with("-"))
    C.Name = In[I++].str();
  if (C.Directory.empty())
    takeDirectory(); // go build -C dir

  auto addWord = [&](Word::Role Role, StringRef Text) {
    Word W;
    W.Type = Role;
    W.Text.push_back(Text.str());
    C.Words.push_back(std::move(W));
  };
  auto addRest = [&] {
    for (; I < In.size(); ++I)
      addWord(Word::Role::Rest, In[I]);
  };

  if (C.Name == "test") {
    bool InPackages = false, HadPackages = false, AfterBareFlag = false;
    for (; I < In.size(); ++I) {
      bool WasAfterBareFlag = AfterBareFlag;
      AfterBareFlag = false;
      if (In[I] == "--" || In[I] == "-args" || In[I] == "--args") {
        addRest();
        break;
      }
      if (!looksLikeFlag(In[I])) {
        if (!InPackages && HadPackages) {
          if (!WasAfterBareFlag) {
            addRest();
            break;
          }
          addWord(Word::Role::Rest, In[I]);
          continue;
        }
        InPackages = HadPackages = true;
        addWord(Word::Role::Pattern, In[I]);
        continue;
      }
      InPackages = false;
      FlagKind Kind = classifyFlag(C.Name, flagName(In[I]));
      if (Kind != FlagKind::Unknown) {
        C.addFlag(In, I, Kind == FlagKind::Bool);
        continue;
      }
      // A flag of the test binary: packages are named before it only.
      HadPackages = true;
      AfterBareFlag = !In[I].contains('=');
      addWord(Word::Role::Rest, In[I]);
    }
    return C;
  }

  for (; I < In.size() && looksLikeFlag(In[I]); ++I) {
    if (In[I] == "--") {
      addWord(Word::Role::Rest, In[I++]);
      break;
    }
    C.addFlag(In, I, classifyFlag(C.Name, flagName(In[I])) != FlagKind::Value);
  }
  if (C.Name == "run") {
    // Files, or one package; what follows is for the program.
    if (I < In.size() && In[I].ends_with(".go")) {
      for (; I < In.size() && In[I].ends_with(".go"); ++I)
        addWord(Word::Role::Pattern, In[I]);
    } else if (I < In.size()) {
      addWord(Word::Role::Pattern, In[I++]);
    }
    addRest();
    return C;
  }
  for (; I < In.size(); ++I)
    addWord(Word::Role::Pattern, In[I]);
  return C;
}

std::vector<GoFlag> GoCommand::getFlags() const {
  std::vector<GoFlag> Out;
  for (const Word &W : Words)
    if (W.Type == Word::Role::Flag)
      Out.push_back(W.Flag);
  return Out;
}

std::vector<std::string> GoCommand::getPatterns() const {
  std::vector<std::string> Out;
  for (const Word &W : Words)
    if (W.Type == Word::Role::Pattern)
      Out.push_back(W.Text[0]);
  return Out;
}

GoCommand GoCommand::withoutVersions() const {
  GoCommand Out = *this;
  erase_if(Out.Words, [](const Word &W) {
    return W.Type == Word::Role::Flag && W.Flag.Name == "mod" &&
           W.Flag.Value == "mod";
  });
  for (Word &W : Out.Words)
    if (W.Type == Word::Role::Pattern)
      W.Text[0] = StringRef(W.Text[0]).split('@').first.str();
  Word Mod;
  Mod.Type = Word::Role::Flag;
  Mod.Text = {"-mod=readonly"};
  Mod.Flag = {"mod", "readonly"};
  Out.Words.insert(Out.Words.begin(), std::move(Mod));
  return Out;
}

std::optional<std::string> GoCommand::getFlag(StringRef FlagName) const {
  std::optional<std::string> Out;
  for (const Word &W : Words)
    if (W.Type == Word::Role::Flag && W.Flag.Name == FlagName)
      Out = W.Flag.Value;
  return Out;
}

bool GoCommand::getBool(StringRef FlagName) const {
  std::optional<std::string> Value = getFlag(FlagName);
  return Value && isTrue(*Value);
}

bool otelrewrite::isTrue(StringRef Value) {
  return StringSwitch<bool>(Value)
      .Cases("1", "t", "T", "true", "TRUE", "True", true)
      .Default(false);
}

bool GoCommand::loadsPackages() const {
  if (getFlag("h") || getFlag("help"))
    return false;
  return StringSwitch<bool>(Name)
      .Cases("build", "run", "test", "install", "vet", true)
      .Case("list", !getBool("m"))
      .Default(false);
}

std::vector<std::string>
GoCommand::rebuild(ArrayRef<StringRef> Dropped, ArrayRef<std::string> Added,
                   ArrayRef<std::string> ExtraPatterns) const {
  std::vector<std::string> Out{Name};
  Out.insert(Out.end(), Added.begin(), Added.end());
  const Word *LastPattern = nullptr;
  for (const Word &W : Words)
    if (W.Type == Word::Role::Pattern)
      LastPattern = &W;
  for (const Word &W : Words) {
    if (W.Type == Word::Role::Flag && is_contained(Dropped, W.Flag.Name))
      continue;
    Out.insert(Out.end(), W.Text.begin(), W.Text.end());
    if (&W == LastPattern)
      Out.insert(Out.end(), ExtraPatterns.begin(), ExtraPatterns.end());
  }
  return Out;
}

Expected<std::vector<GoFlag>> otelrewrite::parseGoFlags(StringRef Text) {
  auto WordsOrErr = splitQuoted(Text);
  if (!WordsOrErr)
    return WordsOrErr.takeError();
  std::vector<GoFlag> Out;
  for (StringRef Word : *WordsOrErr) {
    if (!looksLikeFlag(Word) || Word == "--")
      continue;
    StringRef Value = Word.contains('=') ? Word.split('=').second : "true";
    Out.push_back({flagName(Word).str(), Value.str()});
  }
  return Out;
}
