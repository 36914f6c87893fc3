//===- Refusal.cpp - what cannot be instrumented, and why -----------------===//
//
// A hook runs ordinary Go: it may grow the stack, allocate, block and be
// preempted. Functions that must not do so say it with a directive, live in a
// package below the runtime, or are in the short list of functions that the
// runtime calls on its own stack.
//
//===----------------------------------------------------------------------===//

#include "Refusal.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace otelrewrite;

/// `go list -deps runtime` of Go 1.21 to 1.26, without internal/runtime and
/// runtime/internal.
static constexpr StringRef RuntimePackages[] = {
    "internal/abi",
    "internal/asan",
    "internal/bytealg",
    "internal/byteorder",
    "internal/chacha8rand",
    "internal/coverage/rtcov",
    "internal/cpu",
    "internal/goarch",
    "internal/godebugs",
    "internal/goexperiment",
    "internal/goos",
    "internal/msan",
    "internal/profilerecord",
    "internal/race",
    "internal/strconv",
    "internal/stringslite",
    "internal/trace/tracev2",
    "math/bits",
    "runtime",
    "runtime/asan",
    "runtime/cgo",
    "runtime/msan",
    "runtime/race",
    "unsafe",
};

bool otelrewrite::isRuntimePackage(StringRef ImportPath) {
  return ImportPath.starts_with("internal/runtime/") ||
         ImportPath.starts_with("runtime/internal/") ||
         llvm::is_contained(RuntimePackages, ImportPath);
}

/// Functions with a body that the runtime itself calls, on the scheduler's
/// stack or with the world stopped.
static constexpr struct {
  StringRef Package, Function;
} RuntimeCallbacks[] = {
    {"sync", "poolCleanup"},
    {"time", "goFunc"},
    {"time", "sendTime"},
};

/// What a `//go:` directive means for a call in the function's prologue; empty
/// where it means nothing.
static StringRef explainPragma(StringRef Pragma) {
  if (Pragma == "nosplit" || Pragma == "uintptrkeepalive" ||
      Pragma == "cgo_unsafe_args")
    return "it must not grow the stack";
  if (Pragma == "systemstack")
    return "it runs on the scheduler's stack";
  if (Pragma == "nowritebarrier" || Pragma == "nowritebarrierrec" ||
      Pragma == "yeswritebarrierrec")
    return "it must not write pointers";
  if (Pragma == "norace")
    return "it runs where the race detector must not, as a forked child does";
  return "";
}

std::optional<Obstacle> otelrewrite::findObstacle(const PackageInfo &Pkg,
                                                  PackageFiles Files,
                                                  unsigned File,
                                                  const FuncDecl &Func) {
  const ParsedFile &F = *Files[File];
  StringRef Name = Func.Name->getText(F.Tokens);
  if (Name == "_")
    return Obstacle{RefusalReason::Blank,
                    "is named `_`, so that nothing can call it"};
  if (!Func.Body)
    return Obstacle{RefusalReason::NoBody,
                    "has no body: it is written in assembly or linked from "
                    "another package; hook its callers"};
  for (const Comment &C : F.Tokens.commentsBefore(Func.First)) {
    StringRef Text = F.Source.getText(C.Range);
    if (F.Source.getLineColumn(C.Range.Begin).Column != 1 ||
        !Text.consume_front("//go:"))
      continue;
    StringRef Pragma = Text.take_until([](char C) { return C == ' '; }).rtrim();
    if (StringRef Why = explainPragma(Pragma); !Why.empty())
      return Obstacle{
          RefusalReason::Pragma,
          ("is marked `//go:" + Pragma + "`: " + Why + "; hook its callers")
              .str()};
  }
  for (const auto &C : RuntimeCallbacks)
    if (C.Package == Pkg.ImportPath && C.Function == Name && !Func.Recv)
      return Obstacle{RefusalReason::RuntimeCallback,
                      "is called by the runtime where no hook can run"};
  ReceiverInfo Recv = getReceiver(Func);
  if (Recv.Instance) {
    StringRef Base = Recv.Base->getText(F.Tokens);
    // The compiler says what is wrong with it, if the function is left alone.
    if (!llvm::all_of(Recv.Instance->Indices,
                      [](const Expr *E) { return isa<Ident>(unparen(E)); }))
      return Obstacle{RefusalReason::GenericReceiver,
                      ("has type arguments on its receiver `" + Base +
                       "` that are no names")
                          .str()};
    TypeDeclaration D = findType(Files, Base);
    if (!D.Spec || !D.Spec->TypeParams)
      return Obstacle{RefusalReason::GenericReceiver,
                      ("has the generic receiver `" + Base +
                       "`, whose declaration is in none of the files given; "
                       "give the whole package")
                          .str()};
  }
  return std::nullopt;
}
