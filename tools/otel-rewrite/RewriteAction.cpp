//===- RewriteAction.cpp - otel-rewrite's rewriting -----------------------===//

#include "RewriteAction.h"

#include "FrontEndActions.h"

#include "otelrewrite/AST/Dump.h"
#include "otelrewrite/Instrument/RuntimePatch.h"
#include "otelrewrite/Lex/LineDirectives.h"
#include "otelrewrite/Parse/Parser.h"
#include "otelrewrite/Rewrite/UnifiedDiff.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

#include <map>
#include <memory>

using namespace llvm;
using namespace otelrewrite;

namespace {

/// The rules with the files they came from, which diagnostics show.
struct LoadedRules {
  RuleSet Rules;
  std::vector<std::unique_ptr<SourceFile>> Files;

  const SourceFile *findFile(StringRef Name) const {
    for (const auto &F : Files)
      if (F->getName() == Name)
        return F.get();
    return nullptr;
  }
};

/// One package's files.
struct Package {
  std::vector<std::unique_ptr<SourceFile>> Sources;
  std::vector<std::unique_ptr<ParsedFile>> Parsed;
  std::vector<const ParsedFile *> Files;
  PackageInfo Info;
};

class Rewriter {
public:
  Rewriter(const RewriteOptions &Options, raw_ostream &OS)
      : Options(Options), OS(OS) {}
  int run(ArrayRef<std::string> Paths);

private:
  bool loadRules();
  bool loadFiles(ArrayRef<std::string> Paths, Package &P);
  bool rewrite(Package &P);
  bool rewriteByRules(Package &P, InstrumentedPackage &Out);
  void warn(const Package &P, const MatchResult &Result,
            DiagnosticEngine &Diags) const;
  bool write(const Package &P, const InstrumentedPackage &Out);
  void dumpMatches(const Package &P, const MatchResult &Result) const;
  void dumpEdits(const Package &P, const InstrumentedPackage &Out) const;
  bool verify(const Package &P, const InstrumentedPackage &Out);
  bool time(ArrayRef<std::string> Paths);
  void setInfo(PackageInfo &Info, StringRef Name) const;
  bool writeFile(StringRef Path, StringRef Text) const;
  SourceRange getRuleRange(const Rule &R, const SourceFile *File) const;

  const RewriteOptions &Options;
  raw_ostream &OS;
  LoadedRules Loaded;
  uint64_t NumBytes = 0;
  unsigned NumFiles = 0, NumChanged = 0, NumTargets = 0;
};

} // namespace

static bool fail(const Twine &Message) {
  errs() << "otel-rewrite: error: " << Message << '\n';
  return false;
}

/// Renders what was collected; false where it has errors.
static bool render(const DiagnosticEngine &Diags) {
  renderDiagnostics(Diags.getDiagnostics(), errs(), errs().has_colors());
  return !Diags.hasErrors();
}

bool Rewriter::loadRules() {
  std::vector<std::string> Paths;
  for (const std::string &Path : Options.RulePaths) {
    if (!sys::fs::is_directory(Path)) {
      Paths.push_back(Path);
      continue;
    }
    std::error_code EC;
    std::vector<std::string> Found;
    for (sys::fs::directory_iterator It(Path, EC), End; It != End && !EC;
         It.increment(EC))
      if (isFolderRuleFile(sys::path::filename(It->path())))
        Found.push_back(It->path());
    if (EC)
      return fail(Path + ": cannot read the directory: " + EC.message());
    if (Found.empty())
      return fail(Path + ": the directory holds no rule file");
    llvm::sort(Found);
    llvm::append_range(Paths, Found);
  }
  DiagnosticEngine Diags;
  for (const std::string &Path : Paths) {
    auto File = SourceFile::open(Path);
    if (!File)
      return fail(toString(File.takeError()));
    Loaded.Files.push_back(std::move(*File));
    Loaded.Rules.addFile(*Loaded.Files.back(), Diags);
  }
  return render(Diags);
}

