//===- RuleFiles.cpp - the rule files of an invocation --------------------===//

#include "otelrewrite/Driver/RuleFiles.h"

#include "otelrewrite/Basic/Nearest.h"
#include "otelrewrite/Driver/Files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace otelrewrite;

Error RuleFiles::addFile(StringRef Path, StringRef Library, RuleSet &Into,
                         DiagnosticEngine &Diags) {
  auto SourceOrErr = SourceFile::open(Path);
  if (!SourceOrErr)
    return SourceOrErr.takeError();
  Sources.push_back(std::move(*SourceOrErr));
  Paths.push_back(makeAbsolute(Path));
  Into.addFile(*Sources.back(), Diags, Library);
  return Error::success();
}

Error RuleFiles::addPath(StringRef Path, RuleSet &Into,
                         DiagnosticEngine &Diags) {
  if (!sys::fs::is_directory(Path))
    return addFile(Path, {}, Into, Diags);
  Paths.push_back(makeAbsolute(Path));
  std::vector<std::string> Names;
  std::error_code EC;
  for (sys::fs::directory_iterator I(Path, EC), End; I != End && !EC;
       I.increment(EC))
    if (isFolderRuleFile(sys::path::filename(I->path())))
      Names.push_back(I->path());
  if (EC)
    return createFileError(Path, EC);
  llvm::sort(Names);
  for (const std::string &Name : Names)
    if (Error E = addFile(Name, {}, Into, Diags))
      return E;
  return Error::success();
}

/// A library's hooks' import path is a name of it.
static bool isHookPathOf(const Rule &R, StringRef Path) {
  return any_of(R.getPackages(), [&](const std::string &P) {
    return P == Path || StringRef(P).starts_with((Path + "/").str());
  });
}

/// The rules of the built-in libraries that \p Uses name.
static RuleSet selectUsed(const RuleSet &BuiltIn, ArrayRef<UseSite> Uses,
                          DiagnosticEngine &Diags) {
  ArrayRef<Rule> Rules = BuiltIn.getRules();
  StringSet<> Used;
  bool HasAll = false;
  for (const UseSite &U : Uses) {
    if (U.Name == "*" || U.Name == "none") {
      HasAll |= U.Name == "*";
      continue;
    }
    bool IsKnown = false;
    NearestName Near(U.Name);
    for (const Rule &R : Rules) {
      if (R.Library == U.Name || isHookPathOf(R, U.Name)) {
        Used.insert(R.Library);
        IsKnown = true;
      } else {
        Near.consider(R.Library);
      }
    }
    StringRef Nearest = Near.get();
    if (!IsKnown)
      Diags.report(diag::err_use_library, U.File, U.Range,
                   {U.Name, Nearest.empty()
                                ? "`otel list` shows them"
                                : "did you mean `" + Nearest.str() + "`?"});
  }
  if (HasAll)
    return BuiltIn;
  std::vector<unsigned> Kept;
  for (auto [I, R] : enumerate(Rules))
    if (Used.contains(R.Library))
      Kept.push_back(static_cast<unsigned>(I));
  RuleSet Out = BuiltIn.select(Kept);
  Out.copyLibraries(BuiltIn);
  return Out;
}

bool RuleFiles::isInstalled(const Rule &R) const {
  return !InstalledDir.empty() && isBelow(R.File, InstalledDir);
}

