//===- RuleSet.cpp - the model, its prepared form and its fingerprint -----===//

#include "otelrewrite/Rules/RuleSet.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Errc.h"

using namespace llvm;
using namespace otelrewrite;

PackageSelector PackageSelector::parse(StringRef Text,
                                       std::optional<Glob::Error> &Err) {
  PackageSelector P;
  if (Text == "main") {
    P.Type = Kind::Main;
  } else if (Text == "$root") {
    P.Type = Kind::Root;
  } else if (Text.starts_with("$root/")) {
    P.Type = Kind::Root;
    P.Pattern = Glob::parse(Text.drop_front(6), Err);
    if (Err)
      Err->Offset += 6;
  } else {
    P.Pattern = Glob::parse(Text, Err);
  }
  return P;
}

std::string PackageSelector::getText() const {
  switch (Type) {
  case Kind::Path:
    return Pattern.getPattern().str();
  case Kind::Main:
    return "main";
  case Kind::Root:
    return Pattern.getPattern().empty()
               ? "$root"
               : ("$root/" + Pattern.getPattern()).str();
  }
  llvm_unreachable("unknown package selector");
}

/// Appends \p From to \p To without a copy.
template <typename T>
static void moveBehind(std::vector<T> &To, std::vector<T> From) {
  if (To.empty())
    To = std::move(From);
  else
    To.insert(To.end(), std::make_move_iterator(From.begin()),
              std::make_move_iterator(From.end()));
}

void RuleSet::merge(RuleSet Other, bool Replaces) {
  StringSet<> Names;
  if (Replaces)
    for (const Rule &R : Other.Rules)
      Names.insert(R.Name);
  erase_if(Rules, [&](const Rule &R) { return Names.contains(R.Name); });
  moveBehind(Rules, std::move(Other.Rules));
  moveBehind(Libraries, std::move(Other.Libraries));
}

RuleSet RuleSet::select(ArrayRef<unsigned> Indices) const {
  RuleSet Out;
  Out.Rules.reserve(Indices.size());
  for (unsigned I : Indices)
    Out.Rules.push_back(Rules[I]);
  return Out;
}

//===----------------------------------------------------------------------===//
// The prepared form: a magic line, then for every rule its strings with their
// lengths. Patterns are written as text and parsed again, which costs less than
// a second representation would.
//===----------------------------------------------------------------------===//

static constexpr StringLiteral Magic = "otel rules 3\n";

namespace {

class Writer {
public:
  std::string Out;
  void number(uint32_t N) {
    char Bytes[4];
    support::endian::write32le(Bytes, N);
    Out.append(Bytes, 4);
  }
  void string(StringRef S) {
    number(static_cast<uint32_t>(S.size()));
    Out += S;
  }
};

class PreparedReader {
public:
  explicit PreparedReader(StringRef In) : In(In) {}
  bool Failed = false;

  uint32_t number() {
    if (In.size() < 4) {
      Failed = true;
      return 0;
    }
    uint32_t N = support::endian::read32le(In.data());
    In = In.drop_front(4);
    return N;
  }
  std::string string() {
    uint32_t N = number();
    if (N > In.size()) {
      Failed = true;
      return "";
    }
    std::string S = In.take_front(N).str();
    In = In.drop_front(N);
    return S;
  }
  bool atEnd() const { return In.empty(); }

private:
  StringRef In;
};

} // namespace

namespace {
/// Fields of kinds, written. \p WithPlaces: with what points into rule files.
struct FieldWriter {
  Writer &W;
  bool WithPlaces;
  void operator()(const FieldInfo &, const std::string &S) { W.string(S); }
  void operator()(const FieldInfo &, const GoText &G) {
    W.string(G.Text);
    if (!WithPlaces)
      return;
    W.number(static_cast<uint32_t>(G.Segments.size()));
    for (TextSegment S : G.Segments) {
      W.number(S.TextBegin);
      W.number(S.FileBegin);
    }
  }
  template <typename T>
  void operator()(const FieldInfo &F, const std::vector<T> &List) {
    W.number(static_cast<uint32_t>(List.size()));
    for (const T &E : List)
      if constexpr (std::is_same_v<T, GoText>)
        (*this)(F, E);
      else
        T::fields(E, *this);
  }
};

struct FieldReader {
  PreparedReader &In;
  void operator()(const FieldInfo &, std::string &S) { S = In.string(); }
  void operator()(const FieldInfo &, GoText &G) {
    G.Text = In.string();
    uint32_t N = In.number();
    for (uint32_t I = 0; I < N && !In.Failed; ++I) {
      uint32_t Text = In.number();
      G.Segments.push_back({Text, In.number()});
    }
  }
  template <typename T>
  void operator()(const FieldInfo &F, std::vector<T> &List) {
    uint32_t N = In.number();
    for (uint32_t I = 0; I < N && !In.Failed; ++I) {
      List.emplace_back();
      if constexpr (std::is_same_v<T, GoText>)
        (*this)(F, List.back());
      else
        T::fields(List.back(), *this);
    }
  }
};
} // namespace

