//===- ToolCommand.cpp - command lines of the Go toolchain ----------------===//

#include "otelrewrite/Toolexec/ToolCommand.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <algorithm>

using namespace llvm;
using namespace otelrewrite;

ToolKind otelrewrite::classifyTool(StringRef Program) {
  StringRef Name = sys::path::filename(Program);
  Name.consume_back(".exe");
  return StringSwitch<ToolKind>(Name)
      .Case("compile", ToolKind::Compile)
      .Case("link", ToolKind::Link)
      .Case("cover", ToolKind::Cover)
      .Default(ToolKind::Other);
}

bool otelrewrite::isVersionQuery(ArrayRef<StringRef> Args) {
  return Args.size() == 1 && (Args[0] == "-V=full" || Args[0] == "-V");
}

StringRef otelrewrite::findMark(ArrayRef<StringRef> Args) {
  for (StringRef Arg : Args)
    if (Arg.starts_with(MarkFlag))
      return Arg.drop_front(MarkFlag.size());
  return {};
}

//===----------------------------------------------------------------------===//
// Response files
//===----------------------------------------------------------------------===//

static Error decodeResponseWord(StringRef Line, StringRef File,
                                std::string &Out) {
  if (!Line.contains('\\')) {
    Out = Line.str();
    return Error::success();
  }
  for (size_t I = 0; I < Line.size(); ++I) {
    if (Line[I] != '\\') {
      Out += Line[I];
      continue;
    }
    char Next = ++I < Line.size() ? Line[I] : '\0';
    if (Next != '\\' && Next != 'n')
      return createFileError(
          File, createStringError(errc::invalid_argument,
                                  "bad escape in a response file: `%s`",
                                  Line.str().c_str()));
    Out += Next == 'n' ? '\n' : '\\';
  }
  return Error::success();
}

/// Response files may name response files; a cycle ends in an error here where
/// it would not end in the compiler.
static constexpr unsigned MaxResponseDepth = 16;

static Error expandInto(StringRef Arg, unsigned Depth,
                        std::vector<std::string> &Out) {
  if (!Arg.starts_with("@")) {
    Out.push_back(Arg.str());
    return Error::success();
  }
  StringRef Path = Arg.drop_front();
  if (Depth == MaxResponseDepth)
    return createFileError(
        Path, createStringError(errc::invalid_argument,
                                "response files are nested too deeply"));
  auto BufferOrErr = MemoryBuffer::getFile(Path);
  if (!BufferOrErr)
    return createFileError(Path, BufferOrErr.getError());
  // objabi drops carriage returns, trims white space at both ends, and splits
  // at newlines.
  std::string Text = (*BufferOrErr)->getBuffer().str();
  std::erase(Text, '\r');
  SmallVector<StringRef> Lines;
  StringRef(Text).trim().split(Lines, '\n');
  for (StringRef Line : Lines) {
    std::string Word;
    if (Error E = decodeResponseWord(Line, Path, Word))
      return E;
    if (Error E = expandInto(Word, Depth + 1, Out))
      return E;
  }
  return Error::success();
}

Expected<std::vector<std::string>>
otelrewrite::expandResponseFiles(ArrayRef<StringRef> Args) {
  std::vector<std::string> Out;
  Out.reserve(Args.size());
  for (StringRef Arg : Args)
    if (Error E = expandInto(Arg, 0, Out))
      return E;
  return Out;
}

std::string otelrewrite::encodeResponseWord(StringRef Word) {
  std::string Out;
  Out.reserve(Word.size());
  for (char C : Word) {
    if (C == '\\')
      Out += "\\\\";
    else if (C == '\n')
      Out += "\\n";
    else
      Out += C;
  }
  return Out;
}

//===----------------------------------------------------------------------===//
// The compiler
//===----------------------------------------------------------------------===//

