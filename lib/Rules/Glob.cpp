//===- Glob.cpp - patterns of import paths and names ----------------------===//

#include "otelrewrite/Rules/Glob.h"

#include "llvm/ADT/Twine.h"

using namespace llvm;
using namespace otelrewrite;

/// A pattern with more alternatives than this is refused.
static constexpr size_t MaxAlternatives = 1024;
/// So is a longer one: each brace in it is a copy and a level of recursion.
static constexpr size_t MaxLength = 1000;

/// The length of the set at the head of \p P, `[` and `]` included; 0 where it
/// has no end.
static size_t setLength(StringRef P) {
  size_t I = 1;
  if (I < P.size() && (P[I] == '!' || P[I] == '^'))
    ++I;
  if (I < P.size() && P[I] == ']')
    ++I; // a `]` that comes first is a member
  for (; I < P.size(); ++I) {
    if (P[I] == '\\')
      ++I;
    else if (P[I] == ']')
      return I + 1;
  }
  return 0;
}

static bool matchSet(StringRef Set, char C) {
  Set = Set.drop_front().drop_back();
  bool Negated = Set.consume_front("!") || Set.consume_front("^");
  auto take = [&] {
    if (Set.size() > 1 && Set[0] == '\\')
      Set = Set.drop_front();
    auto R = static_cast<unsigned char>(Set[0]);
    Set = Set.drop_front();
    return R;
  };
  bool Found = false;
  auto Ch = static_cast<unsigned char>(C);
  while (!Set.empty()) {
    unsigned char Low = take(), High = Low;
    if (Set.size() > 1 && Set[0] == '-') {
      Set = Set.drop_front();
      High = take();
    }
    Found |= Low <= Ch && Ch <= High;
  }
  return Found != Negated && C != '/';
}

/// Appends to \p Out what the pattern \p P stands for without its braces.
static void expand(StringRef Head, StringRef P, std::vector<std::string> &Out) {
  if (Out.size() > MaxAlternatives)
    return;
  for (size_t I = 0; I < P.size(); ++I) {
    if (P[I] == '\\') {
      ++I;
      continue;
    }
    if (P[I] == '[') {
      I += setLength(P.substr(I)) - 1;
      continue;
    }
    if (P[I] != '{')
      continue;
    // Find the matching brace and the commas of this level.
    SmallVector<size_t> Cuts{I};
    unsigned Depth = 1;
    size_t J = I + 1;
    for (; Depth; ++J) {
      if (P[J] == '\\')
        ++J;
      else if (P[J] == '[')
        J += setLength(P.substr(J)) - 1;
      else if (P[J] == '{')
        ++Depth;
      else if (P[J] == '}' && --Depth == 0)
        break;
      else if (P[J] == ',' && Depth == 1)
        Cuts.push_back(J);
    }
    Cuts.push_back(J);
    for (size_t K = 0; K + 1 < Cuts.size(); ++K) {
      StringRef Choice = P.slice(Cuts[K] + 1, Cuts[K + 1]);
      std::string NewHead = (Twine(Head) + P.take_front(I)).str();
      // The rest is expanded again: the choice may hold braces itself.
      expand(NewHead, (Twine(Choice) + P.substr(J + 1)).str(), Out);
    }
    return;
  }
  Out.push_back((Twine(Head) + P).str());
}

Glob Glob::parse(StringRef Pattern, std::optional<Error> &Err) {
  Glob G;
  G.Pattern = Pattern.str();
  if (Pattern.size() > MaxLength) {
    Err = {MaxLength, "it is longer than 1000 bytes"};
    return G;
  }
  unsigned Depth = 0;
  size_t Open = 0;
  for (size_t I = 0; I < Pattern.size(); ++I) {
    switch (Pattern[I]) {
    case '\\':
      G.Exact = false;
      if (++I == Pattern.size()) {
        Err = {static_cast<uint32_t>(I - 1), "`\\` stands at the end"};
        return G;
      }
      break;
    case '[': {
      G.Exact = false;
      size_t Length = setLength(Pattern.substr(I));
      if (!Length) {
        Err = {static_cast<uint32_t>(I), "`[` has no `]`"};
        return G;
      }
      I += Length - 1;
      break;
    }
    case '{':
      G.Exact = false;
      if (!Depth++)
        Open = I;
      break;
    case '}':
      if (!Depth) {
        Err = {static_cast<uint32_t>(I), "`}` has no `{`"};
        return G;
      }
      --Depth;
      break;
    case '*':
    case '?':
      G.Exact = false;
      break;
    default:
      break;
    }
  }
  if (Depth) {
    Err = {static_cast<uint32_t>(Open), "`{` has no `}`"};
    return G;
  }
  if (G.Exact)
    return G;
  expand("", Pattern, G.Alternatives);
  if (G.Alternatives.size() > MaxAlternatives)
    Err = {0, "it has too many alternatives"};
  return G;
}

/// Follows all ways through the pattern at once: bit I of a state says that
/// P[I..] may match the rest of the text.
static bool matchPattern(StringRef P, StringRef Text) {
  // `a/**` matches `a` too: from here on P is nothing but `/**`.
  size_t Tail = P.size();
  while (P.take_front(Tail).ends_with("/**"))
    Tail -= 3;
  std::vector<bool> Now(P.size() + 1), Next(P.size() + 1);
  auto enter = [&](std::vector<bool> &State, size_t I) {
    if (I >= Tail && (I - Tail) % 3 == 0)
      State[P.size()] = true;
    // A star also matches nothing.
    for (; !State[I]; ++I) {
      State[I] = true;
      if (I == P.size() || P[I] != '*')
        return;
    }
  };
  enter(Now, 0);
  for (char C : Text) {
    Next.assign(P.size() + 1, false);
    for (size_t I = 0; I < P.size(); ++I) {
      if (!Now[I])
        continue;
      switch (P[I]) {
      case '*': {
        // `**` is two stars; either of them crosses a slash.
        bool Double = P.substr(I).starts_with("**") || (I && P[I - 1] == '*');
        if (C != '/' || Double)
          enter(Next, I);
        break;
      }
      case '?':
        if (C != '/')
          enter(Next, I + 1);
        break;
      case '[': {
        size_t Length = setLength(P.substr(I));
        if (matchSet(P.substr(I, Length), C))
          enter(Next, I + Length);
        break;
      }
      case '\\':
        if (P[I + 1] == C)
          enter(Next, I + 2);
        break;
      default:
        if (P[I] == C)
          enter(Next, I + 1);
      }
    }
    std::swap(Now, Next);
  }
  return Now[P.size()];
}

bool Glob::match(StringRef Text) const {
  if (Exact)
    return Text == Pattern;
  for (const std::string &A : Alternatives)
    if (A == "*" ? !Text.contains('/') : matchPattern(A, Text))
      return true;
  return false;
}
