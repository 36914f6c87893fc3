//===- State.cpp - a prepared build, remembered ---------------------------===//

#include "otelrewrite/Driver/State.h"

#include "otelrewrite/Toolexec/ToolCommand.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <ctime>
#include <sys/time.h>
#include <unistd.h>

using namespace llvm;
using namespace otelrewrite;

/// First line of a state; a number higher for each change of the form.
static constexpr StringLiteral Magic = "otel state 4";
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
     << Build.NumPackages << '\t' << Build.NumRefused << '\t'
     << Build.NumPrograms << '\t' << Build.NumChanges << '\n';
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
       << In.Stamp.CTime << '\t' << In.Stamp.Inode << '\t' << In.Digest << '\t'
       << encodeResponseWord(In.Path) << '\n';
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
      auto [CTime, AfterCTime] = AfterMTime.split('\t');
      auto [Inode, AfterInode] = AfterCTime.split('\t');
      auto [Digest, Path] = AfterInode.split('\t');
      if (Size.getAsInteger(10, In.Stamp.Size) ||
          MTime.getAsInteger(10, In.Stamp.MTime) ||
          CTime.getAsInteger(10, In.Stamp.CTime) ||
          Inode.getAsInteger(10, In.Stamp.Inode))
        return std::nullopt;
      In.Digest = Digest.str();
      In.Path = decode(Path);
      S.Inputs.push_back(std::move(In));
    } else if (Kind == "counts") {
      auto [Rules, AfterRules] = Rest.split('\t');
      auto [Functions, AfterFunctions] = AfterRules.split('\t');
      auto [Packages, AfterPackages] = AfterFunctions.split('\t');
      auto [Refused, AfterRefused] = AfterPackages.split('\t');
      auto [Programs, Changes] = AfterRefused.split('\t');
      if (Rules.getAsInteger(10, S.Build.NumRules) ||
          Functions.getAsInteger(10, S.Build.NumFunctions) ||
          Packages.getAsInteger(10, S.Build.NumPackages) ||
          Refused.getAsInteger(10, S.Build.NumRefused) ||
          Programs.getAsInteger(10, S.Build.NumPrograms) ||
          Changes.getAsInteger(10, S.Build.NumChanges))
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

static constexpr int64_t Second = 1'000'000'000;
static constexpr int64_t Day = 24 * 3600 * Second;

/// Is \p Time further from now than \p Limit? A clock that was ahead leaves
/// times of the future behind.
static bool isOlder(int64_t Time, int64_t Limit) {
  int64_t Age = static_cast<int64_t>(std::time(nullptr)) * Second - Time;
  return Age > Limit || Age < -Limit;
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
  const int64_t Start = getNow();
  for (StateInput &In : State->Inputs) {
    FileStamp Now = getStamp(In.Path);
    if (Now == In.Stamp)
      continue;
    if (In.Digest.empty() || Now.Size < 0 || Digest(In) != In.Digest)
      return std::nullopt;
    // A change just now may be followed by another with the same time, as the
    // system's clock for files has steps of some milliseconds.
    if (Now.CTime > Start - Second / 10)
      continue;
    In.Stamp = Now;
    IsStale = true;
  }
  // The time of `current` tells when a folder was last of use.
  std::string CurrentFile = joinPath(Dir, "current");
  if (isOlder(getStamp(CurrentFile).MTime, Day))
    utimes(CurrentFile.c_str(), nullptr);
  if (IsStale)
    consumeError(writeFileAtomically(File, State->serialize()));
  return State;
}

//===----------------------------------------------------------------------===//
// Generations
//===----------------------------------------------------------------------===//

static std::string getLockFile(StringRef GenerationDir) {
  return joinPath(GenerationDir, "lock");
}

Generation::~Generation() {
  if (Lock >= 0)
    close(Lock);
}

Expected<Generation> Generation::create(StringRef Parent) {
  if (Error E = createDirectories(Parent))
    return E;
  SmallString<256> Path;
  if (std::error_code EC =
          sys::fs::createUniqueDirectory(joinPath(Parent, "g"), Path))
    return createFileError(Parent, EC);
  std::string LockFile = getLockFile(Path);
  int Lock = createLocked(LockFile);
  if (Lock < 0)
    return createFileError(LockFile,
                           std::error_code(errno, std::generic_category()));
  return Generation(std::string(Path), Lock);
}

bool Generation::isAbandoned(StringRef Dir) {
  int Lock = takeLock(getLockFile(Dir));
  if (Lock < 0 && errno == EWOULDBLOCK)
    return false;
  // Whether it is whole is asked under the lock: the process that has just let
  // go of it has written the state before. Without a lock it is about to get
  // one, or never will.
  bool IsAbandoned = (Lock >= 0 || isOlder(getStamp(Dir).MTime, 60 * Second)) &&
                     !sys::fs::exists(joinPath(Dir, "state"));
  if (Lock >= 0)
    close(Lock);
  return IsAbandoned;
}

Expected<Generation> StateFolder::createGeneration() const {
  return Generation::create(Dir);
}

Error StateFolder::publish(const Generation &G, const BuildState &State) const {
  if (Error E =
          writeFileAtomically(joinPath(G.getDir(), "state"), State.serialize()))
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
  return writeFileAtomically(Current, sys::path::filename(G.getDir()));
}

void StateFolder::removeOld() const {
  std::string Current;
  if (auto Text = readFile(joinPath(Dir, "current")))
    Current = StringRef(*Text).trim().str();
  else
    consumeError(Text.takeError());
  auto forEachIn = [](StringRef Folder,
                      function_ref<void(const std::string &)> Do) {
    std::error_code EC;
    for (sys::fs::directory_iterator I(Folder, EC), End; I != End && !EC;
         I.increment(EC))
      Do(I->path());
  };
  forEachIn(Dir, [&](const std::string &Path) {
    if (StringRef(Path).ends_with(".tmp")) {
      if (isOlder(getStamp(Path).MTime, Day))
        sys::fs::remove(Path);
    } else if (sys::path::filename(Path) != Current &&
               sys::fs::is_directory(Path) &&
               (Generation::isAbandoned(Path) ||
                isOlder(getStamp(Path).MTime, Day))) {
      sys::fs::remove_directories(Path);
    }
  });
  forEachIn(sys::path::parent_path(Dir), [&](const std::string &Path) {
    if (Path != Dir &&
        isOlder(getStamp(joinPath(Path, "current")).MTime, 30 * Day) &&
        isOlder(getStamp(Path).MTime, 30 * Day))
      sys::fs::remove_directories(Path);
  });
}
