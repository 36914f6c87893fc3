//===- UnquoteTest.cpp ----------------------------------------------------===//

#include "otelrewrite/Lex/Unquote.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace otelrewrite;

TEST(Unquote, GivesTheText) {
  EXPECT_EQ(unquote(R"("fmt")"), "fmt");
  EXPECT_EQ(unquote(R"("")"), "");
  EXPECT_EQ(unquote(R"("\x66m\164")"), "fmt");
  EXPECT_EQ(unquote(R"("\u00e9\U0001F600")"), "\u00e9\U0001F600");
  EXPECT_EQ(unquote(R"("\a\b\f\n\r\t\v\\\"'")"), "\a\b\f\n\r\t\v\\\"'");
  EXPECT_EQ(unquote(R"("\377\xff")"), "\xff\xff");
}

TEST(Unquote, KeepsRawStringsButForCarriageReturns) {
  EXPECT_EQ(unquote("`\\x66m\"t`"), "\\x66m\"t");
  EXPECT_EQ(unquote("`a\r\nb`"), "a\nb");
}

TEST(Unquote, GivesNothingForWhatIsNoString) {
  EXPECT_EQ(unquote(""), "");
  EXPECT_EQ(unquote("\""), "");
  EXPECT_EQ(unquote("x"), "");
  EXPECT_EQ(unquote("'x'"), "");
}
