//===- RulesCommand.cpp - `otel rules` ------------------------------------===//

#include "Command.h"

#include "otelrewrite/Answers/Scaffold.h"
#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/RuleFiles.h"
#include "otelrewrite/Rules/Schema.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

static json::Value toJSON(const DiagnosticEngine &Diags) {
  json::Array Out;
  for (const Diagnostic &D : Diags.getDiagnostics()) {
    json::Object O{{"severity", D.Level == Severity::Error     ? "error"
                                : D.Level == Severity::Warning ? "warning"
                                                               : "note"},
                   {"name", diag::getName(D.Kind)},
                   {"message", D.Message}};
    if (D.File) {
      LineColumn At = D.getPosition();
      O["file"] = D.File->getName();
      O["line"] = At.Line;
      O["column"] = At.Column;
    }
    Out.push_back(std::move(O));
  }
  return Out;
}

static int runCheck(const Invocation &I, ArrayRef<StringRef> Words) {
  bool Json = false;
  std::vector<std::string> Paths;
  for (StringRef Word : Words) {
    if (Word == "--json")
      Json = true;
    else if (Word.starts_with("-"))
      return failUsage(I.Say, "rules", "unknown option " + Word);
    else
      Paths.push_back(Word.str());
  }
  if (Paths.empty())
    Paths = I.Config.RulePaths;
  if (Paths.empty())
    return failUsage(I.Say, "rules",
                     "rules check needs a rule file or a folder of them");
  // Only what is asked for: the installation's rules are not the user's.
  Settings Only = I.Config;
  Only.ResourceDir.clear();
  Only.RulePaths = Paths;
  DiagnosticEngine Diags;
  auto Rules = RuleFiles::load(Only, Diags);
  if (!Rules)
    return fail(I.Say, Rules.takeError());
  if (Json) {
    outs() << formatv("{0:2}\n", toJSON(Diags));
    return Diags.hasErrors();
  }
  renderDiagnostics(Diags.getDiagnostics(), errs(), I.Config.UseColour);
  unsigned NumRules = Rules->getRules().getRules().size();
  unsigned NumFiles = count_if(Rules->getPaths(), [](StringRef Path) {
    return !sys::fs::is_directory(Path);
  });
  if (Diags.hasErrors()) {
    I.Say.error(plural(Diags.getNumErrors(), "error") + " in " +
                plural(NumFiles, "rule file"));
    return 1;
  }
  if (NumRules == 0) {
    I.Say.error("there is no rule in " + plural(NumFiles, "file") +
                "; `otel rules new PACKAGE` begins one");
    return 1;
  }
  outs() << plural(NumRules, "rule") << " in " << plural(NumFiles, "file")
         << ", all well-formed\n";
  return 0;
}

static int runNew(const Invocation &I, ArrayRef<StringRef> Words) {
  ScaffoldRequest Request;
  while (!Words.empty()) {
    StringRef Word = Words.front();
    Words = Words.drop_front();
    std::string *Value = Word == "--func"  ? &Request.Function
                         : Word == "--dir" ? &Request.Dir
                                           : nullptr;
    if (Value) {
      if (Words.empty())
        return failUsage(I.Say, "rules", Word + " needs a value");
      *Value = Words.front().str();
      Words = Words.drop_front();
    } else if (Word.starts_with("-") || !Request.Library.empty()) {
      return failUsage(I.Say, "rules",
                       Word.starts_with("-") ? "unknown option " + Word
                                             : "rules new takes one package");
    } else {
      Request.Library = Word.str();
    }
  }
  if (Request.Library.empty())
    return failUsage(I.Say, "rules",
                     "rules new needs a package, as in `rules new net/http`");
  auto Go = GoTool::find();
  if (!Go)
    return fail(I.Say, Go.takeError());
  if (Error E = Go->loadEnvironment())
    return fail(I.Say, std::move(E));
  auto New = makeScaffold(*Go, Request);
  if (!New)
    return fail(I.Say, New.takeError());
  for (const Scaffold::File &F : New->Files) {
    if (Error E = writeFileAtomically(F.Path, F.Text))
      return fail(I.Say, std::move(E));
    outs() << "wrote " << F.Path << '\n';
  }
  outs() << "\nIt instruments " << New->Function << " of " << Request.Library;
  if (size_t N = New->Others.size())
    outs() << "; --func takes any of " << N << " others, as "
           << New->Others.front();
  outs() << ".\nTry it:\n\n    otel --rules " << New->Dir << " go test "
         << New->ImportPath << '\n';
  return 0;
}

static int runSchema(const Invocation &I, ArrayRef<StringRef> Words) {
  bool IsYaml = Words.size() == 1 && Words.front() == "--yaml";
  if (!Words.empty() && !IsYaml)
    return failUsage(I.Say, "rules", "rules schema takes --yaml alone");
  outs() << makeRuleSchema(IsYaml ? RuleSyntax::Yaml : RuleSyntax::Toml);
  return 0;
}

int otelrewrite::runRules(const Invocation &I) {
  if (I.Words.empty())
    return failUsage(I.Say, "rules",
                     "rules needs `check`, `new`, `schema` or `reference`");
  ArrayRef<StringRef> Words = I.Words.drop_front();
  if (I.Words.front() == "check")
    return runCheck(I, Words);
  if (I.Words.front() == "new")
    return runNew(I, Words);
  if (I.Words.front() == "schema")
    return runSchema(I, Words);
  if (I.Words.front() == "reference" && Words.empty()) {
    outs() << makeRuleReference();
    return 0;
  }
  return failUsage(I.Say, "rules",
                   "there is no command `rules " + I.Words.front() + "`");
}
