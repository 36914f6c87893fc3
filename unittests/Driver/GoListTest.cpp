//===- GoListTest.cpp -----------------------------------------------------===//

#include "otelrewrite/Driver/GoList.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace otelrewrite;

// As `go list -deps -test -json` prints it: one object after another.
static constexpr StringLiteral Text = R"({
	"Dir": "/go/src/fmt",
	"ImportPath": "fmt",
	"Name": "fmt",
	"Standard": true,
	"DepOnly": true,
	"GoFiles": [
		"print.go"
	]
}
{
	"Dir": "/w",
	"ImportPath": "example.com/a",
	"Name": "a",
	"Module": {
		"Path": "example.com/a",
		"Version": "v1.0.0",
		"Replace": {
			"Path": "example.com/fork",
			"Version": "v1.2.0"
		},
		"Main": true,
		"GoVersion": "1.24"
	},
	"Imports": [
		"fmt"
	],
	"Error": {
		"Pos": "a.go:1:2",
		"Err": "bad"
	}
}
{
	"ImportPath": "example.com/a [example.com/a.test]",
	"Name": "a",
	"ForTest": "example.com/a",
	"Imports": [
		"fmt"
	]
}
{
	"ImportPath": "example.com/a.test",
	"Name": "main",
	"Imports": [
		"example.com/a",
		"os"
	],
	"ImportMap": {
		"example.com/a": "example.com/a [example.com/a.test]"
	}
}
)";

TEST(GoList, Parses) {
  auto Graph = PackageGraph::parse(Text);
  ASSERT_TRUE(static_cast<bool>(Graph)) << toString(Graph.takeError());
  ASSERT_EQ(Graph->getPackages().size(), 4u);
  const GoPackage *A = Graph->find("example.com/a");
  ASSERT_TRUE(A);
  EXPECT_EQ(A->Module.Version, "v1.2.0");
  EXPECT_TRUE(A->Module.IsMain);
  EXPECT_EQ(A->getErrorText(), "a.go:1:2: bad");
  EXPECT_FALSE(A->isVariant());
  const GoPackage *Variant = Graph->find("example.com/a [example.com/a.test]");
  ASSERT_TRUE(Variant);
  EXPECT_TRUE(Variant->isVariant());
  EXPECT_EQ(Variant->getPath(), "example.com/a");
  const GoPackage *Main = Graph->find("example.com/a.test");
  ASSERT_TRUE(Main);
  EXPECT_TRUE(Main->isTestMain());
  EXPECT_EQ(Main->Imports.front(), "example.com/a [example.com/a.test]");
  EXPECT_FALSE(Graph->find("os"));
}

TEST(GoList, ClosureHasNoVariants) {
  auto Graph = PackageGraph::parse(Text);
  ASSERT_TRUE(static_cast<bool>(Graph)) << toString(Graph.takeError());
  StringSet<> Closure = Graph->getClosure("example.com/a.test");
  EXPECT_TRUE(Closure.contains("example.com/a"));
  EXPECT_TRUE(Closure.contains("fmt"));
  EXPECT_FALSE(Closure.contains("example.com/a [example.com/a.test]"));
}

TEST(GoList, HalfAnObjectIsAnError) {
  auto Graph = PackageGraph::parse("{\n\t\"Dir\": \"/w\"");
  EXPECT_FALSE(static_cast<bool>(Graph));
  consumeError(Graph.takeError());
  auto Nothing = PackageGraph::parse("\n");
  ASSERT_TRUE(static_cast<bool>(Nothing)) << toString(Nothing.takeError());
  EXPECT_TRUE(Nothing->getPackages().empty());
}

TEST(GoList, PackagesBetweenOneAndItsTestAreInTheBuild) {
  auto Graph = PackageGraph::parse(R"({
	"ImportPath": "b [a.test]",
	"ForTest": "a",
	"Imports": [
		"a [a.test]"
	]
}
{
	"ImportPath": "a_test [a.test]",
	"ForTest": "a",
	"Imports": [
		"b [a.test]"
	]
}
)");
  ASSERT_TRUE(static_cast<bool>(Graph)) << toString(Graph.takeError());
  const GoPackage *B = Graph->find("b");
  ASSERT_TRUE(B);
  EXPECT_FALSE(B->isVariant());
  EXPECT_TRUE(B->IsDepOnly);
  EXPECT_TRUE(Graph->find("b [a.test]")->isVariant());
  EXPECT_FALSE(Graph->find("a_test")) << "it is the test itself";
}