bool Rewriter::loadFiles(ArrayRef<std::string> Paths, Package &P) {
  DiagnosticEngine Diags;
  for (const std::string &Path : Paths) {
    auto File = SourceFile::open(Path);
    if (!File)
      return fail(toString(File.takeError()));
    P.Sources.push_back(std::move(*File));
    P.Parsed.push_back(parseFile(*P.Sources.back(), Diags));
    P.Files.push_back(P.Parsed.back().get());
  }
  if (!render(Diags))
    return false;
  for (const ParsedFile *F : P.Files) {
    StringRef Name = F->Root->PackageName->getText(F->Tokens);
    if (P.Info.Name.empty())
      P.Info.Name = Name.str();
    else if (Name != P.Info.Name)
      return fail(F->Source.getName() + " belongs to package " + Name +
                  ", the files before it to " + P.Info.Name +
                  "; give the files of one package");
  }
  setInfo(P.Info, P.Info.Name);
  return true;
}

void Rewriter::setInfo(PackageInfo &Info, StringRef Name) const {
  Info.Name = Name.str();
  Info.ImportPath = Options.ImportPath.empty() ? Info.Name : Options.ImportPath;
  Info.LinkPath = Info.Name == "main" ? "main" : Info.ImportPath;
  Info.ModulePath = Info.ImportPath;
  Info.Version = Options.ModuleVersion;
  Info.GoVersion = Options.GoVersion;
  Info.IsMain = Info.Name == "main";
  Info.IsRoot = true;
}

SourceRange Rewriter::getRuleRange(const Rule &R,
                                   const SourceFile *File) const {
  if (!File)
    return {};
  uint32_t Begin = File->getLineStart(R.Position.Line) + R.Position.Column - 1;
  return {Begin, Begin + static_cast<uint32_t>(R.Name.size())};
}

/// A rule that names its function exactly and does not reach it deserves a
/// warning; for one with a pattern it is normal.
void Rewriter::warn(const Package &P, const MatchResult &Result,
                    DiagnosticEngine &Diags) const {
  ArrayRef<Rule> Rules = Loaded.Rules.getRules();
  for (const Refusal &F : Result.Refusals) {
    const Rule &R = Rules[F.Rule];
    if (F.Reason == RefusalReason::Ignored)
      continue; // as its author wants it
    if (!F.Func) {
      const SourceFile *File = Loaded.findFile(R.File);
      Diags.report(diag::warn_match_package_refused, File,
                   getRuleRange(R, File), {R.Name, F.Message});
    } else if (R.isExact()) {
      const ParsedFile &File = *P.Files[F.File];
      Diags.report(diag::warn_match_refused, File.Source,
                   F.Func->Name->getRange(File.Tokens),
                   {R.Name, F.FuncName, F.Message});
    }
  }
  for (unsigned U : Result.Unmatched) {
    const Rule &R = Rules[U];
    const SourceFile *File = Loaded.findFile(R.File);
    Diags.report(
        diag::warn_match_none, File, getRuleRange(R, File),
        {R.Name, P.Info.ImportPath, explainUnmatched(R, P.Info, P.Files)});
  }
  if (!Rules.empty() && selectRules(Loaded.Rules, P.Info).empty()) {
    std::string Advice;
    for (const Rule &R : Rules)
      if (Advice.empty())
        Advice = explainVersionMismatch(R, P.Info);
    if (Advice.empty())
      Advice = "name the package with --import-path";
    Diags.report(diag::warn_match_no_rule, nullptr, {},
                 {P.Info.ImportPath, Advice});
  }
}

bool Rewriter::rewriteByRules(Package &P, InstrumentedPackage &Out) {
  MatchResult Matches = matchPackage(P.Info, P.Files, Loaded.Rules);
  if (Options.Output == RewriteOptions::Kind::DumpMatches) {
    dumpMatches(P, Matches);
    return true;
  }
  DiagnosticEngine Diags;
  if (Options.Output != RewriteOptions::Kind::Verify &&
      Options.Output != RewriteOptions::Kind::Time)
    warn(P, Matches, Diags);
  InstrumentOptions Instrument;
  for (const ParsedFile *F : P.Files) {
    SmallString<256> Path(F->Source.getName());
    if (!Path.starts_with("<"))
      sys::fs::make_absolute(Path);
    Instrument.LineNames.push_back(std::string(Path));
  }
  Instrument.SelfContained = Options.Output == RewriteOptions::Kind::Text;
  Instrument.HeapContext = Options.HeapContext;
  // Of files to add: their packages' folders are named by --package.
  for (const Match &M : Matches.Matches)
    for (const Action &A : Loaded.Rules.getRules()[M.Rule].Do)
      if (auto F = getFile(A))
        for (StringRef Given : Options.Packages) {
          auto [Path, Dir] = Given.split('=');
          if (Path != F->Path)
            continue;
          SmallString<256> Name(Dir);
          sys::path::append(Name, F->File);
          auto File = SourceFile::open(Name);
          if (!File)
            return fail(toString(File.takeError()));
          Instrument.AddedFiles.push_back(
              {F->Path, F->File, (*File)->getBytes().str()});
        }
  Out = instrumentPackage(P.Info, P.Files, Loaded.Rules, Matches, Instrument,
                          Diags);
  return render(Diags);
}

