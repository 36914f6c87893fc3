//===- Trampoline.cpp - the Go text of one target -------------------------===//
//
// The prologue copies parameters into a struct, runs the before hook on it and
// copies them back: taking the parameters' own addresses would move them to the
// heap even with hooks off. Nothing in it is spelled with a predeclared name,
// since parameters may hide those.
//
// The frame of a target with an after hook is a second struct: pointers to the
// first and to the results, which the deferred call reads and writes where they
// are. They are two because escape analysis does not tell fields apart: with
// the results' addresses beside the parameters' copies, a parameter that is
// kept would move the results to the heap. The argument of the deferred call
// keeps the frame, and what it points to, alive. Without an after hook the
// frame is the one struct, and holds the results of a skipped call.
//
//===----------------------------------------------------------------------===//

#include "Trampoline.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace otelrewrite;

namespace {
/// A value of a frame: a field's name, written where it is needed.
struct FrameField {
  char Kind; ///< p or r
  size_t Number;
};
} // namespace

static raw_ostream &operator<<(raw_ostream &OS, FrameField F) {
  OS << F.Kind;
  // Most functions have few.
  return F.Number < 10 ? OS << static_cast<char>('0' + F.Number)
                       : OS << F.Number;
}

/// Calls \p F with each number below \p N, with commas in between.
template <typename Fn> static void list(raw_ostream &OS, size_t N, Fn F) {
  for (size_t I = 0; I < N; ++I) {
    if (I)
      OS << ", ";
    F(I);
  }
}

/// `[K, V]`, or nothing.
static std::string typeArgs(const Target &T) {
  if (T.TypeParams.empty())
    return "";
  std::string Out = "[";
  for (const TypeParam &P : T.TypeParams)
    Out += (Out.size() > 1 ? ", " : "") + P.Name;
  return Out + "]";
}

/// `[K constraint, V constraint]`, or nothing.
static std::string typeParams(const Target &T) {
  if (T.TypeParams.empty())
    return "";
  std::string Out = "[";
  for (const TypeParam &P : T.TypeParams)
    Out += (Out.size() > 1 ? ", " : "") + P.Name + " " + P.Constraint;
  return Out + "]";
}

void otelrewrite::writePrologue(const Target &T, StringRef P, raw_ostream &OS) {
  size_t NumParams = T.Params.size(), NumResults = T.Results.size();
  bool HasPointers = T.hasFrameOfPointers();
  std::string Args = typeArgs(T);
  // The variable that has the copies of the parameters, and the frame.
  char Copies = 'x', Frame = HasPointers ? 'y' : 'x';
  auto call = [&](StringRef Function) {
    OS << T.Stem << Function << "(&otelD" << T.Id << ", &" << P << Frame << ", "
       << P << "h)";
  };

  OS << " if " << P << "h := otelL" << T.Id << "(); " << P << "h != " << T.Stem
     << "NoHooks() { ";
  if (NumParams || !HasPointers) {
    OS << P << Copies << " := otel" << (HasPointers ? 'P' : 'F') << T.Id << Args
       << "{";
    list(OS, NumParams, [&](size_t I) {
      OS << FrameField{'p', I} << ": " << T.Params[I].Name;
    });
    OS << "}; ";
  }
  // A hook may keep what GetParam gives it, so parameters must not point into
  // the caller's stack. The frame itself may, and its address is hidden from
  // escape analysis: this branch, never taken, tells it of the rest.
  if (NumParams)
    OS << "if " << T.Stem << "Never { otelE" << T.Id << "(" << P << "x) }; ";
  if (HasPointers) {
    OS << P << "y := otelF" << T.Id << Args << "{";
    if (NumParams)
      OS << "x: &" << P << "x" << (NumResults ? ", " : "");
    list(OS, NumResults, [&](size_t I) {
      OS << FrameField{'r', I} << ": &" << T.Results[I].Name;
    });
    OS << "}; ";
  }
  if (T.HasAfter) {
    OS << P << "c := ";
    call("Before");
    OS << "; defer " << T.Stem << "End(" << P << "c, " << T.Stem << "Pointer(&"
       << P << Frame << ")); if " << T.Stem << "Skip(" << P
       << "c) != " << T.Stem << "NoCall() { return }";
  } else {
    OS << "if ";
    call("Only");
    OS << " != " << T.Stem << "NoCall() { return";
    if (NumResults)
      OS << ' ';
    list(OS, NumResults,
         [&](size_t I) { OS << P << "x." << FrameField{'r', I}; });
    OS << " }";
  }
  if (NumParams) {
    OS << "; ";
    list(OS, NumParams, [&](size_t I) { OS << T.Params[I].Name; });
    OS << " = ";
    list(OS, NumParams,
         [&](size_t I) { OS << P << "x." << FrameField{'p', I}; });
  }
  OS << " };";

  SmallVector<const Value *> Copied;
  for (const Value &V : T.Params)
    if (!V.BodyName.empty())
      Copied.push_back(&V);
  if (!Copied.empty()) {
    auto bodyName = [&](size_t I) { OS << Copied[I]->BodyName; };
    OS << ' ';
    list(OS, Copied.size(), bodyName);
    OS << " := ";
    list(OS, Copied.size(), [&](size_t I) { OS << Copied[I]->Name; });
    OS << "; ";
    list(OS, Copied.size(), [&](size_t) { OS << '_'; });
    OS << " = ";
    list(OS, Copied.size(), bodyName);
    OS << ";";
  }
}