static void writeSelector(const Selector &S, Writer &W) {
  W.number(static_cast<uint32_t>(S.Type));
  if (S.Type != Selector::Op::Leaf) {
    W.number(static_cast<uint32_t>(S.Children.size()));
    for (const Selector &C : S.Children)
      writeSelector(C, W);
    return;
  }
  W.number(static_cast<uint32_t>(S.Kind));
  W.string(S.Text);
  W.number(S.Flag | S.HasArgs << 1 | S.HasReturns << 2);
  for (const auto *List : {&S.Args, &S.Returns}) {
    W.number(static_cast<uint32_t>(List->size()));
    for (const std::string &T : *List)
      W.string(T);
  }
}

static Selector readSelector(PreparedReader &In,
                             std::optional<Glob::Error> &Err,
                             unsigned Depth = 0) {
  Selector S;
  uint32_t Type = In.number();
  if (Type > static_cast<uint32_t>(Selector::Op::Leaf) || Depth > 100) {
    In.Failed = true;
    return S;
  }
  S.Type = static_cast<Selector::Op>(Type);
  if (S.Type != Selector::Op::Leaf) {
    uint32_t N = In.number();
    for (uint32_t I = 0; I < N && !In.Failed; ++I)
      S.Children.push_back(readSelector(In, Err, Depth + 1));
    In.Failed |= S.Type == Selector::Op::Not && S.Children.size() != 1;
    return S;
  }
  uint32_t Kind = In.number();
  if (Kind >= getPredicates().size()) {
    In.Failed = true;
    return S;
  }
  S.Kind = static_cast<PredicateKind>(Kind);
  S.Text = In.string();
  uint32_t Flags = In.number();
  S.Flag = Flags & 1;
  S.HasArgs = Flags & 2;
  S.HasReturns = Flags & 4;
  for (auto *List : {&S.Args, &S.Returns}) {
    uint32_t N = In.number();
    for (uint32_t I = 0; I < N && !In.Failed; ++I)
      List->push_back(In.string());
  }
  S.compile(Err);
  return S;
}

/// Writes all that a rule can change in a build.
static void writeMeaning(const Rule &R, Writer &W, bool WithPlaces) {
  W.string(R.Name);
  W.string(R.Library);
  W.string(R.Package.getText());
  W.string(R.VersionText);
  W.string(R.GoVersionText);
  W.string(R.Namespace);
  W.number(static_cast<uint32_t>(R.Order));
  W.number(static_cast<uint32_t>(R.Imports.size()));
  for (const auto &[Alias, Path] : R.Imports) {
    W.string(Alias);
    W.string(Path);
  }
  W.number(static_cast<uint32_t>(R.Place));
  writeSelector(R.Where, W);
  W.number(static_cast<uint32_t>(R.Do.size()));
  for (const Action &A : R.Do) {
    W.string(getKindName(A));
    std::visit(
        [&](const auto &K) {
          std::decay_t<decltype(K)>::fields(K, FieldWriter{W, WithPlaces});
        },
        A);
  }
}

std::string RuleSet::serialize() const {
  Writer W;
  W.Out = Magic;
  W.number(static_cast<uint32_t>(Rules.size()));
  for (const Rule &R : Rules) {
    writeMeaning(R, W, /*WithPlaces=*/true);
    W.string(R.File);
    W.number(R.Position.Line);
    W.number(R.Position.Column);
  }
  return std::move(W.Out);
}