bool Rewriter::rewrite(Package &P) {
  InstrumentedPackage Out;
  if (Options.PatchRuntime) {
    DiagnosticEngine Diags;
    InstrumentOptions Instrument;
    for (const ParsedFile *F : P.Files) {
      SmallString<256> Path(F->Source.getName());
      sys::fs::make_absolute(Path);
      Instrument.LineNames.push_back(std::string(Path));
    }
    auto Patched =
        instrumentRuntime(P.Files, Options.GoVersion, Instrument, Diags);
    if (!render(Diags) || !Patched)
      return false;
    Out = std::move(*Patched);
  } else if (!rewriteByRules(P, Out)) {
    return false;
  }
  return write(P, Out);
}

void Rewriter::dumpMatches(const Package &P, const MatchResult &Result) const {
  ArrayRef<Rule> Rules = Loaded.Rules.getRules();
  std::vector<TargetInfo> Targets =
      describeTargets(P.Info, P.Files, Loaded.Rules, Result);
  for (const TargetInfo &T : Targets) {
    OS << T.Position << ": match " << T.FuncName << " slot " << T.SlotName
       << '\n';
    for (const TargetHook &H : T.Hooks) {
      OS << "  rule " << H.Rule << " of " << H.Library << ": " << H.Path;
      if (!H.Before.empty())
        OS << " before " << H.Before;
      if (!H.After.empty())
        OS << " after " << H.After;
      OS << '\n';
    }
  }
  for (const Match &M : Result.Matches) {
    const Rule &R = Rules[M.Rule];
    for (const Action &A : R.Do) {
      if (auto H = getHooks(A); H && H->IsForeign)
        continue;
      if (M.Place) {
        const ParsedFile &File = *P.Files[M.File];
        PresumedPosition At =
            LineDirectives(File.Tokens)
                .getPresumed(M.Place->getRange(File.Tokens).Begin);
        OS << At.FileName << ':' << At.Line << ':' << At.Column << ": ";
      }
      OS << getKindName(A) << ' ' << M.Name << " (rule " << R.Name << " of "
         << R.Library << ")\n";
    }
  }
  std::optional<LineDirectives> Lines; // of LinesFile; refusals are in order
  unsigned LinesFile = 0;
  for (const Refusal &F : Result.Refusals) {
    if (F.Func) {
      const ParsedFile &File = *P.Files[F.File];
      if (!Lines || LinesFile != F.File)
        Lines.emplace(File.Tokens);
      LinesFile = F.File;
      PresumedPosition At =
          Lines->getPresumed(File.Tokens.begin(F.Func->Name->First));
      OS << At.FileName << ':' << At.Line << ':' << At.Column << ": ";
    }
    OS << "refused " << (F.Func ? F.FuncName + " " : "") << F.Message
       << " (rule " << Rules[F.Rule].Name << ")\n";
  }
  for (unsigned U : Result.Unmatched)
    OS << "no match for rule " << Rules[U].Name << ": "
       << explainUnmatched(Rules[U], P.Info, P.Files) << '\n';
}

void Rewriter::dumpEdits(const Package &P,
                         const InstrumentedPackage &Out) const {
  for (const InstrumentedFile &F : Out.Files) {
    const SourceFile &Source = P.Files[F.Index]->Source;
    for (const Edit &E : F.Edits.getEdits()) {
      LineColumn At = Source.getLineColumn(E.Range.Begin);
      OS << Source.getName() << ':' << At.Line << ':' << At.Column << ": ";
      if (E.isInsertion()) {
        OS << "insert";
      } else {
        OS << "replace \"";
        OS.write_escaped(Source.getText(E.Range)) << "\" by";
      }
      OS << " \"";
      OS.write_escaped(E.Text) << "\" (" << E.Owner << ")\n";
    }
  }
}

