//===- SetupCommand.cpp - `otel setup`: prepares builds of others ---------===//

#include "Command.h"
#include "StatusLine.h"

#include "otelrewrite/Driver/BuildAnalysis.h"
#include "otelrewrite/Driver/BuildPlan.h"
#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/Quote.h"

#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

/// \p Text as one word of a POSIX shell.
static std::string shellQuote(StringRef Text) {
  std::string Out = "'";
  for (char C : Text)
    if (C == '\'')
      Out += "'\\''";
    else
      Out += C;
  return Out + "'";
}

/// Tells what the rules match in the build that \p File describes.
static int runPlan(const Messages &Say, const Settings &S, StringRef File) {
  auto Go = GoTool::find();
  if (!Go)
    return fail(Say, Go.takeError());
  if (Error E = Go->loadEnvironment())
    return fail(Say, std::move(E));
  auto Source = SourceFile::open(File);
  if (!Source)
    return fail(Say, Source.takeError());
  auto Build = parseBuildPlan((*Source)->getBytes(), makeAbsolute("."),
                              Go->getEnv("GOMODCACHE"));
  if (!Build)
    return fail(Say, Build.takeError());
  DiagnosticEngine Diags;
  auto Rules = RuleFiles::loadProject(S, *Go, nullptr, Diags);
  if (!Rules)
    return fail(Say, Rules.takeError());
  if (Diags.hasErrors()) {
    renderDiagnostics(Diags.getDiagnostics(), errs(), S.UseColour);
    return 1;
  }
  auto Found = analyseBuild(*Build, *Build, Rules->getRules(), {}, {});
  if (!Found)
    return fail(Say, Found.takeError());
  if (Error E = reportUnusedRules(*Found, *Build, *Rules, Diags))
    return fail(Say, std::move(E));
  for (const MatchedPackage &P : Found->Packages)
    for (const TargetInfo &T : P.Targets) {
      outs() << T.ImportPath << ' ' << T.FuncName << ':';
      for (const TargetHook &Hook : T.Hooks)
        outs() << ' ' << Hook.Rule;
      outs() << '\n';
    }
  SetupResult Result;
  Result.Build.NumRules = Found->NumRules;
  Result.Build.NumFunctions = Found->NumFunctions;
  Result.Build.NumChanges = Found->NumChanges;
  Result.Build.NumPackages = Found->Packages.size();
  Result.Build.NumRefused = Found->NumRefused;
  Result.Build.NumPrograms = 1; // as far as the plan tells
  for (const Diagnostic &D : Diags.getDiagnostics()) {
    std::string Text;
    raw_string_ostream OS(Text);
    renderDiagnostic(D, OS, S.UseColour);
    Result.Build.Warnings.push_back(Text);
  }
  outs().flush();
  bool IsGood = reportProblems(Say, S, Result);
  reportSummary(Say, Result.Build, "matched");
  return IsGood ? 0 : 1;
}

int otelrewrite::runSetup(const Invocation &I) {
  const Messages &Say = I.Say;
  const Settings &S = I.Config;
  ArrayRef<StringRef> Words = I.Words;
  bool PrintGoFlags = false;
  StringRef Name = "build";
  while (!Words.empty()) {
    if (Words.front() == "--print-goflags")
      PrintGoFlags = true;
    else if (Words.front() == "--test")
      Name = "test";
    else if (Words.front() == "--plan" && Words.size() == 2)
      return runPlan(Say, S, Words.back());
    else if (Words.front().starts_with("--plan=") && Words.size() == 1)
      return runPlan(Say, S, Words.front().split('=').second);
    else
      break;
    Words = Words.drop_front();
  }
  SmallVector<StringRef> GoWords{Name};
  GoWords.append(Words.begin(), Words.end());
  auto Go = GoTool::find();
  if (!Go)
    return fail(Say, Go.takeError());
  GoCommand Command = GoCommand::parse(GoWords);
  if (!followDirectory(Say, Command))
    return 1;
  StatusLine Status;
  auto Setup =
      prepareBuild(S, *Go, Command, [&](StringRef Step) { Status.show(Step); });
  Status.clear();
  if (!Setup)
    return fail(Say, Setup.takeError());
  if (Setup->Result != SetupResult::Outcome::Prepared) {
    errs() << Setup->Diagnostics;
    if (!Setup->Reason.empty())
      Say.error(Setup->Reason);
    return 1;
  }
  bool IsGood = reportProblems(Say, S, *Setup);
  reportSummary(Say, Setup->Build);
  if (!IsGood || writeReport(I, *Go, Command, Setup->Build) != 0)
    return 1;
  if (!PrintGoFlags || !Setup->Build.isInstrumented())
    return 0;
  if (!Setup->Build.ExtraPatterns.empty()) {
    Say.error("files named one by one cannot be built through GOFLAGS; name "
              "their package");
    return 1;
  }
  // What GOFLAGS already says stays; ours follow, as the last one counts.
  if (Error E = Go->loadEnvironment())
    return fail(Say, std::move(E));
  std::vector<std::string> Flags;
  if (auto Old = splitQuoted(Go->getEnv("GOFLAGS")))
    Flags = std::move(*Old);
  else
    consumeError(Old.takeError());
  Flags.insert(Flags.end(), Setup->Build.Flags.begin(),
               Setup->Build.Flags.end());
  auto Line = joinQuoted(Flags);
  if (!Line)
    return fail(Say, Line.takeError());
  outs() << "export GOFLAGS=" << shellQuote(*Line) << '\n';
  for (const auto &[Variable, Value] : Setup->Build.Env)
    outs() << "export " << Variable << '=' << shellQuote(Value) << '\n';
  return 0;
}
