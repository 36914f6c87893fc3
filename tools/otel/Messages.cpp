//===- Messages.cpp - what commands say to people -------------------------===//

#include "Command.h"

#include "otelrewrite/Answers/ProgramView.h"

#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <cstring>
#include <unistd.h>

using namespace llvm;
using namespace otelrewrite;

StringRef otelrewrite::getVariable(const char *Name) {
  const char *Value = std::getenv(Name);
  return Value ? Value : "";
}

void Messages::error(const Twine &Text) const {
  print("\x1b[1;31m", "error", Text);
}
void Messages::warning(const Twine &Text) const {
  print("\x1b[1;35m", "warning", Text);
}
void Messages::note(const Twine &Text) const {
  print("\x1b[1;36m", "note", Text);
}
void Messages::info(const Twine &Text) const {
  errs() << "otel: " << Text << '\n';
}

void Messages::print(StringRef Colour, StringRef Level,
                     const Twine &Text) const {
  errs() << "otel: ";
  if (UseColour)
    errs() << Colour << Level << ":\x1b[0m ";
  else
    errs() << Level << ": ";
  errs() << Text << '\n';
}

int otelrewrite::fail(const Messages &Say, Error E) {
  Say.error(toString(std::move(E)));
  return 1;
}

int otelrewrite::failUsage(const Messages &Say, StringRef Command,
                           const Twine &What) {
  Say.error(What + "; see `otel help " + Command + "`");
  return 2;
}

std::string otelrewrite::plural(unsigned N, StringRef One) {
  return std::to_string(N) + " " + One.str() + (N == 1 ? "" : "s");
}

bool otelrewrite::followDirectory(const Messages &Say,
                                  const GoCommand &Command) {
  std::string Dir = Command.getDirectory().str();
  if (Dir.empty() || chdir(Dir.c_str()) == 0)
    return true;
  Say.error("cannot change to " + Dir + ": " + std::strerror(errno));
  return false;
}

bool otelrewrite::reportProblems(const Messages &Say, const Settings &S,
                                 const SetupResult &Setup) {
  const PreparedBuild &Build = Setup.Build;
  if (!Setup.WasPreparedBefore || S.IsVerbose)
    for (const std::string &Note : Build.Notes)
      Say.note(Note);
  for (const std::string &Warning : Build.Warnings) {
    if (S.IsStrict)
      Say.error("with --strict this warning is an error:");
    errs() << Warning;
  }
  if (!Build.isInstrumented() && Build.NumPrograms == 0) {
    if (S.IsVerbose)
      Say.info("this builds no program: there is nothing to instrument");
    return true;
  }
  if (!Build.isInstrumented()) {
    StringRef Text = "nothing is instrumented: no rule matches a function of "
                     "this build; `otel list` tells what there are rules for";
    if (S.IsStrict)
      Say.error(Text);
    else
      Say.warning(Text);
    return !S.IsStrict;
  }
  return !S.IsStrict || Build.Warnings.empty();
}

void otelrewrite::reportSummary(const Messages &Say, const PreparedBuild &Build,
                                StringRef Done) {
  if (!Build.isInstrumented())
    return;
  std::string Refused;
  if (Build.NumRefused != 0)
    Refused = ", " + plural(Build.NumRefused, "function") + " refused";
  std::string What;
  if (Build.NumFunctions != 0 || Build.NumChanges == 0)
    What = plural(Build.NumFunctions, "function") + " " + Done.str();
  if (Build.NumChanges != 0)
    What += (What.empty() ? "" : " and ") + plural(Build.NumChanges, "place") +
            " changed";
  Say.info(plural(Build.NumRules, "rule") + " matched, " + What + " in " +
           plural(Build.NumPackages, "package") + Refused);
}

int otelrewrite::reportView(const Invocation &I, const ProgramView &V) {
  if (V.Diags.hasErrors()) {
    renderDiagnostics(V.Diags.getDiagnostics(), errs(), I.Config.UseColour);
    return 1;
  }
  if (V.Failure.empty())
    return 0;
  I.Say.error("the go command cannot list the program:\n" + V.Failure);
  return 1;
}

int otelrewrite::prepareForAnswer(const Invocation &I, GoTool &Go,
                                  const GoCommand &Command, SetupResult &Out) {
  auto Setup = prepareBuild(I.Config, Go, Command);
  if (!Setup)
    return fail(I.Say, Setup.takeError());
  Out = std::move(*Setup);
  if (Out.Result == SetupResult::Outcome::Prepared)
    return 0;
  errs() << Out.Diagnostics;
  if (!Out.Reason.empty())
    I.Say.error(Out.Reason);
  return 1;
}
