//===- Instrument.cpp - matches to edits and generated files --------------===//

#include "otelrewrite/Instrument/Instrument.h"

#include "FileEditor.h"
#include "FreeNames.h"
#include "PackageText.h"
#include "Trampoline.h"

#include "Kinds/Application.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"

using namespace llvm;
using namespace otelrewrite;

/// A hash of the sources that write Go text; the build fills it in.
static constexpr StringLiteral GeneratorHash =
#include "go/generator_hash.inc"
    ;

std::string otelrewrite::getTemplateFingerprint() {
  std::string Bytes = GeneratorHash.str() + getPackageTemplates();
  auto Hash = BLAKE3::hash<16>(ArrayRef<uint8_t>(
      reinterpret_cast<const uint8_t *>(Bytes.data()), Bytes.size()));
  return toHex(Hash, /*LowerCase=*/true);
}

/// One target for each function, whatever the number of rules that match it.
static std::vector<Target> collectTargets(const PackageInfo &Pkg,
                                          PackageFiles Files,
                                          const RuleSet &Rules,
                                          ArrayRef<Match> All) {
  std::vector<Target> Targets;
  // Those of rules with hooks.
  std::vector<const Match *> Hooked;
  for (const Match &M : All)
    if (M.Kind == PlaceKind::Function &&
        any_of(Rules.getRules()[M.Rule].Do, getHooks))
      Hooked.push_back(&M);
  ArrayRef<const Match *> Matches = Hooked;
  Targets.reserve(Matches.size());
  std::optional<TargetReader> Reader;
  // Matches are in the order of functions: those of one stand together, and
  // those of one file.
  while (!Matches.empty()) {
    if (Targets.empty() || Targets.back().File != Matches[0]->File)
      Reader.emplace(Pkg, *Files[Matches[0]->File], Rules);
    size_t N = 1;
    while (N < Matches.size() && Matches[N]->Func == Matches[0]->Func)
      ++N;
    Targets.push_back(Reader->describe(Matches.take_front(N)));
    Matches = Matches.drop_front(N);
  }
  return Targets;
}

bool TargetInfo::hasFrameReader() const {
  return llvm::any_of(Hooks, [](const TargetHook &H) {
    return H.BeforeForm.readsFrame() || H.AfterForm.readsFrame();
  });
}

std::vector<TargetInfo>
otelrewrite::describeTargets(const PackageInfo &Pkg, PackageFiles Files,
                             const RuleSet &Rules, const MatchResult &Matches) {
  std::vector<TargetInfo> Infos;
  for (Target &T : collectTargets(Pkg, Files, Rules, Matches.Matches))
    Infos.push_back(std::move(T.Info));
  return Infos;
}

std::vector<std::string>
otelrewrite::describeChanges(const RuleSet &Rules, const MatchResult &Matches) {
  std::vector<std::string> Out;
  for (const Match &M : Matches.Matches) {
    const Rule &R = Rules.getRules()[M.Rule];
    for (const Action &A : R.Do)
      if (!getHooks(A))
        Out.push_back((R.Name + ": " + getKindName(A) + " " + M.Name).str());
  }
  return Out;
}

/// Slots that the importer among \p Files declares: it does so where it is
/// itself part of the package.
static StringSet<> findImporterSlots(PackageFiles Files) {
  StringSet<> Slots;
  for (const ParsedFile *F : Files) {
    if (!F || !isGeneratedByTool(*F))
      continue;
    for (const Decl *D : F->Root->Decls) {
      const auto *G = dyn_cast<GenDecl>(D);
      if (!G || F->Tokens.kind(G->First) != tok::Var)
        continue;
      for (const Node *N : G->Specs)
        if (const auto *V = dyn_cast<ValueSpec>(N))
          for (const Ident *I : V->Names)
            if (I->getText(F->Tokens).starts_with("otelH"))
              Slots.insert(I->getText(F->Tokens));
    }
  }
  return Slots;
}