Expected<RuleFiles> RuleFiles::load(const Settings &S, DiagnosticEngine &Diags,
                                    const RuleModules *Modules) {
  RuleFiles Out;
  RuleSet BuiltIn;
  if (!S.ResourceDir.empty()) {
    Out.InstalledDir = joinPath(S.ResourceDir, "rules");
    if (sys::fs::is_directory(Out.InstalledDir))
      if (Error E = Out.addPath(Out.InstalledDir, BuiltIn, Diags))
        return E;
  }
  if (S.Uses) {
    std::vector<UseSite> Uses;
    for (const std::string &Name : *S.Uses)
      Uses.push_back({Name, nullptr, {}});
    BuiltIn = selectUsed(BuiltIn, Uses, Diags);
  } else if (Modules && Modules->hasUseFile()) {
    BuiltIn = selectUsed(BuiltIn, Modules->getUses(), Diags);
  }
  Out.Rules.merge(std::move(BuiltIn), /*Replaces=*/false);
  if (Modules) {
    // Packages of different authors may have rules of one name.
    RuleSet FromModules;
    for (const RulePackage &P : Modules->getPackages())
      for (const std::string &File : P.Files) {
        RuleSet Own;
        bool IsNamed = !StringRef(sys::path::stem(File)).ends_with(".otelc");
        if (Error E = Out.addFile(File, IsNamed ? P.Library : "", Own, Diags))
          return E;
        FromModules.merge(std::move(Own), /*Replaces=*/false);
      }
    Out.Rules.merge(std::move(FromModules), /*Replaces=*/true);
    RuleSet Own;
    for (const std::string &File : Modules->getOwnFiles())
      if (Error E = Out.addFile(File, {}, Own, Diags))
        return E;
    Out.Rules.merge(std::move(Own), /*Replaces=*/true);
    append_range(Out.Paths, Modules->getInputs());
  }
  RuleSet Named;
  for (const std::string &Path : S.RulePaths)
    if (Error E = Out.addPath(Path, Named, Diags))
      return E;
  Out.Rules.merge(std::move(Named), /*Replaces=*/true);
  if (Out.Paths.empty())
    return createStringError(errc::no_such_file_or_directory,
                             "no rules: %s does not exist and --rules names "
                             "none",
                             Out.InstalledDir.c_str());
  return Out;
}

Expected<RuleFiles> RuleFiles::loadProject(const Settings &S, const GoTool &Go,
                                           const GoCommand *Command,
                                           DiagnosticEngine &Diags) {
  std::vector<std::string> Flags;
  if (Command)
    Flags = getModuleFlags(*Command);
  auto Found = RuleModules::find(Go, Flags, Diags);
  if (!Found)
    return Found.takeError();
  auto Project = std::make_shared<RuleModules>(std::move(*Found));
  auto Out = load(S, Diags, Project.get());
  if (Out)
    Out->Project = std::move(Project);
  return Out;
}

/// Where the rule whose name is at \p Begin ends in a file of such syntax.
static size_t findRuleEnd(StringRef Bytes, size_t Begin, RuleSyntax Syntax) {
  if (Syntax == RuleSyntax::Toml) // the next table's header
    return std::min(Bytes.find("\n[rule", Begin), Bytes.size());
  for (size_t At = Bytes.find('\n', Begin); At != StringRef::npos;
       At = Bytes.find('\n', At + 1))
    if (At + 1 < Bytes.size() && !isSpace(Bytes[At + 1]) &&
        Bytes[At + 1] != '#' && Bytes[At + 1] != '-')
      return At;
  return Bytes.size();
}

std::pair<const SourceFile *, SourceRange>
RuleFiles::locate(const Rule &R, StringRef Text) const {
  for (const auto &Source : Sources) {
    if (Source->getName() != R.File)
      continue;
    uint32_t Line = std::max<uint32_t>(R.Position.Line, 1);
    if (Line > Source->getNumLines())
      break;
    StringRef Bytes = Source->getBytes();
    uint32_t Begin = Source->getLineStart(Line) +
                     std::max<uint32_t>(R.Position.Column, 1) - 1;
    RuleSyntax Syntax = getRuleSyntax(R.File);
    StringRef Own = Bytes.slice(Begin, findRuleEnd(Bytes, Begin, Syntax));
    // A value: in quotes, or in YAML also behind a blank to the line's end.
    auto isValue = [&](size_t At) {
      char Before = At ? Own[At - 1] : ' ';
      char After = At + Text.size() < Own.size() ? Own[At + Text.size()] : '\n';
      if (Before == '"' || Before == '\'')
        return After == Before;
      return Syntax == RuleSyntax::Yaml && Before == ' ' &&
             StringRef("\n\r ,}]").contains(After);
    };
    for (size_t At = Own.find(Text); !Text.empty() && At != StringRef::npos;
         At = Own.find(Text, At + 1))
      if (isValue(At)) {
        auto Start = static_cast<uint32_t>(Begin + At);
        return {Source.get(),
                {Start, Start + static_cast<uint32_t>(Text.size())}};
      }
    return {Source.get(),
            {Begin, Begin + static_cast<uint32_t>(R.Name.size())}};
  }
  return {nullptr, {}};
}
