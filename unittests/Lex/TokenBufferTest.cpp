//===- TokenBufferTest.cpp ------------------------------------------------===//

#include "otelrewrite/Lex/Lexer.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace otelrewrite;

TEST(TokenBuffer, EndsWithOneEndOfFile) {
  auto File = SourceFile::fromString("a.go", "");
  TokenBuffer Tokens = lex(*File);
  ASSERT_EQ(Tokens.size(), 1u);
  EXPECT_EQ(Tokens.kind(0), tok::EndOfFile);
  EXPECT_EQ(Tokens.range(0), (SourceRange{0, 0}));
}

TEST(TokenBuffer, AutomaticSemicolonsHaveNoBytes) {
  auto File = SourceFile::fromString("a.go", "x\ny++; return /*\n*/ break");
  TokenBuffer Tokens = lex(*File);
  std::vector<tok::Kind> Kinds;
  for (TokenIndex I = 0; I < Tokens.size(); ++I)
    Kinds.push_back(Tokens.kind(I));
  EXPECT_EQ(Kinds,
            (std::vector<tok::Kind>{
                tok::Identifier, tok::AutoSemicolon, tok::Identifier,
                tok::PlusPlus, tok::Semicolon, tok::Return, tok::AutoSemicolon,
                tok::Break, tok::AutoSemicolon, tok::EndOfFile}));
  EXPECT_EQ(Tokens.range(1), (SourceRange{1, 1}));
  // A comment with a line break: the semicolon stands where it begins.
  EXPECT_EQ(Tokens.range(6), (SourceRange{14, 14}));
}

TEST(TokenBuffer, LongTokensKeepTheirLength) {
  std::string Text = "x := `" + std::string(0x1000003, 'a') + "` + " + "`" +
                     std::string(0xffffff - 2, 'b') + "` + y";
  auto File = SourceFile::fromString("a.go", Text);
  TokenBuffer Tokens = lex(*File);
  ASSERT_EQ(Tokens.kind(2), tok::StringLiteral);
  EXPECT_EQ(Tokens.range(2).size(), 0x1000005u);
  ASSERT_EQ(Tokens.kind(4), tok::StringLiteral);
  EXPECT_EQ(Tokens.range(4).size(), 0xffffffu);
  EXPECT_EQ(Tokens.text(6), "y");
}

TEST(TokenBuffer, CommentsKnowTheTokenBehindThem) {
  auto File =
      SourceFile::fromString("a.go", "// a\n//b\nx // c\ny /*d*/ z //e");
  TokenBuffer Tokens = lex(*File);
  auto textBefore = [&](TokenIndex I) {
    std::string Text;
    for (const Comment &C : Tokens.commentsBefore(I))
      Text += File->getText(C.Range).str() + "|";
    return Text;
  };
  EXPECT_EQ(textBefore(0), "// a|//b|");
  // x AUTO y z AUTO EOF: the comment at the line's end is before the semicolon.
  EXPECT_EQ(textBefore(1), "// c|");
  EXPECT_EQ(textBefore(2), "");
  EXPECT_EQ(textBefore(3), "/*d*/|");
  EXPECT_EQ(textBefore(4), "//e|");
  EXPECT_EQ(textBefore(5), "");
}

TEST(TokenBuffer, TokensAndCommentsCoverTheFile) {
  StringRef Text =
      "package p // x\n\nfunc f() { /* y */ return `a\nb` + 'c' }\n";
  auto File = SourceFile::fromString("a.go", Text);
  TokenBuffer Tokens = lex(*File);
  std::string Seen(Text.size(), ' ');
  auto cover = [&](SourceRange R) {
    for (uint32_t I = R.Begin; I < R.End; ++I) {
      EXPECT_EQ(Seen[I], ' ') << "covered twice at " << I;
      Seen[I] = Text[I];
    }
  };
  for (TokenIndex I = 0; I < Tokens.size(); ++I)
    cover(Tokens.range(I));
  for (const Comment &C : Tokens.comments())
    cover(C.Range);
  for (size_t I = 0; I < Text.size(); ++I)
    EXPECT_TRUE(Seen[I] == Text[I] || Text[I] == '\n') << "gap at " << I;
}

TEST(Lexer, BoundsItsErrors) {
  auto File = SourceFile::fromString("a.go", std::string(100000, '@'));
  TokenBuffer Tokens = lex(*File);
  EXPECT_GT(Tokens.errors().size(), 0u);
  EXPECT_LE(Tokens.errors().size(), 1000u);
}
