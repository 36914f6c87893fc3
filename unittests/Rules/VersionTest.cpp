//===- VersionTest.cpp - module versions and ranges of them ---------------===//

#include "otelrewrite/Rules/Version.h"

#include "gtest/gtest.h"

using namespace otelrewrite;

namespace {

TEST(Version, Order) {
  // Each is below the next: the list of semver.org, and what Go adds.
  const char *Ascending[] = {
      "v0.0.0-20200101000000-abcdefabcdef",
      "v0.0.0",
      "v0.9.9",
      "v1.0.0-alpha",
      "v1.0.0-alpha.1",
      "v1.0.0-alpha.beta",
      "v1.0.0-beta",
      "v1.0.0-beta.2",
      "v1.0.0-beta.11",
      "v1.0.0-rc.1",
      "v1.0.0",
      "v1.0.1-0.20200101000000-abcdefabcdef",
      "v1.0.1-0.20210101000000-abcdefabcdef",
      "v1.0.1",
      "v1.2",
      "v1.10.0",
      "v2",
      "v99999999999999999999.0.0",
  };
  for (size_t I = 0; I < std::size(Ascending); ++I)
    for (size_t J = 0; J < std::size(Ascending); ++J) {
      auto A = Version::parse(Ascending[I]), B = Version::parse(Ascending[J]);
      ASSERT_TRUE(A && B) << Ascending[I] << " " << Ascending[J];
      EXPECT_EQ(*A <=> *B, I <=> J) << Ascending[I] << " " << Ascending[J];
    }
}

TEST(Version, Equal) {
  EXPECT_EQ(*Version::parse("v1.2"), *Version::parse("v1.2.0"));
  EXPECT_EQ(*Version::parse("v1.2.3+incompatible"), *Version::parse("v1.2.3"));
  EXPECT_EQ(*Version::parse("go1.26.3"), *Version::parse("v1.26.3"));
  EXPECT_LT(*Version::parse("go1.26rc1"), *Version::parse("go1.26.0"));
  EXPECT_GT(*Version::parse("go1.26.1 X:nocoverageredesign"),
            *Version::parse("go1.26"));
}

TEST(Version, Rejects) {
  for (const char *Text : {"", "1.2.3", "v", "vx", "v01.0.0", "v1.", "v1.2.3.4",
                           "v1.2-rc1", "v1.2.3-", "v1.2.3-01", "v1.2.3-a..b",
                           "v1.2.3-a_b", "v1.2.3 ", "latest"})
    EXPECT_FALSE(Version::parse(Text)) << Text;
}

TEST(VersionRange, Contains) {
  VersionRange R{Version::parse("v1.0.0"), Version::parse("v2.0.0")};
  EXPECT_TRUE(R.contains(*Version::parse("v1.0.0")));
  EXPECT_TRUE(R.contains(*Version::parse("v1.9.9")));
  EXPECT_TRUE(R.contains(*Version::parse("v2.0.0-rc.1")));
  EXPECT_FALSE(R.contains(*Version::parse("v2.0.0")));
  EXPECT_FALSE(R.contains(*Version::parse("v1.0.0-rc.1")));
  EXPECT_TRUE(VersionRange().contains(*Version::parse("v0.0.1")));
  EXPECT_TRUE(VersionRange().isUnbounded());
}

} // namespace
