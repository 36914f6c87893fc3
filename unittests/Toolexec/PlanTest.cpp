//===- PlanTest.cpp -------------------------------------------------------===//

#include "otelrewrite/Toolexec/Plan.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace otelrewrite;

static Plan makePlan() {
  DiagnosticEngine Diags;
  auto File = SourceFile::fromString(
      "/here/lib.toml", "[rule.add]\n"
                        "import_path = \"example.com/lib\"\n"
                        "where = { func = \"Add\" }\n"
                        "do = [ { inject_hooks = { after = \"After\", path = "
                        "\"example.com/hooks\" } } ]\n");
  Plan P;
  P.Rules.addToml(*File, Diags);
  EXPECT_FALSE(Diags.hasErrors());
  P.Package.ImportPath = "example.com/lib";
  P.Package.Name = "lib";
  P.Package.ModulePath = "example.com";
  P.Package.Version = "v1.2.3";
  P.Package.IsRoot = true;
  P.Targets = {"Add", "(*T).M"};
  P.Importer = "package main\n";
  return P;
}

TEST(Plan, ReadsWhatItWrote) {
  Plan P = makePlan();
  auto Read = Plan::deserialize(P.serialize());
  ASSERT_TRUE(static_cast<bool>(Read)) << toString(Read.takeError());
  EXPECT_EQ(Read->Package.ImportPath, "example.com/lib");
  EXPECT_EQ(Read->Package.Version, "v1.2.3");
  EXPECT_TRUE(Read->Package.IsRoot);
  EXPECT_FALSE(Read->Package.IsMain);
  EXPECT_EQ(Read->Targets, P.Targets);
  EXPECT_EQ(Read->Importer, P.Importer);
  EXPECT_EQ(Read->Rules.getFingerprint(), P.Rules.getFingerprint());
  EXPECT_EQ(Read->getHash(), P.getHash());
}

TEST(Plan, RejectsEveryPart) {
  std::string Text = makePlan().serialize();
  for (size_t Size = 0; Size < Text.size(); ++Size) {
    auto Read = Plan::deserialize(StringRef(Text).take_front(Size));
    EXPECT_FALSE(static_cast<bool>(Read)) << Size;
    consumeError(Read.takeError());
  }
  auto More = Plan::deserialize(Text + "x");
  EXPECT_FALSE(static_cast<bool>(More));
  consumeError(More.takeError());
}

TEST(Plan, HashCoversWhatIsCompiled) {
  std::string Hash = makePlan().getHash();
  EXPECT_EQ(Hash.size(), 32u);
  EXPECT_EQ(makePlan().getHash(), Hash);
  Plan P = makePlan();
  P.Targets.pop_back();
  EXPECT_NE(P.getHash(), Hash);
  P = makePlan();
  P.Importer += "// more\n";
  EXPECT_NE(P.getHash(), Hash);
  P = makePlan();
  P.Package.Version = "v1.2.4";
  EXPECT_NE(P.getHash(), Hash);
  P = makePlan();
  P.HeapContext = true;
  EXPECT_NE(P.getHash(), Hash);
  P = makePlan();
  P.Rules = {};
  EXPECT_NE(P.getHash(), Hash);
}

TEST(Plan, RuntimeHashIsThePatchAlone) {
  Plan A;
  A.Type = Plan::Kind::Runtime;
  Plan B = makePlan();
  B.Type = Plan::Kind::Runtime;
  EXPECT_EQ(A.getHash(), B.getHash());
  EXPECT_NE(A.getHash(), makePlan().getHash());
}
