//===- Inventory.cpp - what can be instrumented, and what is --------------===//

#include "otelrewrite/Answers/Inventory.h"

#include "Paint.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace otelrewrite;

static void addOnce(std::vector<std::string> &List, std::string Text) {
  if (!is_contained(List, Text))
    List.push_back(std::move(Text));
}

static std::string describeVersions(const Rule &R) {
  if (R.VersionText.empty())
    return {};
  auto [Start, End] = StringRef(R.VersionText).split(',');
  Start = Start.trim();
  End = End.trim();
  if (End.empty())
    return (Start + " and later").str();
  return Start.empty() ? ("below " + End).str()
                       : (Start + " to below " + End).str();
}

std::vector<LibraryEntry> otelrewrite::takeInventory(const ProgramView &V) {
  MapVector<StringRef, LibraryEntry> Entries;
  ArrayRef<Rule> Rules = V.Rules.getRules().getRules();
  for (auto [I, R] : enumerate(Rules)) {
    LibraryEntry &E = Entries[R.Library];
    E.Name = R.Library;
    addOnce(E.Packages, R.Package.getText());
    if (std::string Versions = describeVersions(R); !Versions.empty())
      addOnce(E.Versions, std::move(Versions));
    E.Rules.push_back(R.Name);
    // Nothing found in packages that it is for.
    if (I < V.Analysis.Fates.size() && V.Analysis.Fates[I].NumMatches == 0)
      for (const RuleProblem &Problem : V.Analysis.Fates[I].Problems)
        E.Problems.push_back("rule `" + R.Name + "`: " + Problem.Message);
  }
  for (const Library &L : V.Rules.getRules().getLibraries()) {
    LibraryEntry &E = Entries[L.Name];
    E.Name = L.Name;
    E.Title = L.Title;
    E.Telemetry = L.Telemetry;
    E.BuiltOn = L.Uses;
  }
  for (const MatchedPackage &M : V.Analysis.Packages) {
    std::map<std::string, unsigned> Counts;
    for (const TargetInfo &T : M.Targets) {
      std::vector<std::string> Seen;
      for (const TargetHook &H : T.Hooks)
        addOnce(Seen, H.Library);
      for (const std::string &Name : Seen)
        ++Counts[Name];
    }
    for (const auto &[Name, N] : Counts)
      if (auto It = Entries.find(Name); It != Entries.end())
        It->second.Uses.push_back(
            {M.Info.ImportPath, describeOrigin(*M.Package), N});
  }
  std::vector<LibraryEntry> Out;
  for (auto &[Name, E] : Entries)
    Out.push_back(std::move(E));
  return Out;
}

void otelrewrite::print(ArrayRef<LibraryEntry> List, bool HasProgram,
                        raw_ostream &OS, bool Colour) {
  Paint P(Colour);
  unsigned NumUsed = 0;
  for (const LibraryEntry &E : List) {
    NumUsed += !E.Uses.empty();
    OS << P.bold(E.Name);
    if (!E.Title.empty() && E.Title != E.Name)
      OS << "  " << E.Title;
    if (!E.Uses.empty())
      OS << "  " << P.good("used here");
    OS << '\n';
    OS << "  for       " << join(E.Packages, ", ");
    if (!E.Versions.empty())
      OS << "  " << P.dim(join(E.Versions, "; "));
    OS << '\n';
    if (!E.Telemetry.empty())
      OS << "  gives     " << E.Telemetry << '\n';
    if (!E.BuiltOn.empty())
      OS << "  built on  " << E.BuiltOn << '\n';
    for (const LibraryEntry::Use &U : E.Uses)
      OS << "  here      " << U.Package << " " << P.dim(U.Version) << ": "
         << U.NumFunctions << (U.NumFunctions == 1 ? " function" : " functions")
         << '\n';
    for (const std::string &Problem : E.Problems)
      OS << "  " << P.warn("but") << "       " << Problem << '\n';
  }
  OS << '\n' << List.size() << (List.size() == 1 ? " library" : " libraries");
  if (HasProgram)
    OS << ", " << NumUsed << " used by this program";
  OS << '\n';
}

json::Value otelrewrite::toJSON(ArrayRef<LibraryEntry> List) {
  json::Array Out;
  for (const LibraryEntry &E : List) {
    json::Array Uses;
    for (const LibraryEntry::Use &U : E.Uses)
      Uses.push_back(json::Object{{"package", U.Package},
                                  {"version", U.Version},
                                  {"functions", U.NumFunctions}});
    Out.push_back(json::Object{{"name", E.Name},
                               {"title", E.Title},
                               {"telemetry", E.Telemetry},
                               {"builtOn", E.BuiltOn},
                               {"packages", json::Array(E.Packages)},
                               {"versions", json::Array(E.Versions)},
                               {"rules", json::Array(E.Rules)},
                               {"uses", std::move(Uses)},
                               {"problems", json::Array(E.Problems)}});
  }
  return Out;
}
