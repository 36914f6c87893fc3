//===- UnifiedDiffTest.cpp - diffs from edits -----------------------------===//

#include "otelrewrite/Rewrite/UnifiedDiff.h"

#include "gtest/gtest.h"

using namespace otelrewrite;

namespace {

std::string diff(llvm::StringRef Bytes, std::vector<Edit> Edits,
                 unsigned Context = 1) {
  auto File = SourceFile::fromString("f", Bytes);
  EditSet Set;
  for (Edit &E : Edits)
    EXPECT_FALSE(Set.add(std::move(E)));
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  writeUnifiedDiff(*File, Set, OS, Context);
  return Out;
}

Edit makeEdit(uint32_t Begin, uint32_t End, std::string Text) {
  return {{Begin, End}, std::move(Text), "rule", std::nullopt};
}

TEST(UnifiedDiff, NothingForNoEdits) { EXPECT_EQ(diff("a\nb\n", {}), ""); }

TEST(UnifiedDiff, ChangesWithinLines) {
  EXPECT_EQ(diff("a\nb\nc\nd\ne\n", {makeEdit(4, 4, "X"), makeEdit(5, 5, "Y")}),
            "--- a/f\n+++ b/f\n@@ -2,3 +2,3 @@\n b\n-c\n+XcY\n d\n");
}

TEST(UnifiedDiff, HunksApartAndTogether) {
  EXPECT_EQ(diff("a\nb\nc\nd\ne\n", {makeEdit(0, 0, "X"), makeEdit(8, 8, "Y")}),
            "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-a\n+Xa\n b\n"
            "@@ -4,2 +4,2 @@\n d\n-e\n+Ye\n");
  EXPECT_EQ(diff("a\nb\nc\n", {makeEdit(0, 0, "X"), makeEdit(4, 4, "Y")}),
            "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n-a\n+Xa\n b\n-c\n+Yc\n");
}

TEST(UnifiedDiff, WholeLines) {
  EXPECT_EQ(diff("a\nb\n", {makeEdit(0, 0, "X\n"), makeEdit(4, 4, "Y\nZ\n")}),
            "--- a/f\n+++ b/f\n@@ -1,2 +1,5 @@\n+X\n a\n b\n+Y\n+Z\n");
  EXPECT_EQ(diff("", {makeEdit(0, 0, "X\n")}),
            "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+X\n");
}

TEST(UnifiedDiff, NoFinalLineBreak) {
  EXPECT_EQ(diff("a\nb", {makeEdit(3, 3, "\nX\n")}),
            "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n a\n-b\n"
            "\\ No newline at end of file\n+b\n+X\n");
}

} // namespace
