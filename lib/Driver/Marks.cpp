//===- Marks.cpp - per-package compiler flags -----------------------------===//

#include "otelrewrite/Driver/Marks.h"

#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/Quote.h"
#include "otelrewrite/Toolexec/ToolCommand.h"

using namespace llvm;
using namespace otelrewrite;

/// `...` stands for any text; `/...` at the end for nothing too.
static bool matchesDots(StringRef Pattern, StringRef Text) {
  if (Pattern.ends_with("/...") && matchesDots(Pattern.drop_back(4), Text))
    return true;
  size_t Dots = Pattern.find("...");
  if (Dots == StringRef::npos)
    return Pattern == Text;
  if (!Text.consume_front(Pattern.take_front(Dots)))
    return false;
  Pattern = Pattern.drop_front(Dots + 3);
  // The parts between wildcards at their first place, the last one at the end.
  while ((Dots = Pattern.find("...")) != StringRef::npos) {
    size_t At = Text.find(Pattern.take_front(Dots));
    if (At == StringRef::npos)
      return false;
    Text = Text.drop_front(At + Dots);
    Pattern = Pattern.drop_front(Dots + 3);
  }
  return Text.ends_with(Pattern);
}

bool otelrewrite::matchesFlagPattern(StringRef Pattern, const GoPackage &P,
                                     StringRef Cwd) {
  if (Pattern == "." || Pattern == ".." || Pattern.starts_with("./") ||
      Pattern.starts_with("../")) {
    size_t Dots = Pattern.find("...");
    if (Dots == StringRef::npos)
      return makeAbsolute(joinPath(Cwd, Pattern)) == P.Dir;
    size_t Slash = Pattern.take_front(Dots).rfind('/');
    std::string Dir = makeAbsolute(joinPath(Cwd, Pattern.take_front(Slash)));
    if (!isBelow(P.Dir, Dir))
      return false;
    StringRef Relative = StringRef(P.Dir).drop_front(Dir.size()).ltrim('/');
    return matchesDots(Pattern.drop_front(Slash + 1),
                       Relative.empty() ? "." : Relative);
  }
  if (Pattern == "all")
    return true;
  if (Pattern == "std")
    return P.IsStandard;
  if (Pattern == "cmd")
    return P.IsStandard && P.getPath().starts_with("cmd/");
  if (Pattern == "work")
    return P.Module.IsMain;
  return matchesDots(Pattern, P.getPath());
}

std::vector<std::string>
otelrewrite::getPackageFlags(ArrayRef<std::string> Settings, const GoPackage &P,
                             StringRef Cwd) {
  std::vector<std::string> Out;
  for (StringRef Setting : Settings) {
    Setting = Setting.trim();
    bool Matches = !P.IsDepOnly; // without a pattern: the named packages
    if (!Setting.empty() && !Setting.starts_with("-")) {
      auto [Pattern, Flags] = Setting.split('=');
      Matches = matchesFlagPattern(Pattern.trim(), P, Cwd);
      Setting = Flags;
    }
    if (!Matches)
      continue;
    // What cannot be split is an error that the go command reports itself.
    if (auto Words = splitQuoted(Setting))
      Out = std::move(*Words);
    else
      consumeError(Words.takeError());
  }
  return Out;
}

/// A pattern that fits only packages in \p Dir, an absolute path.
static std::string directoryPattern(StringRef Dir) {
  std::string Out;
  for (unsigned I = 0; I < 64; ++I)
    Out += I ? "/.." : "..";
  return Out + Dir.str();
}

Expected<std::vector<std::string>>
otelrewrite::makeMarkFlags(ArrayRef<PackageMark> Marks,
                           ArrayRef<std::string> Settings, StringRef Cwd) {
  std::vector<std::string> Out;
  Hasher All;
  for (const PackageMark &Mark : Marks) {
    std::vector<std::string> Words =
        getPackageFlags(Settings, *Mark.Package, Cwd);
    Words.insert(Words.end(), Mark.Flags.begin(), Mark.Flags.end());
    if (!Mark.Hash.empty())
      Words.push_back(MarkFlag.str() + Mark.Hash);
    auto Flags = joinQuoted(Words);
    if (!Flags)
      return Flags.takeError();
    // A directory with `=` or `...` cannot be named as a pattern.
    StringRef Dir = Mark.Package->Dir;
    std::string Pattern = Dir.contains('=') || Dir.contains("...")
                              ? Mark.Package->getPath().str()
                              : directoryPattern(Dir);
    Out.push_back("-gcflags=" + Pattern + "=" + *Flags);
    All.add(Mark.Hash);
  }
  // The program's build information records the last -gcflags alone. This one
  // fits no package and is the same in every folder.
  if (!Out.empty())
    Out.push_back("-gcflags=./:otel:=" + All.finish());
  return Out;
}
