//===- Changes.cpp - what the compiler was given instead ------------------===//

#include "otelrewrite/Answers/Changes.h"

#include "Paint.h"

#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Rewrite/UnifiedDiff.h"
#include "otelrewrite/Toolexec/CompileRewriter.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace otelrewrite;

/// The plans that the marks in \p Build's flags name, in their order.
static std::vector<std::string> getMarks(const PreparedBuild &Build) {
  std::vector<std::string> Out;
  StringSet<> Seen;
  for (StringRef Flag : Build.Flags)
    while (true) {
      size_t At = Flag.find(MarkFlag);
      if (At == StringRef::npos)
        break;
      Flag = Flag.drop_front(At + MarkFlag.size());
      StringRef Hash = Flag.take_while([](char C) { return isHexDigit(C); });
      if (!Hash.empty() && Seen.insert(Hash).second)
        Out.push_back(Hash.str());
    }
  return Out;
}

static bool fits(StringRef ImportPath, StringRef Only) {
  return Only.empty() || ImportPath == Only ||
         ImportPath.ends_with(("/" + Only).str());
}

static void findFunctions(ChangedFile &File, const ParsedFile &Parsed) {
  for (const Decl *D : Parsed.Root->Decls) {
    const auto *Func = dyn_cast<FuncDecl>(D);
    if (!Func || !Func->Name || !Func->Body)
      continue;
    SourceRange R = Func->getRange(Parsed.Tokens);
    if (any_of(File.Edits.getEdits(), [&](const Edit &E) {
          return R.Begin < E.Range.Begin && E.Range.End <= R.End;
        }))
      File.Functions.push_back({getFuncName(Parsed, *Func), R});
  }
}

static Expected<ChangedPackage> rewrite(const ProgramView &V,
                                        const GoPackage &P, const Plan &Plan,
                                        StringRef GoVersion) {
  ChangedPackage Out;
  Out.ImportPath = P.getPath().str();
  Out.Version = describeOrigin(P);
  Out.IsRuntime = Plan.Type == Plan::Kind::Runtime;
  // As the go command would call the compiler, as far as a rewrite looks.
  PackageInfo Info = getPackageInfo(P);
  std::vector<std::string> Args{"-o",          "/otel/_pkg_.a", "-p",
                                Info.LinkPath, "-goversion",    GoVersion.str(),
                                "-pack"};
  if (!Info.GoLang.empty()) {
    auto [Major, Rest] = StringRef(Info.GoLang).split('.');
    Args.push_back(("-lang=" + Major + "." + Rest.split('.').first).str());
  }
  append_range(Args, getSourcePaths(P, V.Replaced));
  auto Command = CompileCommand::parse(std::move(Args));
  if (!Command)
    return Command.takeError();
  SourcePackage Package;
  DiagnosticEngine Diags;
  auto Result =
      rewriteCompile(std::move(*Command), Plan, Out.ImportPath, Package, Diags);
  if (!Result)
    return Result.takeError();
  for (RewrittenCompile::Output &O : Result->Outputs) {
    ChangedFile File;
    if (O.Original.empty()) {
      File.Name = joinPath(shortenPath(V, P.Dir), sys::path::filename(O.Path));
      File.Text = std::move(O.Text);
    } else {
      auto Source = SourceFile::open(O.Original);
      if (!Source)
        return Source.takeError();
      File.Original = std::move(*Source);
      File.Name = shortenPath(V, O.Original);
      File.Edits = std::move(O.Edits);
      for (const ParsedFile *Parsed : Package.getFiles())
        if (Parsed->Source.getName() == O.Original)
          findFunctions(File, *Parsed);
    }
    Out.Files.push_back(std::move(File));
  }
  if (!Plan.Importer.empty()) {
    ChangedFile File;
    File.Name = joinPath(shortenPath(V, P.Dir), ImporterFile);
    File.Text = Plan.Importer;
    Out.Files.push_back(std::move(File));
  }
  return Out;
}

Expected<std::vector<ChangedPackage>>
otelrewrite::collectChanges(const ProgramView &V, const PreparedBuild &Build,
                            StringRef PlansDir, StringRef GoVersion,
                            StringRef Only) {
  std::vector<ChangedPackage> Out;
  for (const std::string &Mark : getMarks(Build)) {
    std::string File = joinPath(PlansDir, Mark);
    auto Bytes = readFile(File);
    if (!Bytes)
      return Bytes.takeError();
    auto Plan = Plan::deserialize(*Bytes);
    if (!Plan)
      return createFileError(File, Plan.takeError());
    StringRef Path = Plan->Type == Plan::Kind::Runtime
                         ? StringRef("runtime")
                         : StringRef(Plan->Package.ImportPath);
    if (!fits(Path, Only) && Only != Plan->Package.Name)
      continue;
    const GoPackage *P = V.Graph.find(Path);
    if (!P)
      continue; // external tests alone
    auto Changed = rewrite(V, *P, *Plan, GoVersion);
    if (!Changed)
      return Changed.takeError();
    Out.push_back(std::move(*Changed));
  }
  return Out;
}

bool otelrewrite::keepFunction(ChangedPackage &P, StringRef Function) {
  std::vector<ChangedFile> Kept;
  for (ChangedFile &File : P.Files)
    for (const auto &[Name, Range] : File.Functions) {
      StringRef N = Name;
      // T.M for (*T).M as well.
      std::string Plain = N.starts_with("(*")
                              ? N.drop_front(2).split(").").first.str() + "." +
                                    N.split(").").second.str()
                              : Name;
      if (N != Function && Plain != Function)
        continue;
      EditSet Inside;
      for (const Edit &E : File.Edits.getEdits())
        if (Range.Begin < E.Range.Begin && E.Range.End <= Range.End)
          (void)Inside.add(E);
      File.Edits = std::move(Inside);
      Kept.push_back(std::move(File));
      break;
    }
  P.Files = std::move(Kept);
  return !P.Files.empty();
}

/// Colours whole lines by their first characters.
static void paintDiff(StringRef Text, raw_ostream &OS, const Paint &P) {
  while (!Text.empty()) {
    StringRef Line;
    std::tie(Line, Text) = Text.split('\n');
    if (Line.starts_with("+++") || Line.starts_with("---"))
      OS << P.bold(Line);
    else if (Line.starts_with("@@"))
      OS << P.in("36", Line);
    else if (Line.starts_with("+"))
      OS << P.in("32", Line);
    else if (Line.starts_with("-"))
      OS << P.in("31", Line);
    else
      OS << Line;
    OS << '\n';
  }
}

void otelrewrite::writeDiff(const ChangedPackage &P, raw_ostream &OS,
                            bool Colour) {
  for (const ChangedFile &File : P.Files) {
    std::string Text;
    raw_string_ostream Buffer(Text);
    if (File.Original) {
      auto Named = SourceFile::fromString(File.Name, File.Original->getBytes());
      writeUnifiedDiff(*Named, File.Edits, Buffer);
    } else {
      auto N = StringRef(File.Text).count('\n');
      Buffer << "--- /dev/null\n+++ " << File.Name << "\n@@ -0,0 +1," << N
             << " @@\n";
      SmallVector<StringRef> Lines;
      StringRef(File.Text).rtrim('\n').split(Lines, '\n');
      for (StringRef Line : Lines)
        Buffer << '+' << Line << '\n';
    }
    if (Colour)
      paintDiff(Text, OS, Paint(true));
    else
      OS << Text;
  }
}
