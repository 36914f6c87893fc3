//===- Trampoline.cpp - the Go text of one target -------------------------===//
//
// The prologue copies parameters into a frame struct, runs the before hook on
// it and copies them back: taking the parameters' own addresses would move them
// to the heap even with hooks off. Nothing in it is spelled with a predeclared
// name, since parameters may hide those.
//
//===----------------------------------------------------------------------===//

#include "Trampoline.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

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

/// Joins what \p F makes of each number below \p N.
template <typename Fn> static std::string list(size_t N, Fn F) {
  std::string Out;
  for (size_t I = 0; I < N; ++I) {
    if (I)
      Out += ", ";
    Out += F(I);
  }
  return Out;
}

std::string otelrewrite::writePrologue(const Target &T, StringRef Prefix) {
  std::string P = Prefix.str();
  std::string X = P + "x", H = P + "h", C = P + "c";
  auto param = [&](size_t I) { return T.Params[I].Name; };
  auto frameParam = [&](size_t I) { return X + ".p" + std::to_string(I); };
  auto frameResult = [&](size_t I) { return X + ".r" + std::to_string(I); };

  std::string Out;
  Out.reserve(500);
  raw_string_ostream OS(Out);
  OS << " if " << H << " := otelL" << T.Id << "(); otelOn(" << H << ") { " << X
     << " := otelF" << T.Id << typeArgs(T) << "{";
  OS << list(T.Params.size(), [&](size_t I) {
    return "p" + std::to_string(I) + ": " + param(I);
  });
  OS << "}; ";
  // A hook may keep what GetParam gives it, so parameters must not point into
  // the caller's stack. The frame itself may, and its address is hidden from
  // escape analysis: this branch, never taken, tells it of the rest.
  if (!T.Params.empty())
    OS << "if otelNever { otelE" << T.Id << "(" << X << ") }; ";
  std::string Call = "(&otelD" + T.Id + ", &" + X + ", " + H + ")";
  if (T.HasAfter) {
    OS << C << " := otelBefore" << Call << "; defer ";
    if (T.Results.empty()) {
      OS << "otelEnd(" << C << ")";
    } else {
      OS << "otelA" << T.Id << "(" << C << ", &" << X << ", "
         << list(T.Results.size(),
                 [&](size_t I) { return "&" + T.Results[I].Name; })
         << ")";
    }
    OS << "; if otelSkip(" << C << ")";
  } else {
    OS << "if otelOnly" << Call;
  }
  OS << " { return";
  if (!T.Results.empty())
    OS << " " << list(T.Results.size(), frameResult);
  OS << " }";
  if (!T.Params.empty())
    OS << "; " << list(T.Params.size(), param) << " = "
       << list(T.Params.size(), frameParam);
  OS << " };";

  SmallVector<const Value *> Copied;
  for (const Value &V : T.Params)
    if (!V.BodyName.empty())
      Copied.push_back(&V);
  if (!Copied.empty()) {
    auto bodyName = [&](size_t I) { return Copied[I]->BodyName; };
    OS << " " << list(Copied.size(), bodyName) << " := "
       << list(Copied.size(), [&](size_t I) { return Copied[I]->Name; }) << "; "
       << list(Copied.size(), [](size_t) { return "_"; }) << " = "
       << list(Copied.size(), bodyName) << ";";
  }
  return Out;
}

std::string otelrewrite::writeTargetDecls(const Target &T) {
  std::string Out;
  Out.reserve(1200);
  raw_string_ostream OS(Out);
  std::string Frame = "otelF" + T.Id;
  size_t NumParams = T.Params.size(), NumResults = T.Results.size();
  size_t Num = NumParams + NumResults;
  auto field = [&](size_t I) {
    return I < NumParams ? "p" + std::to_string(I)
                         : "r" + std::to_string(I - NumParams);
  };
  auto type = [&](size_t I) -> const std::string & {
    return I < NumParams ? T.Params[I].Type : T.Results[I - NumParams].Type;
  };

  OS << "\ntype " << Frame << typeParams(T) << " struct {\n";
  for (size_t I = 0; I < Num; ++I)
    OS << "\t" << field(I) << " " << type(I) << "\n";
  if (!Num)
    OS << "\t_ otelWord\n"; // the frame needs an address of its own
  OS << "}\n";

  StringRef Pkg = T.Info.LinkPath == "main" ? StringRef("main")
                                            : StringRef(T.Info.ImportPath);
  OS << "\nvar otelD" << T.Id << " = otelDesc{fn: \"" << T.Info.FuncName
     << "\", pkg: \"" << Pkg << "\", np: " << NumParams
     << ", nr: " << NumResults << "}\n";

  // Names with an underscore: types of the signature are spelled below, and a
  // type may well be called x or v.
  OS << "\nfunc (_x *" << Frame << typeArgs(T)
     << ") OtelGet(_i otelInt) otelAny {\n";
  if (Num) {
    OS << "\tswitch _i {\n";
    for (size_t I = 0; I < Num; ++I)
      OS << "\tcase " << I << ":\n\t\treturn _x." << field(I) << "\n";
    OS << "\t}\n";
  }
  OS << "\treturn otelNone()\n}\n";

  OS << "\nfunc (_x *" << Frame << typeArgs(T)
     << ") OtelSet(_i otelInt, _v otelAny) otelBool {\n"
     << "\t_ok := otelIsNil(_v)\n";
  if (Num) {
    OS << "\tswitch _i {\n";
    for (size_t I = 0; I < Num; ++I)
      OS << "\tcase " << I << ":\n\t\tif _t, _is := _v.(" << type(I)
         << "); _is || _ok {\n\t\t\t_x." << field(I)
         << ", _ok = _t, otelTrue\n\t\t}\n";
    OS << "\t}\n";
  }
  OS << "\treturn _ok\n}\n";

  if (NumParams)
    OS << "\n//go:noinline\nfunc otelE" << T.Id << typeParams(T) << "(_x "
       << Frame << typeArgs(T) << ") { otelSink = _x }\n";

  if (T.HasAfter && NumResults) {
    OS << "\nfunc otelA" << T.Id << typeParams(T) << "(_c *otelCall, _x *"
       << Frame << typeArgs(T) << ", "
       << list(NumResults,
               [&](size_t I) {
                 return "_r" + std::to_string(I) + " *" + T.Results[I].Type;
               })
       << ") {\n\tif otelLive(_c) {\n\t\t";
    auto frameResult = [](size_t I) { return "_x.r" + std::to_string(I); };
    auto result = [](size_t I) { return "*_r" + std::to_string(I); };
    OS << list(NumResults, frameResult) << " = " << list(NumResults, result)
       << "\n\t\totelAfter(_c)\n\t\t" << list(NumResults, result) << " = "
       << list(NumResults, frameResult) << "\n\t}\n}\n";
  }
  return Out;
}

std::string otelrewrite::writeConstraints(const TypeSpec &Spec,
                                          const TokenBuffer &Tokens) {
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
  std::string List = list(Params.size(), [&](size_t I) {
    return Params[I].Name + " " + Params[I].Constraint;
  });
  std::string Out;
  for (size_t I = 0; I < Params.size(); ++I)
    Out += "\ntype otelK" + std::to_string(I) + "_" +
           Spec.Name->getText(Tokens).str() + "[" + List + "] " +
           Params[I].Constraint + "\n";
  return Out;
}
