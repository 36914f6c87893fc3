//===- StateTest.cpp ------------------------------------------------------===//

#include "otelrewrite/Driver/State.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

#include "gtest/gtest.h"

#include <chrono>
#include <thread>

using namespace llvm;
using namespace otelrewrite;

static BuildState makeState() {
  BuildState S;
  S.Build.Flags = {"-toolexec='a b' c", "-gcflags=x=-y"};
  S.Build.ExtraPatterns = {"otel_importer.go"};
  S.Build.Env = {{"GOWORK", "/w/go.work"}};
  S.Build.NumRules = 1;
  S.Build.NumFunctions = 2;
  S.Build.NumChanges = 5;
  S.Build.NumPackages = 3;
  S.Build.Warnings = {"a\n  b\\c\n"};
  S.Build.Notes = {"note"};
  S.Inputs = {{"/w/a\tb.go", {12, 34}, "facts:x"}, {"/w/none", {}, ""}};
  return S;
}

TEST(State, ReadsWhatItWrote) {
  BuildState S = makeState();
  auto Read = BuildState::deserialize(S.serialize());
  ASSERT_TRUE(Read);
  EXPECT_EQ(Read->Build.Flags, S.Build.Flags);
  EXPECT_EQ(Read->Build.ExtraPatterns, S.Build.ExtraPatterns);
  EXPECT_EQ(Read->Build.Env, S.Build.Env);
  EXPECT_EQ(Read->Build.NumFunctions, 2u);
  EXPECT_EQ(Read->Build.NumChanges, 5u);
  EXPECT_EQ(Read->Build.NumPackages, 3u);
  EXPECT_EQ(Read->Build.Warnings, S.Build.Warnings);
  EXPECT_EQ(Read->Build.Notes, S.Build.Notes);
  ASSERT_EQ(Read->Inputs.size(), 2u);
  EXPECT_EQ(Read->Inputs[0].Path, S.Inputs[0].Path);
  EXPECT_EQ(Read->Inputs[0].Stamp, S.Inputs[0].Stamp);
  EXPECT_EQ(Read->Inputs[0].Digest, "facts:x");
  EXPECT_EQ(Read->Inputs[1].Stamp.Size, -1);
}

TEST(State, RejectsEveryPart) {
  std::string Text = makeState().serialize();
  // The last line break may be missing.
  for (size_t Size = 0; Size + 1 < Text.size(); ++Size)
    EXPECT_FALSE(BuildState::deserialize(StringRef(Text).take_front(Size)))
        << Size;
}

namespace {
class FolderTest : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(sys::fs::createUniqueDirectory("state", Dir));
    File = joinPath(Dir, "input");
    ASSERT_FALSE(errorToBool(writeFileAtomically(File, "one")));
  }
  void TearDown() override { sys::fs::remove_directories(Dir); }

  void publish(BuildState S) {
    StateFolder Folder(joinPath(Dir, "s"));
    auto Generation = Folder.createGeneration();
    ASSERT_TRUE(static_cast<bool>(Generation));
    ASSERT_FALSE(errorToBool(Folder.publish(*Generation, S)));
  }
  std::optional<BuildState> load(StringRef Digest = "new") {
    return StateFolder(joinPath(Dir, "s")).load([&](const StateInput &) {
      return Digest.str();
    });
  }

  SmallString<128> Dir;
  std::string File;
};
} // namespace

TEST_F(FolderTest, LoadsWhileNothingChanges) {
  EXPECT_FALSE(load());
  BuildState S;
  S.Inputs = {{File, getStamp(File), ""}, {joinPath(Dir, "none"), {}, ""}};
  publish(S);
  EXPECT_TRUE(load());
  // What was not there appears.
  ASSERT_FALSE(errorToBool(writeFileAtomically(joinPath(Dir, "none"), "")));
  EXPECT_FALSE(load());
}

TEST_F(FolderTest, AChangeWithoutConsequence) {
  BuildState S;
  S.Inputs = {{File, getStamp(File), "digest"}};
  publish(S);
  ASSERT_FALSE(errorToBool(writeFileAtomically(File, "other text")));
  EXPECT_FALSE(load("new"));
  EXPECT_TRUE(load("digest"));
  // Another change may come within the step of the file system's clock.
  EXPECT_FALSE(load("new"));
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  EXPECT_TRUE(load("digest"));
  // The stamp is up to date now, so that the digest is not asked for again.
  EXPECT_TRUE(load("new"));
  ASSERT_FALSE(sys::fs::remove(File));
  EXPECT_FALSE(load("digest"));
}

TEST_F(FolderTest, TheLastOnePublishedIsCurrent) {
  BuildState S;
  S.Build.NumRules = 1;
  publish(S);
  S.Build.NumRules = 2;
  publish(S);
  auto Now = load();
  ASSERT_TRUE(Now);
  EXPECT_EQ(Now->Build.NumRules, 2u);
  // A damaged file names nothing.
  ASSERT_FALSE(errorToBool(
      writeFileAtomically(joinPath(Dir, "s/current"), "../../etc")));
  EXPECT_FALSE(load());
}
