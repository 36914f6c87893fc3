//===- GlobTest.cpp - patterns of import paths and names ------------------===//

#include "otelrewrite/Rules/Glob.h"

#include "gtest/gtest.h"

using namespace otelrewrite;

namespace {

bool match(llvm::StringRef Pattern, llvm::StringRef Text) {
  std::optional<Glob::Error> Err;
  Glob G = Glob::parse(Pattern, Err);
  EXPECT_FALSE(Err) << Pattern.str();
  return G.match(Text);
}

TEST(Glob, Matches) {
  struct Case {
    const char *Pattern, *Text;
    bool Matches;
  } Cases[] = {
      {"net/http", "net/http", true},
      {"net/http", "net/http/x", false},
      {"net.http", "net/http", false},
      {"*", "abc", true},
      {"*", "", true},
      {"*", "a/b", false},
      {"**", "a/b", true},
      {"a*", "abc", true},
      {"a*c", "abbc", true},
      {"a*c", "ab/c", false},
      {"a**c", "ab/c", true},
      {"a/**", "a/b/c", true},
      {"a/**", "a", true},
      {"a/**", "ab", false},
      {"a/**/**", "a", true},
      {"a\\/**", "a", false},
      {"a\\/**", "a/b", true},
      {"**/b", "a/x/b", true},
      {"a/*/c", "a/b/c", true},
      {"a/*/c", "a/b/b/c", false},
      {"?", "a", true},
      {"?", "/", false},
      {"?", "", false},
      {"[a-c]x", "bx", true},
      {"[a-c]x", "dx", false},
      {"[!a-c]x", "dx", true},
      {"[^a-c]x", "bx", false},
      {"[!a]", "/", false},
      {"[]]", "]", true},
      {"[a\\]]", "]", true},
      {"{a,b}c", "bc", true},
      {"{a,b}c", "c", false},
      {"{a,}c", "c", true},
      {"x{a,b{c,d}}y", "xbdy", true},
      {"x{a,b{c,d}}y", "xby", false},
      {"{a,b}{c,d}", "ad", true},
      {"v[0-9]{,[0-9]}", "v12", true},
      {"{[,],x}", ",", true},
      {"\\*", "*", true},
      {"\\*", "a", false},
      {"New*", "NewClient", true},
      {"***", "a/b", true},
  };
  for (const Case &C : Cases)
    EXPECT_EQ(match(C.Pattern, C.Text), C.Matches)
        << C.Pattern << " " << C.Text;
}

TEST(Glob, Errors) {
  struct Case {
    const char *Pattern;
    uint32_t Offset;
  } Cases[] = {{"a[b", 1}, {"a{b", 1}, {"a}", 1}, {"a\\", 1}, {"{a,{b}", 0}};
  for (const Case &C : Cases) {
    std::optional<Glob::Error> Err;
    Glob::parse(C.Pattern, Err);
    ASSERT_TRUE(Err) << C.Pattern;
    EXPECT_EQ(Err->Offset, C.Offset) << C.Pattern;
  }
}

TEST(Glob, AlternativesAreBounded) {
  std::string Pattern;
  for (int I = 0; I < 40; ++I)
    Pattern += "{a,b}";
  std::optional<Glob::Error> Err;
  Glob::parse(Pattern, Err);
  EXPECT_TRUE(Err);
}

TEST(Glob, LengthIsBounded) {
  // Braces nest, and each one is expanded behind those before it.
  for (std::string Pattern :
       {std::string(500'000, '{') + std::string(500'000, '}'),
        std::string(1'000'000, '*')}) {
    std::optional<Glob::Error> Err;
    Glob::parse(Pattern, Err);
    ASSERT_TRUE(Err);
    EXPECT_EQ(Err->Message, "it is longer than 1000 bytes");
    EXPECT_LE(Err->Offset, Pattern.size());
  }
}

TEST(Glob, ManyStarsTakeLinearTime) {
  std::string Pattern, Text(2000, 'a');
  for (int I = 0; I < 100; ++I)
    Pattern += "*a";
  EXPECT_TRUE(match(Pattern, Text));
  EXPECT_FALSE(match(Pattern + "b", Text));
}

TEST(Glob, Exact) {
  std::optional<Glob::Error> Err;
  EXPECT_TRUE(Glob::parse("net/http", Err).isExact());
  EXPECT_FALSE(Glob::parse("net/*", Err).isExact());
}

} // namespace
