//===- BuildPlan.cpp - what `go build -a -n` printed ----------------------===//

#include "otelrewrite/Driver/BuildPlan.h"

#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Toolexec/ToolCommand.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace otelrewrite;

/// Splits a command as cmd/go prints it: words with special characters are Go
/// string literals, all others stand as they are.
static std::vector<std::string> splitCommand(StringRef Line) {
  std::vector<std::string> Out;
  while (!(Line = Line.ltrim(' ')).empty()) {
    std::string Word;
    if (Line.consume_front("\"")) {
      while (!Line.empty() && !Line.consume_front("\"")) {
        if (Line.size() > 1 && Line[0] == '\\')
          Line = Line.drop_front();
        Word += Line[0];
        Line = Line.drop_front();
      }
    } else {
      StringRef Text = Line.take_until([](char C) { return C == ' '; });
      Line = Line.drop_front(Text.size());
      Word = Text.str();
    }
    Out.push_back(std::move(Word));
  }
  return Out;
}

/// The module of a folder of the module cache: `path@version/…`.
static GoModule findModule(StringRef Dir, StringRef ModCache) {
  GoModule M;
  if (!isBelow(Dir, ModCache))
    return M;
  auto [Escaped, Rest] = Dir.drop_front(ModCache.size()).ltrim('/').split('@');
  for (size_t I = 0; I < Escaped.size(); ++I)
    M.Path += Escaped[I] == '!' && I + 1 < Escaped.size()
                  ? toUpper(Escaped[++I])
                  : Escaped[I];
  M.Version = Rest.split('/').first.str();
  return M;
}

Expected<PackageGraph>
otelrewrite::parseBuildPlan(StringRef Text, StringRef Cwd, StringRef ModCache) {
  PackageGraph Graph;
  std::string Dir = Cwd.str(), ImportPath;
  while (!Text.empty()) {
    StringRef Line;
    std::tie(Line, Text) = Text.split('\n');
    Line = Line.rtrim("\r");
    if (Line.starts_with("cd ")) {
      std::vector<std::string> Words = splitCommand(Line);
      if (Words.size() == 2)
        Dir = makeAbsolute(Words[1]);
      continue;
    }
    // `#`, `# import/path`, `#` stand before a package's commands.
    if (Line.starts_with("# ") && Text.starts_with("#\n")) {
      ImportPath = Line.drop_front(2).str();
      continue;
    }
    std::vector<std::string> Words = splitCommand(Line);
    if (Words.empty() || classifyTool(Words[0]) != ToolKind::Compile)
      continue;
    auto Command = CompileCommand::parse({Words.begin() + 1, Words.end()});
    if (!Command)
      return Command.takeError();
    GoPackage P;
    P.ImportPath = Command->getPackagePath().str();
    P.Name = sys::path::filename(P.ImportPath).str();
    if (P.ImportPath == "main" && !ImportPath.empty())
      P.ImportPath = ImportPath;
    P.IsStandard = Command->getFlag("std") == "true";
    for (StringRef File : Command->getFiles()) {
      if (File.starts_with("$WORK"))
        continue; // made by cgo or cover
      P.GoFiles.push_back(sys::path::is_absolute(File)
                              ? File.str()
                              : makeAbsolute(joinPath(Dir, File)));
      P.Dir = sys::path::parent_path(P.GoFiles.back()).str();
    }
    P.Module = findModule(P.Dir, ModCache);
    P.Module.IsMain = !P.IsStandard && P.Module.Path.empty();
    Graph.add(std::move(P));
  }
  if (Graph.getPackages().empty())
    return createStringError(errc::invalid_argument,
                             "no compile command in the plan; it must be what "
                             "`go build -a -n` prints on standard error");
  return Graph;
}
