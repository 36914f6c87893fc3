//===- Version.cpp - module versions and ranges of them -------------------===//

#include "otelrewrite/Rules/Version.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>

using namespace llvm;
using namespace otelrewrite;

/// Takes a decimal number without leading zeros off \p S.
static std::optional<std::string> takeNumber(StringRef &S) {
  StringRef Digits = S.take_while(isDigit);
  if (Digits.empty() || (Digits.size() > 1 && Digits[0] == '0'))
    return std::nullopt;
  S = S.drop_front(Digits.size());
  return Digits.str();
}

static bool isIdentifierList(StringRef S, bool NumbersAreStrict) {
  SmallVector<StringRef, 8> Parts;
  S.split(Parts, '.');
  for (StringRef P : Parts) {
    if (P.empty() ||
        !llvm::all_of(P, [](char C) { return isAlnum(C) || C == '-'; }))
      return false;
    if (NumbersAreStrict && P.size() > 1 && P[0] == '0' &&
        llvm::all_of(P, isDigit))
      return false;
  }
  return true;
}

std::optional<Version> Version::parse(StringRef Text) {
  Version V;
  V.Minor = V.Patch = "0";
  bool IsGo = Text.consume_front("go");
  if (!IsGo && !Text.consume_front("v"))
    return std::nullopt;
  auto Major = takeNumber(Text);
  if (!Major)
    return std::nullopt;
  V.Major = *Major;
  bool IsFull = false;
  if (Text.consume_front(".")) {
    auto Minor = takeNumber(Text);
    if (!Minor)
      return std::nullopt;
    V.Minor = *Minor;
    if (Text.consume_front(".")) {
      auto Patch = takeNumber(Text);
      if (!Patch)
        return std::nullopt;
      V.Patch = *Patch;
      IsFull = true;
    }
  }
  if (IsGo) {
    // go1.26rc1, go1.26-devel_…, go1.26.3 X:experiment
    Text = Text.take_until([](char C) { return C == ' '; });
    if (!Text.empty())
      V.Prerelease = Text.ltrim('-').str();
    return V;
  }
  StringRef Build;
  std::tie(Text, Build) = Text.split('+');
  if (Text.consume_front("-")) {
    // Only vX.Y.Z may have a prerelease, as in golang.org/x/mod/semver.
    if (!IsFull || !isIdentifierList(Text, /*NumbersAreStrict=*/true))
      return std::nullopt;
    V.Prerelease = Text.str();
    Text = "";
  }
  if (!Text.empty() || (!Build.empty() && !isIdentifierList(Build, false)))
    return std::nullopt;
  return V;
}

static std::strong_ordering compareText(StringRef A, StringRef B) {
  return A.compare(B) <=> 0;
}

static std::strong_ordering compareNumber(StringRef A, StringRef B) {
  if (A.size() != B.size())
    return A.size() <=> B.size();
  return compareText(A, B);
}

static std::strong_ordering comparePrerelease(StringRef A, StringRef B) {
  if (A.empty() || B.empty())
    return A.empty() <=> B.empty(); // a release comes after its prereleases
  while (!A.empty() && !B.empty()) {
    StringRef X, Y;
    std::tie(X, A) = A.split('.');
    std::tie(Y, B) = B.split('.');
    bool XIsNumber = llvm::all_of(X, isDigit);
    bool YIsNumber = llvm::all_of(Y, isDigit);
    auto Order = XIsNumber != YIsNumber ? YIsNumber <=> XIsNumber
                 : XIsNumber            ? compareNumber(X, Y)
                                        : compareText(X, Y);
    if (Order != 0)
      return Order;
  }
  return !A.empty() <=> !B.empty();
}

std::strong_ordering Version::operator<=>(const Version &Other) const {
  if (auto O = compareNumber(Major, Other.Major); O != 0)
    return O;
  if (auto O = compareNumber(Minor, Other.Minor); O != 0)
    return O;
  if (auto O = compareNumber(Patch, Other.Patch); O != 0)
    return O;
  return comparePrerelease(Prerelease, Other.Prerelease);
}
