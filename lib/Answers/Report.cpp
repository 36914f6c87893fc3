//===- Report.cpp - a build's instrumentation as one HTML file ------------===//

#include "otelrewrite/Answers/Report.h"

#include "otelrewrite/Answers/Explain.h"
#include "otelrewrite/Driver/Files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace otelrewrite;

static constexpr StringLiteral Page =
#include "report.inc"
    ;

/// Lines of unchanged source to show around a change.
static constexpr unsigned Context = 3;

namespace {
enum SegmentKind { Same, Inserted, Removed };

/// Pieces of a file around its changes, in order.
class Hunks {
public:
  Hunks(const SourceFile &File, ArrayRef<Edit> Edits)
      : File(File), Edits(Edits) {}

  json::Array make();

private:
  void segment(SegmentKind Kind, StringRef Text) {
    if (!Text.empty())
      Segments.push_back(json::Array{int64_t(Kind), json::fixUTF8(Text)});
  }
  uint32_t lineOf(uint32_t Offset) const {
    return File.getLineColumn(Offset).Line;
  }
  /// The offset at which line \p Line ends, its line break included.
  uint32_t lineEnd(uint32_t Line) const {
    return Line < File.getNumLines() ? File.getLineStart(Line + 1)
                                     : File.size();
  }

  const SourceFile &File;
  ArrayRef<Edit> Edits;
  json::Array Segments;
};
} // namespace

json::Array Hunks::make() {
  json::Array Out;
  for (size_t I = 0; I < Edits.size();) {
    // Changes with little between them share a piece.
    size_t End = I + 1;
    while (End < Edits.size() &&
           lineOf(Edits[End].Range.Begin) <=
               lineOf(Edits[End - 1].Range.End) + 2 * Context + 1)
      ++End;
    uint32_t First = lineOf(Edits[I].Range.Begin);
    First = First > Context ? First - Context : 1;
    uint32_t Last = std::min(lineOf(Edits[End - 1].Range.End) + Context,
                             File.getNumLines());
    uint32_t At = File.getLineStart(First);
    Segments.clear();
    StringRef Bytes = File.getBytes();
    for (; I < End; ++I) {
      const Edit &E = Edits[I];
      segment(Same, Bytes.slice(At, E.Range.Begin));
      segment(Removed, Bytes.slice(E.Range.Begin, E.Range.End));
      segment(Inserted, E.Text);
      At = E.Range.End;
    }
    segment(Same, Bytes.slice(At, std::max(At, lineEnd(Last))));
    Out.push_back(
        json::Object{{"line", int64_t(First)}, {"text", std::move(Segments)}});
    Segments = json::Array();
  }
  return Out;
}

static json::Object describeFile(const ChangedFile &F, int64_t &Original,
                                 int64_t &Added) {
  json::Object Out{{"name", F.Name}};
  int64_t Size = F.Original ? F.Original->size() : 0, Inserted = 0;
  for (const Edit &E : F.Edits.getEdits())
    Inserted += int64_t(E.Text.size()) - E.Range.size();
  if (!F.Original) {
    Inserted = F.Text.size();
    Out["added"] = true;
    Out["hunks"] = json::Array{json::Object{
        {"line", 1},
        {"text", json::Array{json::Array{int64_t(SegmentKind::Inserted),
                                         json::fixUTF8(F.Text)}}}}};
  } else {
    Out["hunks"] = Hunks(*F.Original, F.Edits.getEdits()).make();
  }
  Out["size"] = Size;
  Out["inserted"] = Inserted;
  Original += Size;
  Added += Inserted;
  return Out;
}