void otelrewrite::writeTargetDecls(const Target &T, raw_ostream &OS) {
  size_t NumParams = T.Params.size(), NumResults = T.Results.size();
  size_t Num = NumParams + NumResults;
  bool HasPointers = T.hasFrameOfPointers();
  std::string Args = typeArgs(T), Params = typeParams(T);
  auto fields = [&](char Kind, ArrayRef<otelrewrite::Value> Values,
                    StringRef Star) {
    for (size_t I = 0; I < Values.size(); ++I)
      OS << '\t' << FrameField{Kind, I} << ' ' << Star << Values[I].Type
         << '\n';
  };

  if (HasPointers && NumParams) {
    OS << "\ntype otelP" << T.Id << Params << " struct {\n";
    fields('p', T.Params, "");
    OS << "}\n";
  }
  OS << "\ntype otelF" << T.Id << Params << " struct {\n";
  if (!HasPointers)
    fields('p', T.Params, "");
  else if (NumParams)
    OS << "\tx *otelP" << T.Id << Args << '\n';
  fields('r', T.Results, HasPointers ? "*" : "");
  if (!Num)
    OS << "\t_ *" << T.Stem
       << "Call\n"; // the frame needs an address of its own
  OS << "}\n";

  StringRef Pkg = T.Info.LinkPath == "main" ? StringRef("main")
                                            : StringRef(T.Info.ImportPath);
  OS << "\nvar otelD" << T.Id << " = " << T.Stem << "Desc{fn: \""
     << T.Info.FuncName << "\", pkg: \"" << Pkg << "\", np: " << NumParams
     << ", nr: " << NumResults << (HasPointers ? ", pointers: 1" : "") << "}\n";

  if (NumParams)
    OS << "\n//go:noinline\nfunc otelE" << T.Id << Params << "(_x otel"
       << (HasPointers ? 'P' : 'F') << T.Id << Args << ") { " << T.Stem
       << "Sink = _x }\n";
}

void otelrewrite::writeConstraints(const TypeSpec &Spec,
                                   const TokenBuffer &Tokens, raw_ostream &OS) {
  struct Param {
    std::string Name, Constraint;
  };
  SmallVector<Param> Params;
  for (const Field *F : Spec.TypeParams->Fields)
    for (const Ident *I : F->Names) {
      std::string Name = I->getText(Tokens).str();
      if (Name == "_")
        Name = "otelT" + std::to_string(Params.size());
      Params.push_back(
          {Name, "interface{ " + F->Type->getText(Tokens).str() + " }"});
    }
  for (size_t I = 0; I < Params.size(); ++I) {
    OS << "\ntype otelK" << I << '_' << Spec.Name->getText(Tokens) << '[';
    list(OS, Params.size(), [&](size_t J) {
      OS << Params[J].Name << ' ' << Params[J].Constraint;
    });
    OS << "] " << Params[I].Constraint << '\n';
  }
}