bool Rewriter::writeFile(StringRef Path, StringRef Text) const {
  std::error_code EC;
  raw_fd_ostream File(Path, EC);
  if (!EC) {
    File << Text;
    File.close();
    EC = File.error();
    File.clear_error();
  }
  return !EC || fail(Path + ": cannot write: " + EC.message());
}

/// Tokens and trivia must make up the file, and the tree be consistent.
static bool verifyParsed(const ParsedFile &File) {
  for (const std::string &Problem :
       {File.Tokens.verify(), verifyTree(*File.Root, File.Tokens)})
    if (!Problem.empty())
      return fail(File.Source.getName() + ": " + Problem);
  return true;
}

/// Takes the edits out of the rewritten text again: what is left must be the
/// source, byte for byte. A changed file must also parse, and both trees be
/// consistent.
bool Rewriter::verify(const Package &P, const InstrumentedPackage &Out) {
  std::map<unsigned, const InstrumentedFile *> Changed;
  for (const InstrumentedFile &F : Out.Files)
    Changed[F.Index] = &F;
  bool IsGood = true;
  for (unsigned I = 0; I < P.Files.size(); ++I) {
    const SourceFile &Source = P.Files[I]->Source;
    IsGood &= verifyParsed(*P.Files[I]);
    ++NumFiles;
    NumBytes += Source.size();
    auto It = Changed.find(I);
    EditSet None;
    const EditSet &Edits = It == Changed.end() ? None : It->second->Edits;
    std::string Text = Edits.apply(Source.getBytes());
    std::string Restored;
    size_t At = 0, From = 0;
    for (const Edit &E : Edits.getEdits()) {
      Restored += StringRef(Text).substr(At, E.Range.Begin - From);
      At += E.Range.Begin - From + E.Text.size();
      Restored += Source.getText(E.Range);
      From = E.Range.End;
    }
    Restored += StringRef(Text).substr(At);
    if (Restored != Source.getBytes())
      IsGood = fail(Source.getName() + ": bytes outside the edits changed");
    if (It == Changed.end())
      continue;
    ++NumChanged;
    auto Copy =
        SourceFile::fromString((Source.getName() + " (rewritten)").str(), Text);
    DiagnosticEngine Diags;
    auto Parsed = parseFile(*Copy, Diags);
    IsGood &= render(Diags) && verifyParsed(*Parsed);
  }
  NumTargets += Out.Targets.size();
  return IsGood;
}

bool Rewriter::write(const Package &P, const InstrumentedPackage &Out) {
  auto textOf = [&](unsigned Index) -> StringRef {
    for (const InstrumentedFile &F : Out.Files)
      if (F.Index == Index)
        return F.Text;
    return P.Files[Index]->Source.getBytes();
  };
  switch (Options.Output) {
  case RewriteOptions::Kind::Text:
    if (!Options.OutputFile.empty())
      return writeFile(Options.OutputFile, textOf(0));
    OS << textOf(0);
    return true;
  case RewriteOptions::Kind::Directory: {
    if (std::error_code EC = sys::fs::create_directories(Options.OutputDir))
      return fail(Options.OutputDir + ": cannot create: " + EC.message());
    auto write = [&](StringRef Name, StringRef Text) {
      SmallString<256> Path(Options.OutputDir);
      sys::path::append(Path, Name);
      return writeFile(Path, Text);
    };
    bool IsGood = true;
    for (unsigned I = 0; I < P.Files.size(); ++I)
      IsGood &=
          write(sys::path::filename(P.Files[I]->Source.getName()), textOf(I));
    for (const GeneratedFile &G : Out.Generated)
      IsGood &= write(G.Name, G.Text);
    return IsGood;
  }
  case RewriteOptions::Kind::Diff: {
    for (const InstrumentedFile &F : Out.Files)
      writeUnifiedDiff(P.Files[F.Index]->Source, F.Edits, OS);
    for (const GeneratedFile &G : Out.Generated) {
      EditSet All;
      auto Empty = SourceFile::fromString(G.Name, "");
      if (All.insert(0, G.Text, "otel"))
        llvm_unreachable("a set of one edit has no conflict");
      writeUnifiedDiff(*Empty, All, OS);
    }
    return true;
  }
  case RewriteOptions::Kind::DumpEdits:
    dumpEdits(P, Out);
    return true;
  case RewriteOptions::Kind::DumpMatches:
  case RewriteOptions::Kind::Time:
    return true;
  case RewriteOptions::Kind::Verify:
    return verify(P, Out);
  }
  llvm_unreachable("unknown output");
}

