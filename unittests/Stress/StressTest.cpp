//===- StressTest.cpp - broken files, hundreds of thousands of them -------===//
//
// Real files cut off at every byte and with every byte replaced or missing:
// each must give a consistent tree, and either errors or a file that can be
// rewritten. In one process, since there are so many.
//
//===----------------------------------------------------------------------===//

#include "otelrewrite/AST/Dump.h"
#include "otelrewrite/Instrument/Instrument.h"
#include "otelrewrite/Parse/Parser.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace otelrewrite;

namespace {

constexpr const char *Names[] = {
    "/src/io/pipe.go",          "/src/sync/once.go",
    "/src/errors/wrap.go",      "/src/container/list/list.go",
    "/src/slices/iter.go",      "/src/bufio/scan.go",
    "/test/fixedbugs/bug388.go"};

constexpr StringLiteral RuleText = R"(
[rule.functions]
import_path = "**"
where = { func = "*" }
do = [{ inject_hooks = { before = "B", after = "A", path = "example.com/h" } }]
[rule.methods]
import_path = "**"
where = { func = "*", recv = "*" }
do = [{ inject_hooks = { before = "B", after = "A", path = "example.com/h" } }]
)";

class Stress : public testing::Test {
protected:
  Stress() {
    RuleFile = SourceFile::fromString("all.toml", RuleText);
    DiagnosticEngine Diags;
    Rules.addToml(*RuleFile, Diags);
    EXPECT_FALSE(Diags.hasErrors());
  }

  static std::unique_ptr<SourceFile> openReal(StringRef Name) {
    auto File = SourceFile::open((Twine(GOROOT) + Name).str());
    if (File)
      return std::move(*File);
    ADD_FAILURE() << toString(File.takeError());
    return nullptr;
  }

  /// Lexes, parses, prints what is wrong or rewrites and parses again.
  void check(StringRef Text) {
    auto File = SourceFile::fromString("p.go", Text);
    DiagnosticEngine Diags;
    auto Parsed = parseFile(*File, Diags);
    ASSERT_EQ(Parsed->Tokens.verify(), "") << Text.str();
    ASSERT_EQ(verifyTree(*Parsed->Root, Parsed->Tokens), "") << Text.str();
    if (Diags.hasErrors()) {
      ++NumRejected;
      raw_null_ostream OS;
      renderDiagnostics(Diags.getDiagnostics(), OS, false);
      return;
    }
    ++NumAccepted;
    PackageInfo Info;
    Info.Name = Parsed->Root->PackageName->getText(Parsed->Tokens).str();
    Info.ImportPath = Info.LinkPath = "p";
    const ParsedFile *Files[] = {Parsed.get()};
    InstrumentedPackage Out =
        instrumentPackage(Info, Files, Rules, matchPackage(Info, Files, Rules),
                          InstrumentOptions(), Diags);
    ASSERT_FALSE(Diags.hasErrors()) << Text.str();
    for (const InstrumentedFile &F : Out.Files) {
      auto Again = SourceFile::fromString("p.go", F.Text);
      parseFile(*Again, Diags);
      ASSERT_FALSE(Diags.hasErrors())
          << Diags.getDiagnostics().front().Message << '\n'
          << F.Text;
    }
  }

  RuleSet Rules;
  std::unique_ptr<SourceFile> RuleFile;
  unsigned NumAccepted = 0, NumRejected = 0;
};

TEST_F(Stress, EveryPrefix) {
  for (StringRef Name : Names) {
    auto File = openReal(Name);
    ASSERT_TRUE(File);
    for (uint32_t End = 0; End <= File->size(); ++End)
      check(File->getBytes().take_front(End));
  }
  EXPECT_GT(NumAccepted, 100u);
  EXPECT_GT(NumRejected, 10'000u);
}

TEST_F(Stress, EverySuffix) {
  for (StringRef Name : ArrayRef(Names).take_front(3)) {
    auto File = openReal(Name);
    ASSERT_TRUE(File);
    for (uint32_t Begin = 0; Begin <= File->size(); ++Begin)
      check(("package p;" + File->getBytes().drop_front(Begin)).str());
  }
}

TEST_F(Stress, EveryByteMissing) {
  for (StringRef Name : ArrayRef(Names).take_front(2)) {
    auto File = openReal(Name);
    ASSERT_TRUE(File);
    for (uint32_t At = 0; At < File->size(); ++At)
      check((File->getBytes().take_front(At) +
             File->getBytes().drop_front(At + 1))
                .str());
  }
}

TEST_F(Stress, EveryByteReplaced) {
  const StringRef Bytes("\0\xff\n\"`'(){}[];,.:*/", 18);
  auto File = openReal(Names[1]);
  ASSERT_TRUE(File);
  std::string Text = File->getBytes().str();
  for (size_t At = 0; At < Text.size(); ++At) {
    char Old = Text[At];
    for (char C : Bytes) {
      Text[At] = C;
      check(Text);
    }
    Text[At] = Old;
  }
}

} // namespace
