//===- State.cpp - a prepared build, remembered ---------------------------===//

#include "otelrewrite/Driver/State.h"

#include "otelrewrite/Toolexec/ToolCommand.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <ctime>

using namespace llvm;
using namespace otelrewrite;

/// First line of a state; a number higher for each change of the form.
static constexpr StringLiteral Magic = "otel state 1";
/// Last line, so that half a file is not taken for a whole one.
static constexpr StringLiteral EndMark = "end";

// One record a line: its kind, a space, and fields separated by tabs. Texts are
// encoded as in response files, which keeps line breaks out.

std::string BuildState::serialize() const {
  std::string Out;
  raw_string_ostream OS(Out);
  auto put = [&](StringRef Kind, StringRef Text) {
    OS << Kind << ' ' << encodeResponseWord(Text) << '\n';
  };
  OS << Magic << '\n';
  OS << "counts " << Build.NumRules << '\t' << Build.NumFunctions << '\t'
     << Build.NumPackages << '\n';
  for (const std::string &Text : Build.Flags)
    put("flag", Text);
  for (const std::string &Text : Build.ExtraPatterns)
    put("pattern", Text);
  for (const auto &[Name, Value] : Build.Env)
    put("env", Name + "=" + Value);
  for (const std::string &Text : Build.Warnings)
    put("warning", Text);
  for (const std::string &Text : Build.Notes)
    put("note", Text);
  for (const StateInput &In : Inputs)
    OS << "input " << In.Stamp.Size << '\t' << In.Stamp.MTime << '\t'
       << In.Digest << '\t' << encodeResponseWord(In.Path) << '\n';
  OS << EndMark << '\n';
  return Out;
}

static std::string decode(StringRef Text) {
  if (!Text.contains('\\'))
    return Text.str();
  std::string Out;
  for (size_t I = 0; I < Text.size(); ++I) {
    if (Text[I] == '\\' && I + 1 < Text.size())
      Out += Text[++I] == 'n' ? '\n' : Text[I];
    else
      Out += Text[I];
  }
  return Out;
}

std::optional<BuildState> BuildState::deserialize(StringRef Text) {
  StringRef Line;
  std::tie(Line, Text) = Text.split('\n');
  if (Line != Magic)
    return std::nullopt;
  BuildState S;
  while (!Text.empty()) {
    std::tie(Line, Text) = Text.split('\n');
    if (Line == EndMark)
      return S;
    auto [Kind, Rest] = Line.split(' ');
    if (Kind == "input") {
      StateInput In;
      auto [Size, AfterSize] = Rest.split('\t');
      auto [MTime, AfterMTime] = AfterSize.split('\t');
      auto [Digest, Path] = AfterMTime.split('\t');
      if (Size.getAsInteger(10, In.Stamp.Size) ||
          MTime.getAsInteger(10, In.Stamp.MTime))
        return std::nullopt;
      In.Digest = Digest.str();
      In.Path = decode(Path);
      S.Inputs.push_back(std::move(In));
    } else if (Kind == "counts") {
      auto [Rules, AfterRules] = Rest.split('\t');
      auto [Functions, Packages] = AfterRules.split('\t');
      if (Rules.getAsInteger(10, S.Build.NumRules) ||
          Functions.getAsInteger(10, S.Build.NumFunctions) ||
          Packages.getAsInteger(10, S.Build.NumPackages))
        return std::nullopt;
    } else if (Kind == "flag") {
      S.Build.Flags.push_back(decode(Rest));
    } else if (Kind == "pattern") {
      S.Build.ExtraPatterns.push_back(decode(Rest));
    } else if (Kind == "env") {
      std::string Setting = decode(Rest);
      auto [Name, Value] = StringRef(Setting).split('=');
      S.Build.Env.push_back({Name.str(), Value.str()});
    } else if (Kind == "warning") {
      S.Build.Warnings.push_back(decode(Rest));
    } else if (Kind == "note") {
      S.Build.Notes.push_back(decode(Rest));
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt; // without its end
}

std::optional<BuildState> StateFolder::load(Digester Digest) const {
  auto Current = readFile(joinPath(Dir, "current"));
  if (!Current) {
    consumeError(Current.takeError());
    return std::nullopt;
  }
  StringRef Name = StringRef(*Current).trim();
  if (Name.empty() || Name.contains('/'))
    return std::nullopt;
  std::string File = joinPath(joinPath(Dir, Name), "state");
  auto Text = readFile(File);
  if (!Text) {
    consumeError(Text.takeError());
    return std::nullopt;
  }
  std::optional<BuildState> State = BuildState::deserialize(*Text);
  if (!State)
    return std::nullopt;
  bool IsStale = false;
  for (StateInput &In : State->Inputs) {
    FileStamp Now = getStamp(In.Path);
    if (Now == In.Stamp)
      continue;
    if (In.Digest.empty() || Now.Size < 0 || Digest(In) != In.Digest)
      return std::nullopt;
    In.Stamp = Now;
    IsStale = true;
  }
  if (IsStale)
    consumeError(writeFileAtomically(File, State->serialize()));
  return State;
}

Expected<std::string> StateFolder::createGeneration() const {
  if (Error E = createDirectories(Dir))
    return E;
  SmallString<256> Path;
  if (std::error_code EC =
          sys::fs::createUniqueDirectory(joinPath(Dir, "g"), Path))
    return createFileError(Dir, EC);
  return std::string(Path);
}

Error StateFolder::publish(StringRef Generation,
                           const BuildState &State) const {
  if (Error E =
          writeFileAtomically(joinPath(Generation, "state"), State.serialize()))
    return E;
  // A build that started from the generation replaced may still use it: its age
  // counts from now.
  std::string Current = joinPath(Dir, "current");
  if (auto Old = readFile(Current)) {
    std::string OldDir = joinPath(Dir, StringRef(*Old).trim());
    if (sys::fs::is_directory(OldDir))
      consumeError(writeFileAtomically(joinPath(OldDir, "replaced"), ""));
  } else {
    consumeError(Old.takeError());
  }
  if (Error E = writeFileAtomically(Current, sys::path::filename(Generation)))
    return E;
  std::error_code EC;
  int64_t Now = static_cast<int64_t>(std::time(nullptr)) * 1'000'000'000;
  constexpr int64_t Day = int64_t(24) * 3600 * 1'000'000'000;
  for (sys::fs::directory_iterator I(Dir, EC), End; I != End && !EC;
       I.increment(EC))
    if (I->path() != Generation && sys::fs::is_directory(I->path()) &&
        getStamp(I->path()).MTime < Now - Day)
      sys::fs::remove_directories(I->path());
  return Error::success();
}