/// From bytes in memory to the rewritten bytes, in CPU time.
bool Rewriter::time(ArrayRef<std::string> Paths) {
  MapVector<StringRef, std::vector<std::unique_ptr<SourceFile>>> Directories;
  uint64_t Bytes = 0;
  for (const std::string &Path : Paths) {
    auto File = SourceFile::open(Path);
    if (!File)
      return fail(toString(File.takeError()));
    Bytes += (*File)->size();
    Directories[sys::path::parent_path(Path)].push_back(std::move(*File));
  }
  for (unsigned Round = 0; Round < Options.Rounds; ++Round) {
    double Parsing = 0, Rewriting = 0;
    size_t Targets = 0, OutBytes = 0;
    for (auto &[Directory, Sources] : Directories) {
      double Start = getCpuSeconds();
      std::vector<std::unique_ptr<ParsedFile>> Parsed;
      DiagnosticEngine Diags;
      for (const auto &Source : Sources)
        Parsed.push_back(parseFile(*Source, Diags));
      if (!render(Diags))
        return false;
      double Middle = getCpuSeconds();
      std::map<StringRef, Package> Packages;
      for (const auto &F : Parsed)
        Packages[F->Root->PackageName->getText(F->Tokens)].Files.push_back(
            F.get());
      for (auto &[Name, P] : Packages) {
        setInfo(P.Info, Name);
        InstrumentedPackage Out;
        if (!rewriteByRules(P, Out))
          return false;
        Targets += Out.Targets.size();
        for (const InstrumentedFile &F : Out.Files)
          OutBytes += F.Text.size();
      }
      Parsing += Middle - Start;
      Rewriting += getCpuSeconds() - Middle;
    }
    double MB = Bytes / 1e6;
    OS << formatv("{0} files, {1:F1} MB, {2} functions, {3:F1} MB written: "
                  "parse {4:F1} MB/s, match and instrument {5:F1} MB/s, both "
                  "{6:F1} MB/s\n",
                  Paths.size(), MB, Targets, OutBytes / 1e6, MB / Parsing,
                  MB / Rewriting, MB / (Parsing + Rewriting));
  }
  return true;
}

int Rewriter::run(ArrayRef<std::string> Paths) {
  if (!loadRules())
    return 1;
  if (Options.Output == RewriteOptions::Kind::Time)
    return !time(Paths);
  if (Options.Output != RewriteOptions::Kind::Verify) {
    Package P;
    return !loadFiles(Paths, P) || !rewrite(P);
  }
  // Files of a directory belong together, by the package they name.
  MapVector<StringRef, std::vector<std::string>> Directories;
  for (const std::string &Path : Paths)
    Directories[sys::path::parent_path(Path)].push_back(Path);
  bool IsGood = true;
  for (auto &[Directory, Members] : Directories) {
    std::map<std::string, Package> Packages;
    for (const std::string &Path : Members) {
      Package One;
      if (!loadFiles(Path, One)) {
        IsGood = false;
        continue;
      }
      Package &P = Packages[One.Info.Name];
      P.Info = One.Info;
      P.Files.push_back(One.Files[0]);
      P.Sources.push_back(std::move(One.Sources[0]));
      P.Parsed.push_back(std::move(One.Parsed[0]));
    }
    for (auto &[Name, P] : Packages)
      IsGood &= rewrite(P);
  }
  OS << NumFiles << " files, " << NumBytes << " bytes, " << NumTargets
     << " functions instrumented in " << NumChanged << " files; "
     << (IsGood ? "all bytes outside the edits are as they were\n"
                : "there are differences\n");
  return !IsGood;
}

int otelrewrite::rewriteFiles(ArrayRef<std::string> Paths,
                              const RewriteOptions &Options, raw_ostream &OS) {
  if (Options.Output == RewriteOptions::Kind::Text && Paths.size() != 1) {
    fail("several files do not make one text; write them to a directory with "
         "-d, or use --diff");
    return 2;
  }
  return Rewriter(Options, OS).run(Paths);
}