static bool readAction(PreparedReader &In, Action &Out) {
  std::string Name = In.string();
#define KIND(K)                                                                \
  if (Name == K::Name) {                                                       \
    K A;                                                                       \
    K::fields(A, FieldReader{In});                                             \
    Out = std::move(A);                                                        \
    return true;                                                               \
  }
#include "otelrewrite/Rules/Kinds.def"
  return false;
}

static bool parseRange(StringRef Text, bool IsGo, VersionRange &Out) {
  if (Text.empty())
    return true;
  auto [Start, End] = Text.split(',');
  Start = Start.trim();
  End = End.trim();
  if (!Start.empty() && !(Out.Start = parseVersion(Start, IsGo)))
    return false;
  return End.empty() || (Out.End = parseVersion(End, IsGo));
}

Expected<RuleSet> RuleSet::deserialize(StringRef Bytes) {
  auto fail = [](const Twine &What) {
    return createStringError(errc::invalid_argument,
                             "prepared rules are damaged: " + What);
  };
  if (!Bytes.consume_front(Magic))
    return fail("they are from another release");
  PreparedReader In(Bytes);
  RuleSet Out;
  uint32_t NumRules = In.number();
  for (uint32_t I = 0; I < NumRules && !In.Failed; ++I) {
    Rule R;
    std::optional<Glob::Error> Err;
    R.Name = In.string();
    R.Library = In.string();
    R.Package = PackageSelector::parse(In.string(), Err);
    R.VersionText = In.string();
    R.GoVersionText = In.string();
    R.Namespace = In.string();
    R.Order = static_cast<int32_t>(In.number());
    uint32_t NumImports = In.number();
    for (uint32_t J = 0; J < NumImports && !In.Failed; ++J) {
      std::string Alias = In.string();
      R.Imports.push_back({std::move(Alias), In.string()});
    }
    uint32_t Place = In.number();
    if (Place > static_cast<uint32_t>(PlaceKind::Value))
      return fail("unknown place");
    R.Place = static_cast<PlaceKind>(Place);
    R.Where = readSelector(In, Err);
    uint32_t NumActions = In.number();
    for (uint32_t J = 0; J < NumActions && !In.Failed; ++J) {
      Action A;
      if (!readAction(In, A))
        return fail("unknown action");
      R.Do.push_back(std::move(A));
    }
    R.File = In.string();
    R.Position.Line = In.number();
    R.Position.Column = In.number();
    if (Err || !parseRange(R.VersionText, false, R.Versions) ||
        !parseRange(R.GoVersionText, true, R.GoVersions))
      return fail("a pattern or version does not parse");
    Out.Rules.push_back(std::move(R));
  }
  if (In.Failed || !In.atEnd())
    return fail("the length is wrong");
  return Out;
}

std::string RuleSet::getFingerprint() const {
  Writer W;
  for (const Rule &R : Rules)
    writeMeaning(R, W, /*WithPlaces=*/false);
  auto Hash = BLAKE3::hash<16>(ArrayRef<uint8_t>(
      reinterpret_cast<const uint8_t *>(W.Out.data()), W.Out.size()));
  return toHex(Hash, /*LowerCase=*/true);
}

bool Rule::isExact() const {
  auto isExactName = [&](PredicateKind K) {
    const Selector *L = Where.findRequired(K);
    if (!L)
      return false;
    return L->getInfo().Value == PredicateValue::Qualified
               ? L->Qualified.Name.isExact()
               : L->Pattern.isExact();
  };
  switch (Place) {
  case PlaceKind::Package:
    return true;
  case PlaceKind::Function:
    return isExactName(PredicateKind::Func);
  case PlaceKind::Struct:
    return isExactName(PredicateKind::Struct);
  case PlaceKind::Call:
    return isExactName(PredicateKind::FunctionCall);
  case PlaceKind::Literal:
    return isExactName(PredicateKind::StructLiteral);
  case PlaceKind::Value:
    return isExactName(PredicateKind::Identifier);
  }
  llvm_unreachable("unknown place");
}

std::vector<std::string> Rule::getPackages() const {
  std::vector<std::string> Out;
  for (const Action &A : Do)
    if (auto H = getHooks(A))
      Out.push_back(H->Path);
  return Out;
}
