//===- FilesTest.cpp ------------------------------------------------------===//

#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/Modules.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace otelrewrite;

TEST(Files, Paths) {
  EXPECT_EQ(makeAbsolute("/a/./b/../c"), "/a/c");
  EXPECT_EQ(joinPath("/a", "b/c"), "/a/b/c");
  EXPECT_TRUE(isBelow("/a/b", "/a"));
  EXPECT_TRUE(isBelow("/a", "/a"));
  EXPECT_TRUE(isBelow("example.com/x/y", "example.com/x"));
  EXPECT_FALSE(isBelow("/ab", "/a"));
  EXPECT_FALSE(isBelow("/a", "/a/b"));
  EXPECT_FALSE(isBelow("/a", ""));
}

TEST(Files, WritesAtomically) {
  SmallString<128> Dir;
  ASSERT_FALSE(sys::fs::createUniqueDirectory("files", Dir));
  std::string Path = joinPath(Dir, "x/y");
  ASSERT_FALSE(errorToBool(writeFileAtomically(Path, "one")));
  ASSERT_FALSE(errorToBool(writeFileAtomically(Path, "two")));
  auto Text = readFile(Path);
  ASSERT_TRUE(static_cast<bool>(Text));
  EXPECT_EQ(*Text, "two");
  // Nothing else is left.
  std::error_code EC;
  unsigned Count = 0;
  for (sys::fs::directory_iterator I(joinPath(Dir, "x"), EC), End; I != End;
       I.increment(EC))
    ++Count;
  EXPECT_EQ(Count, 1u);
  Error E = writeFileAtomically(joinPath(Path, "below/a/file"), "");
  EXPECT_NE(toString(std::move(E)).find("Not a directory"), std::string::npos);
  sys::fs::remove_directories(Dir);
}

TEST(Files, Stamps) {
  EXPECT_EQ(getStamp("/nowhere/at/all"), FileStamp());
  EXPECT_NE(getStamp("/"), FileStamp());
}

TEST(Files, HashSeesBorders) {
  EXPECT_NE(Hasher().add("ab").add("c").finish(),
            Hasher().add("a").add("bc").finish());
  EXPECT_EQ(Hasher().add("a").finish(), Hasher().add("a").finish());
  EXPECT_EQ(Hasher().finish().size(), 32u);
}

TEST(Modules, EscapesPaths) {
  EXPECT_EQ(escapeModulePath("github.com/BurntSushi/toml"),
            "github.com/!burnt!sushi/toml");
}
