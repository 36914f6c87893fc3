//===- Inspect.cpp - what was done to a program ---------------------------===//

#include "otelrewrite/Answers/Inspect.h"

#include "Paint.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace otelrewrite;

static constexpr StringLiteral Repository =
    "github.com/open-telemetry/opentelemetry-go-compile-instrumentation";

void otelrewrite::print(const BuildRecord &R, raw_ostream &OS, bool Colour) {
  Paint P(Colour);
  OS << P.bold(R.Program) << '\n';
  OS << "  otel      " << R.Tool << '\n';
  OS << "  sdk       " << R.Sdk << '\n';
  OS << "  go        " << R.Go << '\n';
  for (const BuildRecord::RecordedModule &M : R.Modules)
    OS << "  module    " << M.Path << ' ' << M.Version << '\n';
  OS << '\n' << P.bold("functions") << '\n';
  MapVector<StringRef, std::vector<const BuildRecord::RecordedFunction *>> All;
  for (const BuildRecord::RecordedFunction &F : R.Functions)
    All[F.Package].push_back(&F);
  for (const auto &[Package, Functions] : All) {
    OS << "  " << Package << '\n';
    for (const auto *F : Functions)
      OS << "    " << F->Name << "  " << P.dim(join(F->Rules, ", ")) << '\n';
  }
  OS << '\n' << P.bold("rules") << '\n';
  for (const BuildRecord::RecordedRule &Rule : R.Rules)
    OS << "  " << Rule.Digest << "  " << Rule.Name << "  "
       << P.dim(Rule.Library) << '\n';
}

json::Value otelrewrite::toJSON(const BuildRecord &R) {
  json::Array Rules, Functions, Modules;
  for (const BuildRecord::RecordedRule &X : R.Rules)
    Rules.push_back(json::Object{
        {"name", X.Name}, {"library", X.Library}, {"digest", X.Digest}});
  for (const BuildRecord::RecordedFunction &F : R.Functions)
    Functions.push_back(json::Object{{"package", F.Package},
                                     {"name", F.Name},
                                     {"rules", json::Array(F.Rules)}});
  for (const BuildRecord::RecordedModule &M : R.Modules)
    Modules.push_back(json::Object{{"path", M.Path}, {"version", M.Version}});
  return json::Object{{"program", R.Program},
                      {"tool", R.Tool},
                      {"sdk", R.Sdk},
                      {"go", R.Go},
                      {"modules", std::move(Modules)},
                      {"functions", std::move(Functions)},
                      {"rules", std::move(Rules)}};
}

/// One line for each function, as bills of materials keep free text.
static std::string describe(const BuildRecord::RecordedFunction &F) {
  return F.Package + "." + F.Name + " by " + join(F.Rules, ", ");
}

json::Value otelrewrite::toSPDX(const BuildRecord &R) {
  auto package = [](StringRef Id, StringRef Name, StringRef Version,
                    StringRef Purl, std::string Comment) {
    json::Object O{
        {"SPDXID", "SPDXRef-" + Id.str()}, {"name", Name},
        {"versionInfo", Version},          {"downloadLocation", "NOASSERTION"},
        {"filesAnalyzed", false},          {"licenseConcluded", "Apache-2.0"},
        {"copyrightText", "NOASSERTION"}};
    O["externalRefs"] =
        json::Array{json::Object{{"referenceCategory", "PACKAGE-MANAGER"},
                                 {"referenceType", "purl"},
                                 {"referenceLocator", Purl}}};
    if (!Comment.empty())
      O["comment"] = std::move(Comment);
    return O;
  };
  std::string Rules;
  for (const BuildRecord::RecordedRule &X : R.Rules)
    Rules += "rule " + X.Name + " " + X.Digest + "\n";
  std::string Functions;
  for (const BuildRecord::RecordedFunction &F : R.Functions)
    Functions += describe(F) + "\n";
  json::Array Packages{
      package("otel-tool", "otel", R.Tool,
              ("pkg:github/" + Repository.drop_front(11) + "@" + R.Tool).str(),
              Rules),
      package("otel-sdk", (Repository + "/sdk").str(), R.Sdk,
              ("pkg:golang/" + Repository + "/sdk@" + R.Sdk).str(), Functions)};
  auto relationship = [](StringRef From, StringRef Type, StringRef To) {
    return json::Object{{"spdxElementId", From},
                        {"relationshipType", Type},
                        {"relatedSpdxElement", To}};
  };
  return json::Object{
      {"spdxVersion", "SPDX-2.3"},
      {"packages", std::move(Packages)},
      {"relationships",
       json::Array{relationship("SPDXRef-otel-tool", "BUILD_TOOL_OF",
                                "SPDXRef-DOCUMENT"),
                   relationship("SPDXRef-otel-sdk", "STATIC_LINK",
                                "SPDXRef-DOCUMENT")}}};
}

json::Value otelrewrite::toCycloneDX(const BuildRecord &R) {
  json::Array Properties;
  auto property = [&](StringRef Name, std::string Value) {
    Properties.push_back(json::Object{{"name", "otel:" + Name.str()},
                                      {"value", std::move(Value)}});
  };
  for (const BuildRecord::RecordedRule &X : R.Rules)
    property("rule", X.Name + " " + X.Digest);
  for (const BuildRecord::RecordedFunction &F : R.Functions)
    property("function", describe(F));
  std::string Purl = ("pkg:golang/" + Repository + "/sdk@" + R.Sdk).str();
  return json::Object{
      {"bomFormat", "CycloneDX"},
      {"specVersion", "1.6"},
      {"version", 1},
      {"metadata",
       json::Object{
           {"component",
            json::Object{{"type", "application"}, {"name", R.Program}}},
           {"tools", json::Object{{"components", json::Array{json::Object{
                                                     {"type", "application"},
                                                     {"name", "otel"},
                                                     {"version", R.Tool}}}}}}}},
      {"components",
       json::Array{json::Object{{"type", "library"},
                                {"bom-ref", Purl},
                                {"name", (Repository + "/sdk").str()},
                                {"version", R.Sdk},
                                {"purl", Purl},
                                {"properties", std::move(Properties)}}}}};
}