InstrumentedPackage
otelrewrite::instrumentPackage(const PackageInfo &Pkg, PackageFiles Files,
                               const RuleSet &Rules, const MatchResult &Matches,
                               const InstrumentOptions &Options,
                               DiagnosticEngine &Diags) {
  InstrumentedPackage Out;
  std::vector<Target> Targets =
      collectTargets(Pkg, Files, Rules, Matches.Matches);
  if (Matches.Matches.empty())
    return Out;

  MapVector<unsigned, std::unique_ptr<FileEditor>> Editors;
  auto editorOf = [&](unsigned File) -> FileEditor & {
    auto &E = Editors[File];
    if (!E)
      E = std::make_unique<FileEditor>(*Files[File], Diags);
    return *E;
  };

  std::string TailName =
      (Options.GeneratedDir.empty() ? "" : Options.GeneratedDir + "/") +
      "<generated>";
  std::string Prologue;
  raw_string_ostream PrologueStream(Prologue);
  PrologueStream.SetBufferSize(1024);
  TypeIndex Types(Files);
  StringSet<> ConstrainedTypes;
  const FreeNames Names(Files);

  MapVector<const FuncDecl *, FunctionChanges> Functions;
  std::vector<std::map<std::string, std::string>> Imports(Files.size() + 1);
  unsigned Sequence = 0;
  std::vector<std::map<std::pair<uint32_t, uint32_t>, int>> Wraps(Files.size());
  std::map<std::pair<const Node *, std::string>, std::string> Added;
  for (const Match &M : Matches.Matches) {
    const Rule &R = Rules.getRules()[M.Rule];
    for (const Action &A : R.Do) {
      if (getHooks(A))
        continue;
      // A file is added once, however many places the rule has.
      if (getFile(A) && any_of(Matches.Matches, [&](const Match &Other) {
            return &Other < &M && Other.Rule == M.Rule;
          }))
        continue;
      FunctionChanges *Function = nullptr;
      if (M.Func) {
        Function = &Functions[M.Func];
        Function->File = M.File;
        Function->Func = M.Func;
        if (Function->Owner.empty())
          Function->Owner = R.Name;
      }
      bool HasFile = M.Place != nullptr;
      Application App{Pkg,
                      Files,
                      R,
                      M,
                      HasFile ? &editorOf(M.File) : nullptr,
                      Function,
                      HasFile ? Names.getPrefix(M.File) : StringRef("_otel_"),
                      Sequence++,
                      Diags,
                      Options,
                      Out,
                      HasFile ? &Wraps[M.File] : nullptr,
                      &Added,
                      &Imports[HasFile ? M.File : Files.size()]};
      std::visit(
          [&](const auto &K) {
            if constexpr (!requires { K.hooks(); })
              apply(K, App);
          },
          A);
    }
  }
  if (Diags.hasErrors())
    return Out;

  for (Target &T : Targets) {
    const ParsedFile &File = *Files[T.File];
    FileEditor &Editor = editorOf(T.File);
    StringRef Owner = T.Info.Hooks.front().Rule;
    StringRef Prefix = Names.getPrefix(T.File);
    T.Stem = Names.getStem();
    std::string Statements;
    if (auto It = Functions.find(T.Func); It != Functions.end()) {
      T.NamesResults = It->second.NamesResults;
      Statements = std::move(It->second.Statements);
      Functions.erase(It);
    }
    analyzeSignature(T, File, Prefix);
    for (const SignatureEdit &E : T.Edits)
      Editor.replace(E.Range, E.Text, Owner);
    uint32_t Brace = File.Tokens.end(T.Func->Body->First);
    writePrologue(T, Prefix, PrologueStream);
    PrologueStream << Statements;
    PrologueStream.flush();
    Editor.insertLong(Brace, Prologue, Owner);
    Prologue.clear();
    writeTargetDecls(T, Editor.tail(TailName));
    if (T.GenericReceiver.empty() ||
        !ConstrainedTypes.insert(T.GenericReceiver).second)
      continue;
    TypeDeclaration D = Types.find(T.GenericReceiver);
    assert(D.Spec && "a match with an unknown generic receiver");
    writeConstraints(*D.Spec, Files[D.File]->Tokens,
                     editorOf(D.File).tail(TailName));
  }

  for (auto &[Func, Changes] : Functions) {
    FileEditor &Editor = editorOf(Changes.File);
    for (const SignatureEdit &E : nameSignature(
             *Func, *Files[Changes.File], Names.getPrefix(Changes.File),
             Changes.NamesParams, Changes.NamesResults))
      Editor.replace(E.Range, E.Text, Changes.Owner);
    if (!Changes.Statements.empty())
      Editor.insertLong(Files[Changes.File]->Tokens.end(Func->Body->First),
                        Changes.Statements, Changes.Owner);
  }
  for (unsigned I = 0; I < Files.size(); ++I)
    for (const auto &[Path, Alias] : Imports[I]) {
      editorOf(I).addImport(Alias + " \"" + Path + "\"");
      Out.Imports.insert(Path);
    }

  std::string Decls;
  if (!Targets.empty())
    Decls = writePackageDecls(Pkg, Targets, Names.getStem(),
                              findImporterSlots(Files), Options);
  if (Targets.empty()) {
    // Nothing is hooked.
  } else if (Options.SelfContained) {
    FileEditor &Editor = editorOf(Targets.front().File);
    Editor.addImport(Names.getStem() + "Unsafe \"unsafe\"");
    Editor.tail(TailName) << Decls;
  } else {
    Out.Generated.push_back(
        {"otel_hooks.go", writePackageFile(Pkg, Decls, Names.getStem())});
  }

  llvm::sort(Editors, [](auto &A, auto &B) { return A.first < B.first; });
  for (auto &[Index, Editor] : Editors) {
    if (!Editor->hasChanges())
      continue;
    const SourceFile &Source = Files[Index]->Source;
    std::string LineName = Index < Options.LineNames.size()
                               ? Options.LineNames[Index]
                               : Source.getName().str();
    InstrumentedFile F;
    F.Index = Index;
    F.Edits = Editor->finish(LineName);
    F.Text = F.Edits.apply(Source.getBytes());
    Out.Files.push_back(std::move(F));
  }
  for (Target &T : Targets)
    Out.Targets.push_back(std::move(T.Info));
  return Out;
}
