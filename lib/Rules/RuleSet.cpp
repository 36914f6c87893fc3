//===- RuleSet.cpp - the model, its prepared form and its fingerprint -----===//

#include "otelrewrite/Rules/RuleSet.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Errc.h"

using namespace llvm;
using namespace otelrewrite;

ReceiverPattern ReceiverPattern::parse(StringRef Text,
                                       std::optional<Glob::Error> &Err) {
  ReceiverPattern P;
  if (Text == "*")
    P.Shape = Form::Either;
  else if (Text.consume_front("*"))
    P.Shape = Form::Pointer;
  P.Type = Glob::parse(Text, Err);
  if (Err && P.Shape == Form::Pointer)
    ++Err->Offset;
  return P;
}

std::string ReceiverPattern::getText() const {
  std::string Text(Shape == Form::Pointer ? 1 : 0, '*');
  return Text += Type.getPattern();
}

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

RuleSet RuleSet::select(ArrayRef<unsigned> Indices) const {
  RuleSet Out;
  for (unsigned I : Indices)
    Out.Rules.push_back(Rules[I]);
  return Out;
}

//===----------------------------------------------------------------------===//
// The prepared form: a magic line, then for every rule its strings with their
// lengths. Patterns are written as text and parsed again, which costs less than
// a second representation would.
//===----------------------------------------------------------------------===//

static constexpr StringLiteral Magic = "otel rules 1\n";

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

/// Writes all that a rule can change in a build.
static void writeMeaning(const Rule &R, Writer &W) {
  W.string(R.Name);
  W.string(R.Library);
  W.string(R.Package.getText());
  W.string(R.VersionText);
  W.string(R.Where.Func.getPattern());
  W.number(R.Where.Recv.has_value());
  W.string(R.Where.Recv ? R.Where.Recv->getText() : "");
  W.number(static_cast<uint32_t>(R.Do.size()));
  for (const Action &A : R.Do) {
    switch (A.Type) {
    case Action::Kind::InjectHooks:
      W.number(0);
      W.string(A.Hooks.Before);
      W.string(A.Hooks.After);
      W.string(A.Hooks.Path);
      break;
    }
  }
}

std::string RuleSet::serialize() const {
  Writer W;
  W.Out = Magic;
  W.number(static_cast<uint32_t>(Rules.size()));
  for (const Rule &R : Rules) {
    writeMeaning(R, W);
    W.string(R.File);
    W.number(R.Position.Line);
    W.number(R.Position.Column);
  }
  return std::move(W.Out);
}

static bool parseRange(StringRef Text, VersionRange &Out) {
  if (Text.empty())
    return true;
  auto [Start, End] = Text.split(',');
  Start = Start.trim();
  End = End.trim();
  if (!Start.empty() && !(Out.Start = Version::parse(Start)))
    return false;
  return End.empty() || (Out.End = Version::parse(End));
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
    R.Where.Func = Glob::parse(In.string(), Err);
    bool HasRecv = In.number();
    std::string Recv = In.string();
    if (HasRecv)
      R.Where.Recv = ReceiverPattern::parse(Recv, Err);
    uint32_t NumActions = In.number();
    for (uint32_t J = 0; J < NumActions && !In.Failed; ++J) {
      Action A;
      if (In.number() != 0)
        return fail("unknown action");
      A.Hooks.Before = In.string();
      A.Hooks.After = In.string();
      A.Hooks.Path = In.string();
      R.Do.push_back(std::move(A));
    }
    R.File = In.string();
    R.Position.Line = In.number();
    R.Position.Column = In.number();
    if (Err || !parseRange(R.VersionText, R.Versions))
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
    writeMeaning(R, W);
  auto Hash = BLAKE3::hash<16>(ArrayRef<uint8_t>(
      reinterpret_cast<const uint8_t *>(W.Out.data()), W.Out.size()));
  return toHex(Hash, /*LowerCase=*/true);
}
