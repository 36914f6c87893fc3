//===- RuntimePatch.cpp - the edits of package runtime --------------------===//
//
// The anchors are looked for in the tree, not in the text, so that formatting
// and comments do not matter. A later release that needs other edits gets a row
// of its own in the table.
//
//===----------------------------------------------------------------------===//

#include "otelrewrite/Instrument/RuntimePatch.h"

#include "FileEditor.h"

#include "otelrewrite/AST/Walk.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace otelrewrite;

static constexpr StringLiteral ContextFile =
#include "go/otel_context.inc"
    ;

namespace {

/// One edit of package runtime.
struct Anchor {
  enum class Kind : uint8_t {
    StructEnd, ///< before the `}` of struct type Decl
    Statement, ///< behind the one statement Text of function Decl
  };
  Kind Type;
  StringLiteral File;
  StringLiteral Decl;
  StringLiteral Text;
  StringLiteral Insert;
};

/// The edits for releases from First, an inclusive bound, to Last, an exclusive
/// one that may be open.
struct Patch {
  StringLiteral First, Last;
  ArrayRef<Anchor> Anchors;
};

} // namespace

// The last field of g changes the offset of no other, which assembly relies
// on. Goroutines inherit where they inherit profiler labels, and give up what
// they hold where they give up those. A goroutine that stands for a thread of C
// is never destroyed: it gives up what it holds when the callback returns.
static constexpr Anchor FieldOfG = {Anchor::Kind::StructEnd, "runtime2.go", "g",
                                    "", "otel otelG; "};
static constexpr Anchor Inherit = {
    Anchor::Kind::Statement, "proc.go", "newproc1",
    "newg.labels = mp.curg.labels",
    "; if callergp.otel.ctx != nil || callergp.otel.suppressed || "
    "callergp.otel.inHook != otelNoHook { otelInherit(newg, callergp) }"};
static constexpr Anchor Clear = {Anchor::Kind::Statement, "proc.go", "gdestroy",
                                 "gp.labels = nil", "; otelClear(gp)"};
static constexpr Anchor MainEnds = {Anchor::Kind::Statement, "proc.go", "main",
                                    "fn()", "; otelMainEnds()"};
static constexpr Anchor CallbackEnds = {Anchor::Kind::Statement, "cgocall.go",
                                        "cgocallbackg1", "cb(frame)",
                                        "; otelCallbackEnds(gp)"};

/// Where gopanic has run all deferred functions and called the panic value's
/// String method, and nothing is printed yet. In a bubble of testing/synctest
/// time does not pass while somebody waits, so that nothing can be sent there.
static constexpr Anchor dies(StringLiteral Insert) {
  return {Anchor::Kind::Statement, "panic.go", "gopanic", "preprintpanics(&p)",
          Insert};
}

static constexpr Anchor Go123[] = {
    FieldOfG, Inherit, Clear, MainEnds, CallbackEnds, dies("; otelDies()")};
static constexpr Anchor Go124[] = {
    FieldOfG, Inherit,      Clear,
    MainEnds, CallbackEnds, dies("; if gp.syncGroup == nil { otelDies() }")};
static constexpr Anchor Go125[] = {
    FieldOfG, Inherit,      Clear,
    MainEnds, CallbackEnds, dies("; if gp.bubble == nil { otelDies() }")};

static const Patch Patches[] = {{"v1.23.0-0", "v1.24.0-0", Go123},
                                {"v1.24.0-0", "v1.25.0-0", Go124},
                                {"v1.25.0-0", "", Go125}};

bool otelrewrite::isPatchedRuntimeFile(StringRef BaseName) {
  for (const Patch &P : Patches)
    for (const Anchor &A : P.Anchors)
      if (A.File == BaseName)
        return true;
  return false;
}

std::string otelrewrite::getRuntimePatchFingerprint() {
  std::string Bytes = ContextFile.str();
  for (const Patch &P : Patches) {
    Bytes += P.First;
    Bytes += P.Last;
    for (const Anchor &A : P.Anchors)
      for (StringRef S : {A.File, A.Decl, A.Text, A.Insert})
        (Bytes += S) += '\0';
  }
  auto Hash = BLAKE3::hash<16>(ArrayRef<uint8_t>(
      reinterpret_cast<const uint8_t *>(Bytes.data()), Bytes.size()));
  return toHex(Hash, /*LowerCase=*/true);
}

