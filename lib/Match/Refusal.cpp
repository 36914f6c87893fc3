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
#include "llvm/ADT/SmallVector.h"

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

/// Appends the types in \p L to \p Types.
static void addTypes(const FieldList *L, SmallVectorImpl<const Expr *> &Types) {
  if (L)
    for (const Field *F : L->Fields)
      Types.push_back(F->Type);
}

/// Do the parameters and results of \p Func have types? Behind some tokens the
/// grammar takes `a[42]`, `a[b+c]` and `[...]int` for one; elsewhere, as in the
/// field that is to hold a copy, it does not.
static bool hasTypesOnly(const FuncDecl &Func) {
  SmallVector<const Expr *, 16> Types;
  addTypes(Func.Recv, Types);
  addTypes(Func.Type->Params, Types);
  addTypes(Func.Type->Results, Types);
  while (!Types.empty()) {
    const Expr *E = Types.pop_back_val();
    if (const auto *P = dyn_cast<ParenExpr>(E)) {
      Types.push_back(P->X);
    } else if (const auto *S = dyn_cast<StarExpr>(E)) {
      Types.push_back(S->X);
    } else if (const auto *A = dyn_cast<ArrayType>(E); A && A->Len) {
      Types.push_back(A->Elem);
    } else if (const auto *S = dyn_cast<SliceType>(E)) {
      Types.push_back(S->Elem);
    } else if (const auto *D = dyn_cast<EllipsisType>(E)) {
      Types.push_back(D->Elem);
    } else if (const auto *C = dyn_cast<ChanType>(E)) {
      Types.push_back(C->Elem);
    } else if (const auto *M = dyn_cast<MapType>(E)) {
      Types.push_back(M->Key);
      Types.push_back(M->Value);
    } else if (const auto *F = dyn_cast<FuncType>(E)) {
      addTypes(F->Params, Types);
      addTypes(F->Results, Types);
    } else if (const auto *S = dyn_cast<StructType>(E)) {
      for (const Field *F : S->Fields)
        Types.push_back(F->Type);
    } else if (const auto *I = dyn_cast<IndexExpr>(E)) {
      Types.push_back(I->X);
      for (const Expr *Arg : I->Indices)
        Types.push_back(Arg);
    } else if (!isa<Ident>(E) && !isa<SelectorExpr>(E) &&
               !isa<InterfaceType>(E)) {
      return false;
    }
  }
  return true;
}

/// A receiver's type arguments declare the method's type parameters.
static bool hasNamesAsTypeArgs(const IndexExpr &Instance) {
  return llvm::all_of(Instance.Indices,
                      [](const Expr *E) { return isa<Ident>(unparen(E)); });
}

//===----------------------------------------------------------------------===//
// Opt-out in the source: `//otel:ignore` before a function is for it, before
// the package clause for the file, and `//otel:ignore package` there for all
// files.
// `//otel:instrument` before a function takes it out of what its file or
// package says.
//===----------------------------------------------------------------------===//

/// Is directive `//otel:` + \p Text among the comments before token \p I?
static bool hasDirective(const ParsedFile &F, TokenIndex I, StringRef Text) {
  for (const Comment &C : F.Tokens.commentsBefore(I)) {
    StringRef Line = F.Source.getText(C.Range).rtrim();
    if (Line.consume_front("//otel:") && Line == Text &&
        F.Source.getLineColumn(C.Range.Begin).Column == 1)
      return true;
  }
  return false;
}

ObstacleFinder::ObstacleFinder(const PackageInfo &Pkg, PackageFiles Files)
    : Pkg(Pkg), Files(Files), Types(Files) {
  for (const ParsedFile *F : Files) {
    FileIsIgnored.push_back(F && hasDirective(*F, 0, "ignore"));
    PackageIsIgnored |= F && hasDirective(*F, 0, "ignore package");
  }
}

StringRef ObstacleFinder::findOptOut(unsigned File,
                                     const FuncDecl &Func) const {
  const ParsedFile &F = *Files[File];
  if (hasDirective(F, Func.First, "ignore"))
    return "is marked `//otel:ignore`";
  if ((!FileIsIgnored[File] && !PackageIsIgnored) ||
      hasDirective(F, Func.First, "instrument"))
    return "";
  return FileIsIgnored[File] ? "is in a file marked `//otel:ignore`"
                             : "is in a package marked `//otel:ignore package`";
}

std::optional<Obstacle> ObstacleFinder::find(unsigned File,
                                             const FuncDecl &Func) {
  const ParsedFile &F = *Files[File];
  StringRef Name = Func.Name->getText(F.Tokens);
  if (StringRef Why = findOptOut(File, Func); !Why.empty())
    return Obstacle{RefusalReason::Ignored, Why.str()};
  if (Name == "_")
    return Obstacle{RefusalReason::Blank,
                    "is named `_`, so that nothing can call it"};
  if (!Func.Body)
    return Obstacle{RefusalReason::NoBody,
                    "has no body: it is written in assembly or linked from "
                    "another package; hook its callers"};
  for (const Comment &C : F.Tokens.commentsBefore(Func.First)) {
    StringRef Text = F.Source.getText(C.Range);
    if (!Text.consume_front("//go:") ||
        F.Source.getLineColumn(C.Range.Begin).Column != 1)
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
  if (!hasTypesOnly(Func) ||
      (Recv.Instance && !hasNamesAsTypeArgs(*Recv.Instance)))
    return Obstacle{RefusalReason::IllFormed,
                    "has something in its signature that is no type; the "
                    "compiler will say what"};
  if (Recv.Instance) {
    StringRef Base = Recv.Base->getText(F.Tokens);
    TypeDeclaration D = Types.find(Base);
    if (!D.Spec || !D.Spec->TypeParams)
      return Obstacle{RefusalReason::GenericReceiver,
                      ("has the generic receiver `" + Base +
                       "`, whose declaration is in none of the files given; "
                       "give the whole package")
                          .str()};
  }
  return std::nullopt;
}
