//===- LineDirectivesTest.cpp ---------------------------------------------===//

#include "otelrewrite/Lex/LineDirectives.h"
#include "otelrewrite/Lex/Lexer.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace otelrewrite;

namespace {
/// A file, its directives and look-ups by text.
class Mapped {
public:
  explicit Mapped(StringRef Text)
      : File(SourceFile::fromString("a.go", Text)), Tokens(lex(*File)),
        Lines(Tokens) {}

  std::string at(StringRef Word) const {
    size_t Offset = File->getBytes().find(Word);
    if (Offset == StringRef::npos)
      return "no such word";
    PresumedPosition P = Lines.getPresumed(Offset);
    return P.FileName.str() + ":" + std::to_string(P.Line) + ":" +
           std::to_string(P.Column);
  }
  size_t count() const { return Lines.directives().size(); }

private:
  std::unique_ptr<SourceFile> File;
  TokenBuffer Tokens;
  LineDirectives Lines;
};
} // namespace

TEST(LineDirectives, NoneGivesPhysicalPositions) {
  Mapped M("package p\n  var x = 1\n");
  EXPECT_EQ(M.count(), 0u);
  EXPECT_EQ(M.at("var"), "a.go:2:3");
}

TEST(LineDirectives, WithoutColumnColumnsAreUnknown) {
  Mapped M("package p\n//line b.y:10\n  var x = 1\n var y = 2\n");
  EXPECT_EQ(M.at("package"), "a.go:1:1");
  EXPECT_EQ(M.at("var x"), "b.y:10:0");
  EXPECT_EQ(M.at("var y"), "b.y:11:0");
}

TEST(LineDirectives, WithColumnItCountsFromThere) {
  Mapped M("package p\n//line b.y:10:5\n  var x = 1\n var y = 2\n");
  EXPECT_EQ(M.at("var x"), "b.y:10:7");
  EXPECT_EQ(M.at("var y"), "b.y:11:2");
}

TEST(LineDirectives, BlockCommentsActOnTheirLine) {
  Mapped M("package p; /*line b.y:10:5*/var x = 1\nvar y = 2\n");
  EXPECT_EQ(M.at("package"), "a.go:1:1");
  EXPECT_EQ(M.at("var x"), "b.y:10:5");
  EXPECT_EQ(M.at("var y"), "b.y:11:1");
}

TEST(LineDirectives, AnEmptyNameKeepsThePreviousOne) {
  Mapped M("package p\n//line b.y:10\nvar x = 1 /*line :3:4*/ + 2\n");
  EXPECT_EQ(M.at(" + 2"), "b.y:3:4");
  Mapped First("package p; /*line :3:4*/var x = 1\n");
  EXPECT_EQ(First.at("var"), "a.go:3:4");
  // Without a column an empty name is an empty name.
  Mapped Empty("package p\n//line :7\nvar x = 1\n");
  EXPECT_EQ(Empty.at("var"), ":7:0");
}

TEST(LineDirectives, ColonsBelongToNames) {
  Mapped M("package p\n//line c:\\b.y:10:2\nvar x = 1\n");
  EXPECT_EQ(M.at("var"), "c:\\b.y:10:2");
  Mapped NoColumn("package p\n//line c:\\b.y:10\nvar x = 1\n");
  EXPECT_EQ(NoColumn.at("var"), "c:\\b.y:10:0");
}

TEST(LineDirectives, OthersAreIgnored) {
  Mapped Indented("package p\n //line b.y:10\nvar x = 1\n");
  EXPECT_EQ(Indented.count(), 0u);
  Mapped NoColon("package p\n//line b.y\nvar x = 1\n");
  EXPECT_EQ(NoColon.count(), 0u);
  Mapped Zero("package p\n//line b.y:0\nvar x = 1\n");
  EXPECT_EQ(Zero.count(), 0u);
  Mapped Huge("package p\n//line b.y:1073741825\nvar x = 1\n");
  EXPECT_EQ(Huge.count(), 0u);
  Mapped Largest("package p\n//line b.y:1073741824\nvar x = 1\n");
  EXPECT_EQ(Largest.count(), 1u);
  Mapped Lines("package p\n/*line b.y:1\n*/var x = 1\n");
  EXPECT_EQ(Lines.count(), 0u);
}

TEST(LineDirectives, CarriageReturnsAreNoText) {
  Mapped M("package p\r\n//line b.y:10:1\r\nvar x = 1\r\n");
  EXPECT_EQ(M.at("var"), "b.y:10:1");
}
