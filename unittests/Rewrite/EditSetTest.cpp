//===- EditSetTest.cpp - edits of one file on original offsets ------------===//

#include "otelrewrite/Rewrite/EditSet.h"

#include "gtest/gtest.h"

#include <algorithm>

using namespace otelrewrite;

namespace {

Edit makeEdit(uint32_t Begin, uint32_t End, std::string Text,
              std::optional<int> Order = std::nullopt) {
  return {{Begin, End}, std::move(Text), "rule", Order};
}

TEST(EditSet, NoEditsKeepEveryByte) {
  std::string Bytes("a\0\r\n\xff b", 7);
  EXPECT_EQ(EditSet().apply(Bytes), Bytes);
}

TEST(EditSet, ResultDoesNotDependOnTheOrderOfAdding) {
  std::vector<Edit> Edits = {makeEdit(0, 0, "<"),    makeEdit(1, 3, "XY"),
                             makeEdit(3, 3, "|"),    makeEdit(3, 5, ""),
                             makeEdit(6, 6, "1", 1), makeEdit(6, 6, "2", 2),
                             makeEdit(8, 8, ">")};
  std::sort(Edits.begin(), Edits.end(),
            [](const Edit &A, const Edit &B) { return A.Text < B.Text; });
  unsigned Permutations = 0;
  do {
    EditSet Set;
    for (const Edit &E : Edits)
      ASSERT_FALSE(Set.add(E)) << E.Text;
    ASSERT_EQ(Set.apply("abcdefgh"), "<aXY|f12gh>");
    ++Permutations;
  } while (std::next_permutation(
      Edits.begin(), Edits.end(),
      [](const Edit &A, const Edit &B) { return A.Text < B.Text; }));
  EXPECT_EQ(Permutations, 5040u);
}

TEST(EditSet, ConflictHoldsBothEdits) {
  EditSet Set;
  ASSERT_FALSE(Set.add({{2, 5}, "x", "first", std::nullopt}));
  auto Conflict = Set.add({{4, 6}, "y", "second", std::nullopt});
  ASSERT_TRUE(Conflict);
  EXPECT_EQ(Conflict->First.Owner, "first");
  EXPECT_EQ(Conflict->Second.Owner, "second");
  EXPECT_EQ(Set.apply("abcdefgh"), "abxfgh");
}

TEST(EditSet, Conflicts) {
  struct Case {
    Edit A, B;
    bool Conflict;
  } Cases[] = {
      {makeEdit(1, 3, "x"), makeEdit(3, 5, "y"), false},
      {makeEdit(1, 3, "x"), makeEdit(2, 2, "y"), true},
      {makeEdit(1, 3, "x"), makeEdit(1, 1, "y"), false},
      {makeEdit(1, 3, "x"), makeEdit(3, 3, "y"), false},
      {makeEdit(1, 9, "x"), makeEdit(4, 5, "y"), true},
      {makeEdit(1, 3, "x"), makeEdit(1, 3, "x"), true},
      {makeEdit(1, 1, "x"), makeEdit(1, 1, "y"), true},
      {makeEdit(1, 1, "x", 1), makeEdit(1, 1, "y"), true},
      {makeEdit(1, 1, "x", 1), makeEdit(1, 1, "y", 1), true},
      {makeEdit(1, 1, "x", 1), makeEdit(1, 1, "y", 0), false},
  };
  for (const Case &C : Cases)
    for (bool Swap : {false, true}) {
      EditSet Set;
      ASSERT_FALSE(Set.add(Swap ? C.B : C.A));
      EXPECT_EQ(Set.add(Swap ? C.A : C.B).has_value(), C.Conflict)
          << C.A.Text << C.A.Range.Begin << " " << C.B.Text << C.B.Range.Begin;
    }
}

TEST(EditSet, LongReplacementBeforeManyInsertions) {
  EditSet Set;
  ASSERT_FALSE(Set.add(makeEdit(0, 100, "")));
  for (uint32_t I = 100; I < 200; ++I)
    ASSERT_FALSE(Set.add(makeEdit(I, I, "x")));
  EXPECT_TRUE(Set.add(makeEdit(50, 50, "y")));
  EXPECT_TRUE(Set.add(makeEdit(99, 101, "y")));
}

TEST(EditSet, ReportNamesBothRules) {
  auto File = SourceFile::fromString("f.go", "abcdefgh");
  DiagnosticEngine Diags;
  EditConflict{{{2, 5}, "x", "first", std::nullopt},
               {{4, 6}, "y", "second", std::nullopt}}
      .report(*File, Diags);
  EditConflict{{{2, 2}, "x", "first", std::nullopt},
               {{2, 2}, "y", "second", std::nullopt}}
      .report(*File, Diags);
  auto Found = Diags.getDiagnostics();
  ASSERT_EQ(Found.size(), 4u);
  EXPECT_EQ(Found[0].Kind, diag::err_edit_overlap);
  EXPECT_EQ(Found[0].Message,
            "`second` changes code that `first` changes too; let one of the "
            "two match something else");
  EXPECT_EQ(Found[1].Kind, diag::note_edit_other);
  EXPECT_EQ(Found[2].Kind, diag::err_edit_order);
  EXPECT_EQ(Found[2].Message, "`second` and `first` insert at one place "
                              "without a declared order");
}

} // namespace
