//===- GoList.cpp - the packages of a build -------------------------------===//

#include "otelrewrite/Driver/GoList.h"

#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace otelrewrite;

const char *const otelrewrite::GoListFields =
    "ImportPath,Dir,Name,ForTest,Module,Standard,DepOnly,GoFiles,CgoFiles,"
    "TestGoFiles,XTestGoFiles,Imports,ImportMap,Error";

static std::string getString(const json::Object &O, StringRef Key) {
  return O.getString(Key).value_or("").str();
}

static std::vector<std::string> getStrings(const json::Object &O,
                                           StringRef Key) {
  std::vector<std::string> Out;
  if (const json::Array *A = O.getArray(Key))
    for (const json::Value &V : *A)
      if (auto S = V.getAsString())
        Out.push_back(S->str());
  return Out;
}

static GoModule getModule(const json::Object &O) {
  GoModule M;
  M.Path = getString(O, "Path");
  M.Version = getString(O, "Version");
  M.Dir = getString(O, "Dir");
  M.GoVersion = getString(O, "GoVersion");
  M.IsMain = O.getBoolean("Main").value_or(false);
  // A replacement by another version is what is compiled; a replacement by a
  // folder has no version of its own and keeps the one that was asked for.
  if (const json::Object *R = O.getObject("Replace"))
    if (auto Version = R->getString("Version"))
      M.Version = Version->str();
  return M;
}

static GoPackage getPackage(const json::Object &O) {
  GoPackage P;
  P.ImportPath = getString(O, "ImportPath");
  P.Dir = getString(O, "Dir");
  P.Name = getString(O, "Name");
  P.ForTest = getString(O, "ForTest");
  if (const json::Object *M = O.getObject("Module"))
    P.Module = getModule(*M);
  P.IsStandard = O.getBoolean("Standard").value_or(false);
  P.IsDepOnly = O.getBoolean("DepOnly").value_or(false);
  P.GoFiles = getStrings(O, "GoFiles");
  P.CgoFiles = getStrings(O, "CgoFiles");
  P.TestGoFiles = getStrings(O, "TestGoFiles");
  P.XTestGoFiles = getStrings(O, "XTestGoFiles");
  P.Imports = getStrings(O, "Imports");
  if (const json::Object *Map = O.getObject("ImportMap"))
    for (std::string &Import : P.Imports)
      if (auto To = Map->getString(Import))
        Import = To->str();
  if (const json::Object *E = O.getObject("Error")) {
    P.Error = getString(*E, "Err");
    P.ErrorPosition = getString(*E, "Pos");
  }
  return P;
}

Expected<PackageGraph> PackageGraph::parse(StringRef Text) {
  PackageGraph G;
  // The go command prints one object after another, indented, so that each ends
  // with a brace alone on its line.
  while (!Text.trim().empty()) {
    size_t End = Text.find("\n}");
    if (End == StringRef::npos)
      return createStringError(std::errc::invalid_argument,
                               "`go list -json` printed half an object");
    Expected<json::Value> V = json::parse(Text.take_front(End + 2));
    if (!V)
      return V.takeError();
    Text = Text.drop_front(End + 2);
    if (const json::Object *O = V->getAsObject())
      G.add(getPackage(*O));
  }
  G.addPlainForms();
  return G;
}

void PackageGraph::addPlainForms() {
  for (size_t I = 0, E = Packages.size(); I != E; ++I) {
    const GoPackage &Variant = Packages[I];
    StringRef Path = Variant.getPath();
    bool IsExternalTest = Path == Variant.ForTest + "_test";
    if (!Variant.isVariant() || IsExternalTest || find(Path))
      continue;
    GoPackage Plain = Variant;
    Plain.ImportPath = Path.str();
    Plain.ForTest.clear();
    Plain.IsDepOnly = true;
    add(std::move(Plain));
  }
}

const GoPackage *PackageGraph::find(StringRef ImportPath) const {
  auto It = Index.find(ImportPath);
  return It == Index.end() ? nullptr : &Packages[It->second];
}

StringSet<> PackageGraph::getClosure(StringRef ImportPath) const {
  StringSet<> Paths, Seen;
  std::vector<StringRef> Work{ImportPath};
  Seen.insert(ImportPath);
  while (!Work.empty()) {
    const GoPackage *P = find(Work.back());
    Work.pop_back();
    if (!P)
      continue;
    Paths.insert(P->getPath());
    for (const std::string &Import : P->Imports)
      if (Seen.insert(Import).second)
        Work.push_back(Import);
  }
  return Paths;
}
