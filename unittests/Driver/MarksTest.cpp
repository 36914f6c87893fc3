//===- MarksTest.cpp ------------------------------------------------------===//

#include "otelrewrite/Driver/Marks.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace otelrewrite;

using Words = std::vector<std::string>;

static GoPackage makePackage(StringRef Path, StringRef Dir,
                             bool IsNamed = false) {
  GoPackage P;
  P.ImportPath = Path.str();
  P.Dir = Dir.str();
  P.IsDepOnly = !IsNamed;
  return P;
}

TEST(Marks, Patterns) {
  // The cases of cmd/go/internal/load's TestPerPackageFlag where they apply.
  GoPackage P = makePackage("example.com/a/b", "/w/a/b");
  auto matches = [&](StringRef Pattern) {
    return matchesFlagPattern(Pattern, P, "/w");
  };
  EXPECT_TRUE(matches("example.com/a/b"));
  EXPECT_TRUE(matches("example.com/a/..."));
  EXPECT_TRUE(matches("example.com/a/b/..."));
  EXPECT_TRUE(matches("...b"));
  EXPECT_TRUE(matches("ex...a...b"));
  EXPECT_TRUE(matches("..."));
  EXPECT_TRUE(matches("all"));
  EXPECT_TRUE(matches("./a/b"));
  EXPECT_TRUE(matches("./..."));
  EXPECT_TRUE(matches("./a/..."));
  EXPECT_TRUE(matches("../w/a/b"));
  EXPECT_FALSE(matches("example.com/a"));
  EXPECT_FALSE(matches("example.com/a/b/c/..."));
  EXPECT_FALSE(matches("b..."));
  EXPECT_FALSE(matches("...a"));
  EXPECT_FALSE(matches("std"));
  EXPECT_FALSE(matches("./a"));
  EXPECT_FALSE(matches("./b/..."));
  EXPECT_FALSE(matches("../..."
                       "/x"));
  GoPackage Fmt = makePackage("fmt", "/go/src/fmt");
  Fmt.IsStandard = true;
  EXPECT_TRUE(matchesFlagPattern("std", Fmt, "/w"));
  EXPECT_FALSE(matchesFlagPattern("./...", Fmt, "/w"));
}

TEST(Marks, LastSettingWins) {
  GoPackage Named = makePackage("example.com/a", "/w/a", /*IsNamed=*/true);
  GoPackage Dep = makePackage("example.com/b", "/w/b");
  Words Settings{"all=-N", "-l -m", "example.com/b=", "fmt=-x"};
  EXPECT_EQ(getPackageFlags(Settings, Named, "/w"), (Words{"-l", "-m"}));
  EXPECT_EQ(getPackageFlags(Settings, Dep, "/w"), Words{});
  EXPECT_EQ(getPackageFlags({"all=-N"}, Dep, "/w"), Words{"-N"});
  EXPECT_EQ(getPackageFlags({"all=-N", ""}, Dep, "/w"), Words{"-N"});
  EXPECT_EQ(getPackageFlags({"all=-N", ""}, Named, "/w"), Words{});
}

TEST(Marks, FitByDirectoryAndKeepTheUsersFlags) {
  GoPackage P = makePackage("example.com/a", "/w/a b", /*IsNamed=*/true);
  auto Flags =
      makeMarkFlags({{&P, "0123", {"-lang=go1.21"}}}, {"all='-d=x y'"}, "/w");
  ASSERT_TRUE(static_cast<bool>(Flags)) << toString(Flags.takeError());
  ASSERT_EQ(Flags->size(), 2u);
  StringRef First = Flags->front();
  EXPECT_TRUE(First.starts_with("-gcflags=../../"));
  EXPECT_TRUE(First.ends_with("/w/a b='-d=x y' -lang=go1.21 -otelmark=0123"))
      << First.str();
  auto [Pattern, Rest] =
      First.drop_front(StringRef("-gcflags=").size()).split('=');
  EXPECT_TRUE(matchesFlagPattern(Pattern, P, "/w/deep/down"));
  EXPECT_FALSE(matchesFlagPattern(Pattern, makePackage("example.com/a", "/w/a"),
                                  "/w/deep/down"));
  // What the build information records: no folder of this machine.
  EXPECT_TRUE(StringRef(Flags->back()).starts_with("-gcflags=./:otel:="));
}

TEST(Marks, ImportPathWhereADirectoryCannotBeNamed) {
  GoPackage P = makePackage("example.com/a", "/w/a=b");
  auto Flags = makeMarkFlags({{&P, "0123", {}}}, {}, "/w");
  ASSERT_TRUE(static_cast<bool>(Flags)) << toString(Flags.takeError());
  EXPECT_EQ(Flags->front(), "-gcflags=example.com/a=-otelmark=0123");
}