static const Patch *findPatch(StringRef GoVersion) {
  std::optional<Version> V = Version::parse(GoVersion);
  for (const Patch &P : llvm::reverse(Patches)) {
    VersionRange R{Version::parse(P.First), Version::parse(P.Last)};
    if (!V || R.contains(*V))
      return &P;
  }
  return nullptr;
}

/// Offsets at which \p A fits in \p File.
static SmallVector<uint32_t> findAnchor(const Anchor &A,
                                        const ParsedFile &File) {
  SmallVector<uint32_t> Found;
  const TokenBuffer &T = File.Tokens;
  for (const Decl *D : File.Root->Decls) {
    if (const auto *G = dyn_cast<GenDecl>(D);
        G && A.Type == Anchor::Kind::StructEnd) {
      for (const Node *N : G->Specs)
        if (const auto *S = dyn_cast<TypeSpec>(N);
            S && S->Name->getText(T) == A.Decl)
          if (const auto *Struct = dyn_cast<StructType>(S->Type))
            Found.push_back(T.begin(Struct->Last));
    }
    const auto *F = dyn_cast<FuncDecl>(D);
    if (!F || A.Type != Anchor::Kind::Statement || !F->Body ||
        F->Name->getText(T) != A.Decl)
      continue;
    walkTree(*F->Body, [&](const Node &N) {
      if ((isa<AssignStmt>(N) || isa<ExprStmt>(N)) && N.getText(T) == A.Text)
        Found.push_back(N.getRange(T).End);
      return true;
    });
  }
  return Found;
}

std::optional<InstrumentedPackage>
otelrewrite::instrumentRuntime(PackageFiles Files, StringRef GoVersion,
                               const InstrumentOptions &Options,
                               DiagnosticEngine &Diags) {
  const Patch *P = findPatch(GoVersion);
  if (!P) {
    Diags.report(diag::err_runtime_version, nullptr, {},
                 {GoVersion, Patches[0].First.drop_back(2)});
    return std::nullopt;
  }
  InstrumentedPackage Out;
  bool Failed = false;
  std::vector<std::unique_ptr<FileEditor>> Editors(Files.size());
  for (const Anchor &A : P->Anchors) {
    std::string What =
        A.Type == Anchor::Kind::StructEnd
            ? ("the end of `type " + A.Decl + " struct`").str()
            : ("statement `" + A.Text + "` in func `" + A.Decl + "`").str();
    auto It = llvm::find_if(Files, [&](const ParsedFile *F) {
      return F && sys::path::filename(F->Source.getName()) == A.File;
    });
    if (It == Files.end()) {
      Diags.report(diag::err_runtime_file, nullptr, {}, {A.File, What});
      Failed = true;
      continue;
    }
    SmallVector<uint32_t> Found = findAnchor(A, **It);
    if (Found.size() != 1) {
      SourceRange At;
      if (Found.size() > 1)
        At = {Found[1], Found[1]};
      Diags.report(diag::err_runtime_anchor, (*It)->Source, At,
                   {What, std::to_string(Found.size())});
      Failed = true;
      continue;
    }
    auto &Editor = Editors[It - Files.begin()];
    if (!Editor)
      Editor = std::make_unique<FileEditor>(**It, Diags);
    Editor->insert(Found[0], A.Insert, "the runtime patch");
  }
  if (Failed)
    return std::nullopt;
  for (unsigned I = 0; I < Files.size(); ++I) {
    if (!Editors[I])
      continue;
    InstrumentedFile F;
    F.Index = I;
    F.Edits = Editors[I]->finish(I < Options.LineNames.size()
                                     ? Options.LineNames[I]
                                     : Files[I]->Source.getName().str());
    F.Text = F.Edits.apply(Files[I]->Source.getBytes());
    Out.Files.push_back(std::move(F));
  }
  Out.Generated.push_back({"otel_context.go", ContextFile.str()});
  return Out;
}
