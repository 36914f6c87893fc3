//===- RewriteFuzzer.cpp - Go source, every function hooked ---------------===//
//
// Where the input parses: without rules nothing changes; with a rule for every
// function the result parses, bytes outside the edits are the original's, and
// every token that was kept has its line and column.
//
//===----------------------------------------------------------------------===//

#include "FuzzSupport.h"
#include "TokenMutator.h"

#include "otelrewrite/Instrument/Instrument.h"
#include "otelrewrite/Lex/Lexer.h"
#include "otelrewrite/Lex/LineDirectives.h"
#include "otelrewrite/Rewrite/UnifiedDiff.h"

using namespace llvm;
using namespace otelrewrite;

static constexpr StringLiteral RuleText = R"(
[rule.functions]
import_path = "**"
where = { func = "*" }
do = [{ inject_hooks = { before = "Before", after = "After", path = "example.com/hook" } }]

[rule.methods]
import_path = "**"
where = { func = "*", recv = "*" }
do = [{ inject_hooks = { before = "Before", after = "After", path = "example.com/hook" } }]

[rule.some]
import_path = "**"
where = { func = "[a-m]*" }
do = [{ inject_hooks = { after = "Last", path = "example.com/other" } }]
)";

static const RuleSet &getRules() {
  static const RuleSet Rules = [] {
    static auto File = SourceFile::fromString("fuzz.toml", RuleText);
    DiagnosticEngine Diags;
    RuleSet R;
    R.addToml(*File, Diags);
    expect(!Diags.hasErrors(), render(Diags));
    return R;
  }();
  return Rules;
}

static void checkParses(StringRef Name, StringRef Text) {
  auto File = SourceFile::fromString(Name, Text);
  DiagnosticEngine Diags;
  parseFile(*File, Diags);
  expect(!Diags.hasErrors(),
         "what was written does not parse:\n" + render(Diags) + Text);
}

/// Restores the original from the text, and compares the positions of the
/// tokens that no edit touches.
static void checkEdits(const ParsedFile &File,
                       const InstrumentedFile &Changed) {
  StringRef Bytes = File.Source.getBytes();
  StringRef Text = Changed.Text;
  // The compiler gets the copy under another name.
  auto Copy = SourceFile::fromString("/work/b001/a.go", Text);
  TokenBuffer NewTokens = lex(*Copy);
  LineDirectives Old(File.Tokens), New(NewTokens);

  std::string Restored;
  size_t At = 0;
  uint32_t From = 0;
  TokenIndex I = 0;
  auto checkKept = [&](uint32_t End) {
    for (; I < File.Tokens.size() && File.Tokens.begin(I) < End; ++I) {
      uint32_t Offset = File.Tokens.begin(I);
      if (Offset < From || File.Tokens.kind(I) == tok::AutoSemicolon)
        continue;
      PresumedPosition A = Old.getPresumed(Offset);
      PresumedPosition B = New.getPresumed(At + (Offset - From));
      expect(
          A.FileName == B.FileName && A.Line == B.Line && A.Column == B.Column,
          "token at " + Twine(Offset) + " was at " + A.FileName + ":" +
              Twine(A.Line) + ":" + Twine(A.Column) + ", is at " + B.FileName +
              ":" + Twine(B.Line) + ":" + Twine(B.Column) + "\n" + Text);
    }
  };
  for (const Edit &E : Changed.Edits.getEdits()) {
    checkKept(E.Range.Begin);
    Restored += Text.substr(At, E.Range.Begin - From);
    At += E.Range.Begin - From + E.Text.size();
    Restored += File.Source.getText(E.Range);
    From = E.Range.End;
  }
  checkKept(Bytes.size());
  Restored += Text.substr(At);
  expect(Restored == Bytes, "bytes outside the edits changed");
  raw_null_ostream OS;
  writeUnifiedDiff(File.Source, Changed.Edits, OS);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  auto Source = makeFile(Data, Size, "/src/p/a.go");
  DiagnosticEngine Diags;
  auto Parsed = parseFile(*Source, Diags);
  if (Diags.hasErrors())
    return -1; // not a seed for others
  const ParsedFile *Files[] = {Parsed.get()};
  PackageInfo Info;
  Info.Name = Parsed->Root->PackageName->getText(Parsed->Tokens).str();
  Info.IsMain = Info.Name == "main";
  Info.ImportPath = "example.com/p";
  Info.LinkPath = Info.IsMain ? "main" : Info.ImportPath;
  Info.GoLang = "go1.26";
  InstrumentOptions Options;
  Options.GeneratedDir = "/src/p";
  Options.SelfContained = Size % 2;

  RuleSet None;
  InstrumentedPackage Same = instrumentPackage(
      Info, Files, None, matchPackage(Info, Files, None), Options, Diags);
  expect(Same.Files.empty() && Same.Generated.empty() && Same.Targets.empty(),
         "a change without a rule");

  const RuleSet &Rules = getRules();
  MatchResult Matches = matchPackage(Info, Files, Rules);
  InstrumentedPackage Out =
      instrumentPackage(Info, Files, Rules, Matches, Options, Diags);
  expect(!Diags.hasErrors(), render(Diags));
  expect(Out.Targets == describeTargets(Info, Files, Rules, Matches),
         "setup and rewriting disagree on the targets");
  for (const InstrumentedFile &F : Out.Files) {
    expect(F.Edits.apply(Source->getBytes()) == F.Text, "edits are not it");
    checkParses("rewritten.go", F.Text);
    checkEdits(*Parsed, F);
  }
  for (const GeneratedFile &G : Out.Generated)
    checkParses(G.Name, G.Text);
  if (!Out.Targets.empty())
    checkParses("otel_importer.go",
                generateImporter({"main", "main", Out.Targets, {}}));
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *Data, size_t Size,
                                          size_t MaxSize, unsigned Seed) {
  return mutateTokens(Data, Size, MaxSize, Seed);
}
