//===- Version.h - module versions and ranges of them -----------*- C++ -*-===//
//
// Versions as Go modules write them: vMAJOR[.MINOR[.PATCH]][-PRERELEASE]
// [+BUILD], ordered as Semantic Versioning 2.0 orders them, build metadata
// ignored. A pseudo-version is a prerelease of the version it precedes, so it
// needs no case of its own. A Go release (`go1.26.3`, `go1.26rc1`) reads as
// v1.26.3 and v1.26.0-rc1.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_RULES_VERSION_H
#define OTELREWRITE_RULES_VERSION_H

#include "llvm/ADT/StringRef.h"

#include <compare>
#include <optional>
#include <string>

namespace otelrewrite {

class Version {
public:
  static std::optional<Version> parse(llvm::StringRef Text);

  std::strong_ordering operator<=>(const Version &Other) const;
  bool operator==(const Version &Other) const { return (*this <=> Other) == 0; }

private:
  // Decimal digits without leading zeros: a pseudo-version's date overflows
  // nothing, and neither does a hostile number.
  std::string Major, Minor, Patch;
  std::string Prerelease; // without '-'; empty for a release
};

/// A version of a module, or with \p IsGo of Go, whose `go` may be left out.
inline std::optional<Version> parseVersion(llvm::StringRef Text, bool IsGo) {
  if (IsGo && !Text.starts_with("go"))
    return Version::parse("go" + Text.str());
  return Version::parse(Text);
}

/// Start inclusive, end exclusive; a missing end is open.
struct VersionRange {
  std::optional<Version> Start, End;

  bool isUnbounded() const { return !Start && !End; }
  bool contains(const Version &V) const {
    return (!Start || *Start <= V) && (!End || V < *End);
  }
};

} // namespace otelrewrite

#endif
