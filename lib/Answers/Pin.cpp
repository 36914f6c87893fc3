//===- Pin.cpp - declaring what a program is instrumented with ------------===//

#include "otelrewrite/Answers/Pin.h"

#include "otelrewrite/Answers/ProgramView.h"
#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Match/Match.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <set>

using namespace llvm;
using namespace otelrewrite;

/// The libraries whose rules are for a package of the program.
static std::set<std::string> findLibraries(const RuleSet &Rules,
                                           const PackageGraph &Graph) {
  std::set<std::string> Out;
  for (const GoPackage &P : Graph.getPackages())
    for (unsigned I : selectRules(Rules, getPackageInfo(P)))
      Out.insert(Rules.getRules()[I].Library);
  return Out;
}

/// The packages of the build's modules whose rules are for the program.
static Expected<std::set<std::string>>
findRulePackages(const GoTool &Go, ArrayRef<std::string> Flags,
                 const PackageGraph &Graph) {
  std::vector<std::string> Args{"list", "-m", "-e", "-f",
                                "{{if .Dir}}{{.Path}} {{.Dir}}{{end}}"};
  append_range(Args, Flags);
  Args.push_back("all");
  auto Result = Go.run(Args);
  if (!Result)
    return Result.takeError();
  std::set<std::string> Out;
  SmallVector<StringRef> Lines;
  StringRef(Result->Out).split(Lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef Line : Lines) {
    auto [Path, Dir] = Line.split(' ');
    for (const std::string &File : findRuleFiles(Dir)) {
      // A package in whose folder they are.
      StringRef Folder = sys::path::parent_path(File);
      std::error_code EC;
      bool IsPackage = false;
      for (sys::fs::directory_iterator I(Folder, EC), End; I != End && !EC;
           I.increment(EC))
        IsPackage |= StringRef(I->path()).ends_with(".go") &&
                     !StringRef(I->path()).ends_with("_test.go");
      auto Source = SourceFile::open(File);
      if (!IsPackage || !Source) {
        if (!Source)
          consumeError(Source.takeError());
        continue;
      }
      // What is wrong with them is said when they are used.
      DiagnosticEngine Ignored;
      RuleSet Rules;
      Rules.addFile(**Source, Ignored);
      if (!findLibraries(Rules, Graph).empty())
        Out.insert((Path + Folder.drop_front(Dir.size())).str());
    }
  }
  return Out;
}

static std::string writeNew(ArrayRef<std::string> Libraries,
                            ArrayRef<std::string> Packages) {
  std::string Out =
      "// What this program is instrumented with: `otel pin` adds what it "
      "uses\n"
      "// newly, and takes nothing away. Only what is named here is used.\n\n"
      "//go:build tools\n\npackage tools\n\n";
  if (!Libraries.empty())
    Out += "//otel:use " + join(Libraries, " ") + "\n";
  if (Packages.empty())
    return Out;
  Out += "\nimport (\n";
  for (const std::string &P : Packages)
    Out += "\t_ \"" + P + "\"\n";
  return Out + ")\n";
}

/// \p Old with more in it; no line of it is changed.
static std::string extend(StringRef Old, ArrayRef<std::string> Libraries,
                          ArrayRef<std::string> Packages) {
  auto Source = SourceFile::fromString("otel.instrumentation.go", Old.str());
  DiagnosticEngine Diags;
  std::unique_ptr<ParsedFile> File = parseFile(*Source, Diags);
  // Behind the package clause; imports behind the last one.
  size_t Clause =
      Old.find('\n', File->Root->PackageName->getRange(File->Tokens).End);
  Clause = Clause == StringRef::npos ? Old.size() : Clause + 1;
  size_t Imports = Clause;
  for (const Decl *D : File->Root->Decls)
    if (isa<GenDecl>(D)) {
      size_t End = Old.find('\n', D->getRange(File->Tokens).End);
      Imports = End == StringRef::npos ? Old.size() : End + 1;
    }
  std::string Use, Import;
  if (!Libraries.empty())
    Use = "\n//otel:use " + join(Libraries, " ") + "\n";
  if (!Packages.empty()) {
    Import = "\nimport (\n";
    for (const std::string &P : Packages)
      Import += "\t_ \"" + P + "\"\n";
    Import += ")\n";
  }
  std::string Out = Old.take_front(Clause).str();
  if (!StringRef(Out).ends_with("\n"))
    Out += '\n';
  return Out + Use + Old.slice(Clause, Imports).str() + Import +
         Old.substr(Imports).str();
}

Expected<Pin> otelrewrite::makePin(const Settings &S, GoTool &Go,
                                   const GoCommand &Command) {
  Pin Out;
  if (Error E = Go.loadEnvironment())
    return E;
  StringRef Mod = Go.getEnv("GOMOD");
  if (Mod.empty() || Mod == "/dev/null") {
    Out.Failure = "there is no go.mod here; what a program is instrumented "
                  "with is said beside one";
    return Out;
  }
  std::string Root = sys::path::parent_path(Mod).str();
  Out.File = joinPath(Root, UseFile);
  if (!sys::fs::exists(Out.File) &&
      sys::fs::exists(joinPath(Root, OtherUseFile)))
    Out.File = joinPath(Root, OtherUseFile);

  DiagnosticEngine Diags;
  std::vector<std::string> Flags = getModuleFlags(Command);
  auto Declared = RuleModules::find(Go, Flags, Diags);
  if (!Declared)
    return Declared.takeError();
  // All that is built in, whatever is declared.
  Settings All = S;
  All.Uses = {"*"};
  All.RulePaths.clear();
  auto BuiltIn = RuleFiles::load(All, Diags);
  if (!BuiltIn)
    return BuiltIn.takeError();
  if (Diags.hasErrors()) {
    raw_string_ostream OS(Out.Diagnostics);
    renderDiagnostics(Diags.getDiagnostics(), OS, S.UseColour);
    Out.Failure = "the project's instrumentation cannot be read";
    return Out;
  }
  ListRequest List;
  List.Flags = getLoadFlags(Command);
  append_range(List.Flags, Flags);
  List.Patterns = Command.getPatterns();
  if (List.Patterns.empty())
    List.Patterns.push_back("./...");
  auto Listed = listPackages(Go, List);
  if (!Listed)
    return Listed.takeError();
  if (!Listed->Failure.empty()) {
    Out.Failure = Listed->Failure;
    return Out;
  }

  std::set<std::string> Libraries =
      findLibraries(BuiltIn->getRules(), Listed->Graph);
  auto Packages = findRulePackages(Go, Flags, Listed->Graph);
  if (!Packages)
    return Packages.takeError();
  std::set<std::string> Missing(Packages->begin(), Packages->end());
  for (const RulePackage &P : Declared->getPackages())
    Missing.erase(P.ImportPath);
  for (const UseSite &U : Declared->getUses()) {
    Libraries.erase(U.Name);
    if (U.Name == "*")
      Libraries.clear();
  }
  Out.Libraries.assign(Libraries.begin(), Libraries.end());
  Out.Packages.assign(Missing.begin(), Missing.end());
  if (sys::fs::exists(Out.File)) {
    auto Text = readFile(Out.File);
    if (!Text)
      return Text.takeError();
    Out.Old = std::move(*Text);
    Out.New = Out.Libraries.empty() && Out.Packages.empty()
                  ? Out.Old
                  : extend(Out.Old, Out.Libraries, Out.Packages);
  } else {
    Out.New = writeNew(Out.Libraries, Out.Packages);
  }
  return Out;
}
