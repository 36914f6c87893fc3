//===- RulesFuzzer.cpp - any bytes as rules -------------------------------===//
//
// The bytes are read as a TOML rule file, as a prepared rule set, as a pattern
// and as a version. Rules survive being written and read again.
//
//===----------------------------------------------------------------------===//

#include "FuzzSupport.h"

#include "otelrewrite/Rules/RuleSet.h"

using namespace llvm;
using namespace otelrewrite;

static void checkRoundTrip(const RuleSet &Rules) {
  std::string Bytes = Rules.serialize();
  auto Again = RuleSet::deserialize(Bytes);
  if (!Again) {
    expect(false,
           "cannot read what was written: " + toString(Again.takeError()));
    return;
  }
  expect(Again->serialize() == Bytes, "a rule set changes when read");
  expect(Again->getFingerprint() == Rules.getFingerprint(),
         "the fingerprint changes");
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  auto File = makeFile(Data, Size, "dir/library.toml");
  StringRef Bytes = File->getBytes();

  DiagnosticEngine Diags;
  RuleSet Rules;
  Rules.addToml(*File, Diags);
  checkRanges(Diags);
  render(Diags);
  checkRoundTrip(Rules);
  for (const Rule &R : Rules.getRules()) {
    expect(!R.Name.empty(), "a rule without a name");
    expect(R.Position.Line >= 1 && R.Position.Line <= File->getNumLines(),
           "a rule is outside its file");
    R.Where.forEachLeaf([](const Selector &L) {
      L.Pattern.match("ServeHTTP");
      L.Recv.match(true, "Server");
      L.Recv.getText();
      L.Qualified.Path.match("net/http");
    });
    R.isExact();
    R.Package.Pattern.match("example.com/a/b");
    R.Package.getText();
  }

  if (auto Prepared = RuleSet::deserialize(Bytes))
    checkRoundTrip(*Prepared);
  else
    consumeError(Prepared.takeError());

  // The first line is a pattern for the second.
  auto [Pattern, Text] = Bytes.split('\n');
  Pattern = Pattern.take_front(300);
  Text = Text.take_front(100);
  std::optional<Glob::Error> Err;
  Glob G = Glob::parse(Pattern, Err);
  if (Err)
    expect(Err->Offset <= Pattern.size(), "an error is outside its pattern");
  else if (G.isExact() && !Pattern.contains('\\'))
    expect(G.match(Text) == (Pattern == Text), "an exact pattern is not");
  else
    G.match(Text);

  auto A = Version::parse(Pattern), B = Version::parse(Text);
  if (A && B) {
    expect((*A <=> *B) == (0 <=> (*B <=> *A)), "versions are not ordered");
    expect(*A == *A && *B == *B, "a version differs from itself");
  }
  return 0;
}
