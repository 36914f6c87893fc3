//===- BuildRecord.cpp - what a program says of its own making ------------===//
//
// The text: a magic word, the length of what follows in decimal, a colon, and
// JSON.
//
//===----------------------------------------------------------------------===//

#include "otelrewrite/Driver/BuildRecord.h"

#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace otelrewrite;

/// Not in this form in this program itself, which may be looked into as well.
static std::string getMagic() {
  return std::string("\xff otel build") + " record 1:";
}

std::string BuildRecord::serialize() const {
  json::Array TheRules, TheFunctions, TheModules;
  for (const RecordedRule &R : Rules)
    TheRules.push_back(json::Object{
        {"name", R.Name}, {"library", R.Library}, {"digest", R.Digest}});
  for (const RecordedFunction &F : Functions)
    TheFunctions.push_back(json::Object{{"package", F.Package},
                                        {"name", F.Name},
                                        {"rules", json::Array(F.Rules)}});
  for (const RecordedModule &M : Modules)
    TheModules.push_back(
        json::Object{{"path", M.Path}, {"version", M.Version}});
  std::string Text;
  raw_string_ostream(Text) << json::Value(
      json::Object{{"tool", Tool},
                   {"sdk", Sdk},
                   {"go", Go},
                   {"program", Program},
                   {"rules", std::move(TheRules)},
                   {"functions", std::move(TheFunctions)},
                   {"modules", std::move(TheModules)}});
  return getMagic() + std::to_string(Text.size()) + ":" + Text;
}

static std::string getString(const json::Object &O, StringRef Key) {
  return O.getString(Key).value_or("").str();
}

static std::optional<BuildRecord> read(StringRef Text) {
  Expected<json::Value> V = json::parse(Text);
  if (!V) {
    consumeError(V.takeError());
    return std::nullopt;
  }
  const json::Object *O = V->getAsObject();
  if (!O)
    return std::nullopt;
  BuildRecord Out;
  Out.Tool = getString(*O, "tool");
  Out.Sdk = getString(*O, "sdk");
  Out.Go = getString(*O, "go");
  Out.Program = getString(*O, "program");
  auto forEach = [&](StringRef Key, auto F) {
    if (const json::Array *A = O->getArray(Key))
      for (const json::Value &Item : *A)
        if (const json::Object *I = Item.getAsObject())
          F(*I);
  };
  forEach("rules", [&](const json::Object &I) {
    Out.Rules.push_back({getString(I, "name"), getString(I, "library"),
                         getString(I, "digest")});
  });
  forEach("functions", [&](const json::Object &I) {
    BuildRecord::RecordedFunction F{
        getString(I, "package"), getString(I, "name"), {}};
    if (const json::Array *A = I.getArray("rules"))
      for (const json::Value &Rule : *A)
        F.Rules.push_back(Rule.getAsString().value_or("").str());
    Out.Functions.push_back(std::move(F));
  });
  forEach("modules", [&](const json::Object &I) {
    Out.Modules.push_back({getString(I, "path"), getString(I, "version")});
  });
  return Out;
}

std::optional<BuildRecord> BuildRecord::find(StringRef Bytes) {
  std::string Magic = getMagic();
  while (true) {
    size_t At = Bytes.find(Magic);
    if (At == StringRef::npos)
      return std::nullopt;
    Bytes = Bytes.drop_front(At + Magic.size());
    StringRef Rest = Bytes;
    size_t Size = 0;
    if (Rest.consumeInteger(10, Size) || !Rest.consume_front(":") ||
        Size > Rest.size())
      continue;
    if (auto Out = read(Rest.take_front(Size)))
      return Out;
  }
}
