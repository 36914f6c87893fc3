//===- RuleSetTest.cpp - the model and its prepared form ------------------===//

#include "otelrewrite/Rules/RuleSet.h"

#include "gtest/gtest.h"

using namespace otelrewrite;

namespace {

constexpr const char *Text = R"(
[rule.b]
import_path = "example.com/{a,b}/**"
version = "v1.2.3,v2.0.0"
where = { func = "New*", recv = "*Client" }
do = [ { inject_hooks = { before = "B", after = "A", path = "example.com/h" } } ]
[rule.a]
import_path = "$root/cmd/*"
where = { func = "main" }
do = [ { inject_hooks = { after = "A", path = "example.com/h" } },
       { inject_hooks = { before = "B", path = "example.com/i" } } ]
)";

RuleSet read(llvm::StringRef Name, llvm::StringRef Toml) {
  auto File = SourceFile::fromString(Name, Toml);
  DiagnosticEngine Diags;
  RuleSet Rules;
  Rules.addToml(*File, Diags);
  EXPECT_FALSE(Diags.hasErrors());
  return Rules;
}

TEST(RuleSet, OrderIsTheFiles) {
  RuleSet Rules = read("dir/lib.toml", Text);
  ASSERT_EQ(Rules.getRules().size(), 2u);
  EXPECT_EQ(Rules.getRules()[0].Name, "b");
  EXPECT_EQ(Rules.getRules()[1].Name, "a");
  EXPECT_EQ(Rules.getRules()[0].Library, "lib");
  EXPECT_EQ(Rules.getRules()[0].Position, (LineColumn{2, 7}));
}

TEST(RuleSet, WhatALibrarySaysOfItself) {
  std::string About = "[library]\ntitle = \"Lib\"\ntelemetry = \"spans\"\n";
  RuleSet Rules = read("dir/lib.toml", About + Text);
  ASSERT_EQ(Rules.getLibraries().size(), 1u);
  EXPECT_EQ(Rules.getLibraries()[0].Name, "lib");
  EXPECT_EQ(Rules.getLibraries()[0].Title, "Lib");
  EXPECT_EQ(Rules.getLibraries()[0].Telemetry, "spans");
  EXPECT_EQ(Rules.getLibraries()[0].Uses, "");
  EXPECT_EQ(Rules.getFingerprint(), read("dir/lib.toml", Text).getFingerprint())
      << "words change no build";
}

TEST(RuleSet, PreparedFormRoundTrip) {
  RuleSet Rules = read("dir/lib.toml", Text);
  auto Back = RuleSet::deserialize(Rules.serialize());
  ASSERT_TRUE(bool(Back));
  EXPECT_EQ(Back->serialize(), Rules.serialize());
  EXPECT_EQ(Back->getFingerprint(), Rules.getFingerprint());
  const Rule &R = Back->getRules()[0];
  EXPECT_TRUE(R.Package.Pattern.match("example.com/b/c"));
  EXPECT_TRUE(
      R.Where.findRequired(PredicateKind::Recv)->Recv.match(true, "Client"));
  EXPECT_FALSE(
      R.Where.findRequired(PredicateKind::Recv)->Recv.match(false, "Client"));
  EXPECT_FALSE(R.Versions.contains(*Version::parse("v2.0.0")));
}

TEST(RuleSet, DamagedPreparedForm) {
  std::string Bytes = read("lib.toml", Text).serialize();
  for (size_t N = 0; N < Bytes.size(); ++N) {
    auto Cut = RuleSet::deserialize(llvm::StringRef(Bytes).take_front(N));
    EXPECT_FALSE(bool(Cut)) << N;
    llvm::consumeError(Cut.takeError());
  }
  for (size_t N = 0; N < Bytes.size(); ++N) {
    std::string Damaged = Bytes;
    Damaged[N] = static_cast<char>(Damaged[N] ^ 0xff);
    auto Read = RuleSet::deserialize(Damaged); // any outcome but a crash
    if (!Read)
      llvm::consumeError(Read.takeError());
  }
  auto Longer = RuleSet::deserialize(Bytes + "x");
  EXPECT_FALSE(bool(Longer));
  llvm::consumeError(Longer.takeError());
}

TEST(RuleSet, FingerprintKnowsContentNotPlace) {
  std::string A = read("here/lib.toml", Text).getFingerprint();
  EXPECT_EQ(A.size(), 32u);
  EXPECT_EQ(read("there/lib.toml", std::string("# comment\n") + Text)
                .getFingerprint(),
            A);
  EXPECT_NE(read("here/other.toml", Text).getFingerprint(), A);
  std::string Changed = Text;
  Changed.replace(Changed.find("New*"), 4, "Old*");
  EXPECT_NE(read("here/lib.toml", Changed).getFingerprint(), A);
}

TEST(RuleSet, Select) {
  RuleSet Rules = read("lib.toml", Text);
  unsigned Second[] = {1};
  RuleSet One = Rules.select(Second);
  ASSERT_EQ(One.getRules().size(), 1u);
  EXPECT_EQ(One.getRules()[0].Name, "a");
}

} // namespace