/// Flags of cmd/compile whose value is the next word when it is not given with
/// `=`. All others are boolean or counters. One that is missing here would make
/// its value look like the first file, which parse() rejects.
static bool takesValue(StringRef Name) {
  return StringSwitch<bool>(Name)
      .Cases("D", "I", "c", "d", "o", "p", true)
      .Cases("asmhdr", "bench", "blockprofile", "buildid", "coveragecfg",
             "cpuprofile", "embedcfg", "env", "gendwarfinl", "goversion", true)
      .Cases("importcfg", "installsuffix", "json", "lang", "linkobj",
             "memprofile", "memprofilerate", "mutexprofile", "pgoprofile", true)
      .Cases("spectre", "symabis", "traceprofile", "trimpath", "importmap",
             true)
      .Default(false);
}

Expected<CompileCommand> CompileCommand::parse(std::vector<std::string> Args) {
  CompileCommand C;
  size_t I = 0;
  for (; I < Args.size(); ++I) {
    StringRef Word = Args[I];
    if (Word.size() < 2 || Word[0] != '-')
      break; // the first file
    if (Word == "--") {
      ++I;
      break;
    }
    if (Word.starts_with(MarkFlag)) {
      C.Mark = Word.drop_front(MarkFlag.size()).str();
      continue;
    }
    C.FlagWords.push_back(Args[I]);
    StringRef Body = Word.drop_front(Word.starts_with("--") ? 2 : 1);
    auto [Name, Value] = Body.split('=');
    if (Name.size() != Body.size()) {
      C.Flags.push_back({Name.str(), Value.str()});
    } else if (!takesValue(Name)) {
      C.Flags.push_back({Name.str(), "true"});
    } else if (++I < Args.size()) {
      C.FlagWords.push_back(Args[I]);
      C.Flags.push_back({Name.str(), Args[I]});
    } else {
      return createStringError(errc::invalid_argument,
                               "compile: flag `%s` needs an argument",
                               Word.str().c_str());
    }
  }
  for (; I < Args.size(); ++I) {
    // The compiler takes only Go files: anything else means that a flag's value
    // was not recognised as one, and rewriting would corrupt the command.
    if (!StringRef(Args[I]).ends_with(".go"))
      return createStringError(errc::invalid_argument,
                               "compile: `%s` is no Go file; this compiler has "
                               "a flag that is not known here",
                               Args[I].c_str());
    C.Files.push_back(std::move(Args[I]));
  }
  return C;
}

StringRef CompileCommand::getFlag(StringRef Name) const {
  for (auto It = Flags.rbegin(); It != Flags.rend(); ++It)
    if (It->Name == Name)
      return It->Value;
  return {};
}

void CompileCommand::setImportCfg(StringRef Path) {
  // The last one counts.
  FlagWords.push_back("-importcfg=" + Path.str());
  Flags.push_back({"importcfg", Path.str()});
}

std::string CompileCommand::getObjectDir() const {
  StringRef Dir = sys::path::parent_path(getOutput());
  return Dir.empty() ? "." : Dir.str();
}

std::vector<std::string> CompileCommand::getWords() const {
  std::vector<std::string> Out = FlagWords;
  Out.insert(Out.end(), Files.begin(), Files.end());
  return Out;
}

//===----------------------------------------------------------------------===//
// Import configurations
//===----------------------------------------------------------------------===//

ImportCfg ImportCfg::parse(StringRef Text) {
  ImportCfg Cfg;
  while (!Text.empty()) {
    StringRef Line;
    std::tie(Line, Text) = Text.split('\n');
    Line = Line.trim();
    auto [Verb, Rest] = Line.split(' ');
    auto [Path, Target] = Rest.trim().split('=');
    if (Verb == "importmap")
      Cfg.ImportMap.push_back({Path.str(), Target.str()});
    else if (Verb == "packagefile")
      Cfg.PackageFiles.push_back({Path.str(), Target.str()});
  }
  return Cfg;
}

StringRef ImportCfg::lookup(StringRef Path) const {
  for (const Entry &E : ImportMap)
    if (E.Path == Path) {
      Path = E.Target;
      break;
    }
  for (const Entry &E : PackageFiles)
    if (E.Path == Path)
      return E.Target;
  return {};
}
