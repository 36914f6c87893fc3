//===- ProgramView.cpp - a program and what rules make of it --------------===//

#include "otelrewrite/Answers/ProgramView.h"

#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/Quote.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace otelrewrite;

static Error readOverlay(StringRef File, Overlay &Out) {
  auto Text = readFile(File);
  if (!Text)
    return Text.takeError();
  Expected<json::Value> V = json::parse(*Text);
  if (!V)
    return createFileError(File, V.takeError());
  if (const json::Object *O = V->getAsObject())
    if (const json::Object *Replace = O->getObject("Replace"))
      for (const auto &[Path, To] : *Replace)
        Out[makeAbsolute(Path)] = To.getAsString().value_or("").str();
  return Error::success();
}

static Expected<std::unique_ptr<ProgramView>>
view(const Settings &S, GoTool &Go, const GoCommand &Command,
     ArrayRef<std::string> Flags, ArrayRef<std::string> ExtraPatterns,
     const Environment &Env, const PackageGraph *Own) {
  auto V = std::make_unique<ProgramView>();
  if (Error E = Go.loadEnvironment())
    return E;
  V->Goroot = Go.getEnv("GOROOT").str();
  V->ModCache = Go.getEnv("GOMODCACHE").str();
  V->GoVersion = Go.getEnv("GOVERSION").str();
  auto Rules = RuleFiles::loadProject(S, Go, &Command, V->Diags);
  if (!Rules)
    return Rules.takeError();
  V->Rules = std::move(*Rules);
  if (V->Diags.hasErrors())
    return V;
  ListRequest List;
  List.Flags = getLoadFlags(Command);
  append_range(List.Flags, Flags);
  List.Patterns = Command.getPatterns();
  if (List.Patterns.empty())
    List.Patterns.push_back(".");
  append_range(List.Patterns, ExtraPatterns);
  List.WithTests = Command.getName() == "test";
  List.Env = Env;
  for (StringRef Flag : Flags)
    if (Flag.consume_front("-overlay="))
      if (Error E = readOverlay(Flag, V->Replaced))
        return E;
  auto Result = listPackages(Go, List);
  if (!Result)
    return Result.takeError();
  V->Graph = std::move(Result->Graph);
  V->Failure = std::move(Result->Failure);
  for (const GoPackage &P : V->Graph.getPackages())
    if (V->Failure.empty() && !P.IsDepOnly && !P.Error.empty() && P.Dir.empty())
      V->Failure = P.getErrorText();
  StringSet<> Core;
  for (const GoPackage &P : V->Graph.getPackages())
    if (P.Module.Path == getSDKPath())
      Core.insert(P.getPath());
  auto Analysis =
      analyseBuild(V->Graph, Own ? *Own : V->Graph, V->Rules.getRules(),
                   V->Replaced, Core, V->GoVersion);
  if (!Analysis)
    return Analysis.takeError();
  V->Analysis = std::move(*Analysis);
  if (Error E = explainProblems(V->Analysis, V->Graph, V->Rules.getRules()))
    return E;
  if (Error E = reportUnusedRules(V->Analysis, V->Graph, V->Rules, V->Diags))
    return E;
  return V;
}

Expected<std::unique_ptr<ProgramView>>
otelrewrite::viewProgram(const Settings &S, GoTool &Go,
                         const GoCommand &Command) {
  std::vector<std::string> Flags;
  for (StringRef Name : {"mod", "modfile", "overlay"})
    if (auto Value = Command.getFlag(Name))
      Flags.push_back(("-" + Name + "=" + *Value).str());
  return view(S, Go, Command, Flags, {}, {}, nullptr);
}

Expected<std::unique_ptr<ProgramView>>
otelrewrite::viewPrepared(const Settings &S, GoTool &Go,
                          const GoCommand &Command,
                          const PreparedBuild &Build) {
  // What the program has by itself decides which rules may reach the rest.
  auto Own = viewProgram(S, Go, Command);
  if (!Own || !Build.isInstrumented() || !(*Own)->Failure.empty())
    return Own;
  std::vector<std::string> Flags;
  for (StringRef Flag : Build.Flags)
    if (Flag.starts_with("-mod") || Flag.starts_with("-overlay="))
      Flags.push_back(Flag.str());
  return view(S, Go, Command, Flags, Build.ExtraPatterns, Build.Env,
              &(*Own)->Graph);
}

std::string otelrewrite::shortenPath(const ProgramView &V, StringRef Path) {
  std::string Cwd = makeAbsolute(".");
  if (Path.starts_with(Cwd + "/"))
    return Path.drop_front(Cwd.size() + 1).str();
  if (!V.ModCache.empty() && Path.starts_with(V.ModCache + "/"))
    return Path.drop_front(V.ModCache.size() + 1).str();
  if (!V.Goroot.empty() && Path.starts_with(V.Goroot + "/"))
    return "$GOROOT" + Path.drop_front(V.Goroot.size()).str();
  return Path.str();
}

std::string otelrewrite::describeOrigin(const GoPackage &P) {
  if (P.IsStandard || P.Module.Path.empty())
    return P.IsStandard ? "Go's own" : "this program";
  if (P.Module.IsMain)
    return "this program";
  return P.Module.Version.empty() ? "a local copy" : P.Module.Version;
}
