//===- GoCommandTest.cpp --------------------------------------------------===//

#include "otelrewrite/Driver/GoCommand.h"
#include "otelrewrite/Driver/Quote.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace otelrewrite;

using Words = std::vector<std::string>;

static GoCommand parse(StringRef Line) {
  SmallVector<StringRef> Split;
  Line.split(Split, ' ', -1, /*KeepEmpty=*/false);
  return GoCommand::parse(Split);
}

/// `name=value` of each flag.
static Words flags(const GoCommand &Command) {
  Words Out;
  for (const GoFlag &Flag : Command.getFlags())
    Out.push_back(Flag.Name + "=" + Flag.Value);
  return Out;
}

TEST(GoCommand, Build) {
  GoCommand C = parse("build -o out -race --tags=a,b -ldflags -s ./... ./x");
  EXPECT_EQ(C.getName(), "build");
  EXPECT_EQ(flags(C), (Words{"o=out", "race=true", "tags=a,b", "ldflags=-s"}));
  EXPECT_EQ(C.getPatterns(), (Words{"./...", "./x"}));
  EXPECT_TRUE(C.getBool("race"));
  EXPECT_FALSE(C.getBool("cover"));
  EXPECT_EQ(C.getFlag("tags"), "a,b");
  EXPECT_EQ(C.getFlag("mod"), std::nullopt);
}

TEST(GoCommand, FlagsEndAtTheFirstPackage) {
  GoCommand C = parse("build ./x -race");
  EXPECT_EQ(C.getPatterns(), (Words{"./x", "-race"}));
  EXPECT_TRUE(C.getFlags().empty());
  EXPECT_EQ(parse("build -v -- -x").getPatterns(), (Words{"-x"}));
}

TEST(GoCommand, Directory) {
  for (const char *Line : {"-C dir build -v .", "build -C dir -v .",
                           "build -C=dir -v .", "build --C dir -v ."}) {
    GoCommand C = parse(Line);
    EXPECT_EQ(C.getName(), "build") << Line;
    EXPECT_EQ(C.getDirectory(), "dir") << Line;
    EXPECT_EQ(flags(C), Words{"v=true"}) << Line;
    EXPECT_EQ(C.getPatterns(), Words{"."}) << Line;
  }
  EXPECT_EQ(parse("build -v -C dir").getDirectory(), "");
}

TEST(GoCommand, Run) {
  GoCommand C = parse("run -race . -v x.go");
  EXPECT_EQ(C.getPatterns(), Words{"."});
  EXPECT_EQ(flags(C), Words{"race=true"});
  EXPECT_EQ(C.rebuild({}, {"-added"}),
            (Words{"run", "-added", "-race", ".", "-v", "x.go"}));
  C = parse("run a.go b.go c -d");
  EXPECT_EQ(C.getPatterns(), (Words{"a.go", "b.go"}));
  EXPECT_EQ(C.rebuild({}, {}, {"otel.go"}),
            (Words{"run", "a.go", "b.go", "otel.go", "c", "-d"}));
  EXPECT_EQ(parse("run -exec time -- pkg arg").rebuild({}, {"-added"}),
            (Words{"run", "-added", "-exec", "time", "--", "pkg", "arg"}));
}

TEST(GoCommand, TestTakesFlagsAfterPackages) {
  GoCommand C = parse("test -race ./a ./b -run X -v -timeout=5s -args ./c -d");
  EXPECT_EQ(flags(C), (Words{"race=true", "run=X", "v=true", "timeout=5s"}));
  EXPECT_EQ(C.getPatterns(), (Words{"./a", "./b"}));
  EXPECT_EQ(C.rebuild({}, {}),
            (Words{"test", "-race", "./a", "./b", "-run", "X", "-v",
                   "-timeout=5s", "-args", "./c", "-d"}));
}

TEST(GoCommand, TestWithFlagsOfTheBinary) {
  // cmd/go: after a flag it does not know, words are the test's, but its own
  // flags are still its own.
  GoCommand C = parse("test ./a -update -race x -v y z");
  EXPECT_EQ(C.getPatterns(), Words{"./a"});
  EXPECT_EQ(flags(C), Words{"race=true"});
  C = parse("test -update x -race ./a");
  EXPECT_TRUE(C.getPatterns().empty());
  EXPECT_EQ(flags(C), Words{"race=true"});
  EXPECT_EQ(parse("test fmt -test.v").getFlags().size(), 1u);
  EXPECT_EQ(parse("test -- x").getPatterns(), Words{});
}

TEST(GoCommand, DropsAndAdds) {
  GoCommand C = parse("test ./a -gcflags all=-N -run X -gcflags=-l");
  EXPECT_EQ(C.rebuild({"gcflags"}, {"-gcflags=mine"}),
            (Words{"test", "-gcflags=mine", "./a", "-run", "X"}));
}

TEST(GoCommand, LoadsPackages) {
  for (const char *Line :
       {"build", "run .", "test", "install x", "vet", "list ./..."})
    EXPECT_TRUE(parse(Line).loadsPackages()) << Line;
  for (const char *Line : {"list -m all", "mod tidy", "env", "version", "",
                           "-h", "build -h", "generate ./...", "get x"})
    EXPECT_FALSE(parse(Line).loadsPackages()) << Line;
}

TEST(GoCommand, GoFlags) {
  auto Flags = parseGoFlags("-mod=mod  '-toolexec=a \"b c\"' --race word -");
  ASSERT_TRUE(static_cast<bool>(Flags)) << toString(Flags.takeError());
  EXPECT_EQ(*Flags,
            (std::vector<GoFlag>{
                {"mod", "mod"}, {"toolexec", "a \"b c\""}, {"race", "true"}}));
}

TEST(Quote, SplitsAndJoins) {
  auto Out = splitQuoted(" a  'b c' \"d'e\" f\"g ");
  ASSERT_TRUE(static_cast<bool>(Out)) << toString(Out.takeError());
  EXPECT_EQ(*Out, (Words{"a", "b c", "d'e", "f\"g"}));
  auto Bad = splitQuoted("'a");
  ASSERT_FALSE(static_cast<bool>(Bad));
  EXPECT_EQ(toString(Bad.takeError()), "unterminated ' string");

  Words All{"plain", "with space", "it's", "", "say \"x\""};
  auto Joined = joinQuoted(All);
  ASSERT_TRUE(static_cast<bool>(Joined)) << toString(Joined.takeError());
  auto Again = splitQuoted(*Joined);
  ASSERT_TRUE(static_cast<bool>(Again)) << toString(Again.takeError());
  EXPECT_EQ(*Again, All);
  auto Both = joinQuoted({"a'b\"c"});
  EXPECT_FALSE(static_cast<bool>(Both));
  consumeError(Both.takeError());
}