json::Value otelrewrite::makeReportData(const ReportFacts &Facts,
                                        const ProgramView &V,
                                        ArrayRef<ChangedPackage> Changes) {
  json::Array Packages, Rules, Binaries;
  int64_t Original = 0, Added = 0, NumFunctions = 0;
  for (const ChangedPackage &C : Changes) {
    json::Array Functions, Files, Others;
    for (const MatchedPackage &M : V.Analysis.Packages) {
      if (M.Info.ImportPath != C.ImportPath)
        continue;
      for (const TargetInfo &T : M.Targets) {
        json::Array Hooks;
        for (const TargetHook &H : T.Hooks)
          Hooks.push_back(json::Object{{"rule", H.Rule},
                                       {"library", H.Library},
                                       {"package", H.Path},
                                       {"before", H.Before},
                                       {"after", H.After}});
        Functions.push_back(
            json::Object{{"name", T.FuncName},
                         {"position", shortenPath(V, T.Position)},
                         {"hooks", std::move(Hooks)}});
        ++NumFunctions;
      }
      for (StringRef Change : M.Changes) {
        auto [Name, What] = Change.split(": ");
        const auto *R = find_if(M.Rules.getRules(),
                                [&, N = Name](auto &R) { return R.Name == N; });
        Others.push_back(json::Object{
            {"what", What},
            {"rule", Name},
            {"library", R == M.Rules.getRules().end() ? "" : R->Library}});
      }
    }
    for (const ChangedFile &F : C.Files)
      Files.push_back(describeFile(F, Original, Added));
    const GoPackage *P = V.Graph.find(C.ImportPath);
    Packages.push_back(json::Object{{"path", C.ImportPath},
                                    {"version", C.Version},
                                    {"own", P && P->Module.IsMain},
                                    {"runtime", C.IsRuntime},
                                    {"functions", std::move(Functions)},
                                    {"changes", std::move(Others)},
                                    {"files", std::move(Files)}});
  }
  int64_t NumRules = 0;
  for (auto [I, R] : enumerate(V.Rules.getRules().getRules())) {
    const RuleFate &Fate = V.Analysis.Fates[I];
    NumRules += Fate.NumMatches != 0;
    json::Array Actions;
    for (const Action &A : R.Do)
      Actions.push_back(describeAction(A));
    std::string Where = R.Package.getText() + ".";
    Where += describeWhere(R);
    json::Array Problems;
    for (const RuleProblem &Problem : Fate.Problems)
      Problems.push_back(Problem.Message);
    bool IsAbsent =
        Fate.NumMatches == 0 && (Problems.empty() || R.isOnRequest());
    if (IsAbsent)
      Problems =
          json::Array{R.isOnRequest() ? "nothing in the source asks for it"
                                      : "the program has no package " +
                                            R.Package.getText()};
    Rules.push_back(
        json::Object{{"name", R.Name},
                     {"library", R.Library},
                     {"where", Where},
                     {"versions", R.VersionText},
                     {"position", shortenPath(V, makeAbsolute(R.File)) + ":" +
                                      std::to_string(R.Position.Line)},
                     {"actions", std::move(Actions)},
                     {"place", all_of(R.Do, getHooks) ? "function" : "place"},
                     {"matches", int64_t(Fate.NumMatches)},
                     {"absent", IsAbsent},
                     {"problems", std::move(Problems)}});
  }
  for (const auto &[Name, Size] : Facts.Binaries)
    Binaries.push_back(json::Object{{"name", Name}, {"size", int64_t(Size)}});
  int64_t NumPackages = count_if(V.Graph.getPackages(), [](const GoPackage &P) {
    return !P.isVariant() && !P.isTestMain();
  });
  return json::Object{{"command", Facts.Command},
                      {"tool", Facts.Tool},
                      {"sdk", Facts.Sdk},
                      {"go", Facts.Go},
                      {"binaries", std::move(Binaries)},
                      {"numPackages", NumPackages},
                      {"numFunctions", NumFunctions},
                      {"numRules", NumRules},
                      {"original", Original},
                      {"inserted", Added},
                      {"packages", std::move(Packages)},
                      {"rules", std::move(Rules)}};
}

std::string otelrewrite::makeReport(const json::Value &Data) {
  std::string Text;
  raw_string_ostream(Text) << Data;
  // `</script>` in a source must not end the script.
  std::string Safe;
  for (char C : Text)
    if (C == '<')
      Safe += "\\u003c";
    else
      Safe += C;
  auto [Head, Tail] = Page.split("@DATA@");
  return Head.str() + Safe + Tail.str();
}
