//===- Importer.cpp - the file that connects hooks to targets -------------===//

#include "otelrewrite/Instrument/Instrument.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

StringRef otelrewrite::getSDKPath() {
  return "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/"
         "sdk";
}

bool otelrewrite::isGeneratedFileName(StringRef BaseName) {
  return BaseName == "otel_importer.go" ||
         BaseName == "otel_importer_test.go" || BaseName == "otel_hooks.go" ||
         BaseName == "otel_context.go";
}

/// \p Bytes as a string literal of Go.
static std::string quoteGo(StringRef Bytes) {
  std::string Out = "\"";
  for (char C : Bytes) {
    if (C == '"' || C == '\\')
      Out += {'\\', C};
    else if (isPrint(C))
      Out += C;
    else
      Out += "\\x" + toHex(StringRef(&C, 1), /*LowerCase=*/true);
  }
  return Out + "\"";
}

/// The function that makes \p Form's hook one of the slot's. Its type
/// parameters are inferred from the hook itself, so that the importer spells no
/// type and imports nothing but hooks.
static void writeAdapter(raw_ostream &OS, StringRef Name,
                         const TypedForm &Form) {
  using Take = TypedForm::Take;
  size_t N = Form.Takes.size();
  bool ReadsFrame = Form.readsFrame();
  auto list = [&](auto Print) {
    for (size_t I = 0; I < N; ++I) {
      OS << (I ? ", " : "");
      Print(I);
    }
  };
  auto number = [&](size_t I) { return Form.First + I; };
  auto accessor = [&](size_t I) {
    bool IsParam = number(I) < Form.NumParams;
    return (IsParam ? "Param(" : "ReturnVal(") +
           std::to_string(number(I) - (IsParam ? 0 : Form.NumParams));
  };
  // At f is a pointer to the parameters and behind it one to each result.
  auto field = [&](size_t I) {
    std::string N = std::to_string(I), At = "(otel_unsafe.Add(";
    return number(I) < Form.NumParams
               ? "*(*P" + N + ")" + At + "*(*otel_unsafe.Pointer)(f), o" + N +
                     "))"
               : "**(**P" + N + ")" + At + "f, o" + N + "))";
  };

  OS << "\nfunc " << Name;
  const char *Separator = "[";
  for (size_t I = 0; I < N; ++I)
    if (Form.Takes[I] != Take::Any) {
      OS << Separator << "P" << I;
      Separator = ", ";
    }
  if (*Separator == ',')
    OS << " interface{}]";
  OS << "(hook func(otel_link.Context";
  for (size_t I = 0; I < N; ++I) {
    OS << ", " << (Form.Takes[I] == Take::Pointer ? "*" : "");
    if (Form.Takes[I] == Take::Any)
      OS << "interface{}";
    else
      OS << "P" << I;
  }
  OS << ")" << (ReadsFrame ? ", target string, frame interface{}" : "")
     << ") func(otel_link.Context"
     << (ReadsFrame ? ", otel_unsafe.Pointer" : "") << ") {\n";
  if (ReadsFrame) {
    OS << "\to, ok := otel_link.Offsets(target, frame, " << Form.NumParams
       << ", " << Form.First << ", ";
    list([&](size_t I) {
      if (Form.Takes[I] == Take::Any)
        OS << "nil";
      else
        OS << "(*P" << I << ")(nil)";
    });
    OS << ")\n\tif !ok {\n\t\treturn nil\n\t}\n";
    for (size_t I = 0; I < N; ++I)
      if (Form.Takes[I] != Take::Any)
        OS << "\to" << I << " := o[" << I << "]\n";
  }
  OS << "\treturn func(c otel_link.Context"
     << (ReadsFrame ? ", f otel_unsafe.Pointer" : "") << ") {\n";
  for (size_t I = 0; I < N; ++I) {
    if (Form.Takes[I] == Take::Any)
      continue;
    if (!ReadsFrame)
      OS << "\t\tp" << I << ", _ := c.Get" << accessor(I) << ").(P" << I
         << ")\n";
    else if (Form.Takes[I] == Take::Pointer)
      OS << "\t\tp" << I << " := " << field(I) << "\n";
  }
  OS << "\t\thook(c";
  for (size_t I = 0; I < N; ++I) {
    OS << ", ";
    if (Form.Takes[I] == Take::Any)
      OS << "c.Get" << accessor(I) << ")";
    else if (Form.Takes[I] == Take::Pointer)
      OS << "&p" << I;
    else if (ReadsFrame)
      OS << field(I);
    else
      OS << "p" << I;
  }
  OS << ")\n";
  for (size_t I = 0; I < N; ++I) {
    if (Form.Takes[I] != Take::Pointer)
      continue;
    if (ReadsFrame)
      OS << "\t\t" << field(I) << " = p" << I << "\n";
    else
      OS << "\t\tc.Set" << accessor(I) << ", p" << I << ")\n";
  }
  OS << "\t}\n}\n";
}

std::string otelrewrite::generateImporter(const ImporterSpec &Spec) {
  // Hook packages get a number each, in the order of their first use.
  MapVector<StringRef, unsigned> HookPackages;
  for (const TargetInfo &T : Spec.Targets)
    for (const TargetHook &H : T.Hooks)
      HookPackages.insert({H.Path, HookPackages.size()});

  bool HasTyped = false, HasFrameReader = false;
  for (const TargetInfo &T : Spec.Targets) {
    HasFrameReader |= T.hasFrameReader();
    for (const TargetHook &H : T.Hooks)
      HasTyped |= H.BeforeForm.isTyped() || H.AfterForm.isTyped();
  }

  std::string Out;
  raw_string_ostream OS(Out);
  StringRef SDK = getSDKPath();
  OS << "// Code generated by otel. DO NOT EDIT.\n\n";
  if (HasTyped) // adapters are generic, whatever language the program has
    OS << "//go:build go1.18\n\n";
  OS << "package " << Spec.PackageName << "\n\nimport (\n\t"
     << (HasFrameReader ? "otel_unsafe" : "_") << " \"unsafe\"\n\n";
  if (!Spec.Targets.empty() || !Spec.Record.empty())
    OS << "\totel_link \"" << SDK << "/link\"\n";
  OS << "\t_ \"" << SDK << "/otelsetup\"\n";
  for (const auto &[Path, Number] : HookPackages)
    OS << "\totel_hook" << Number << " \"" << Path << "\"\n";
  for (const std::string &Path : Spec.BlankImports)
    OS << "\t_ \"" << Path << "\"\n";
  OS << ")\n";

  auto slotName = [&](size_t I) {
    const TargetInfo &T = Spec.Targets[I];
    return T.LinkPath == Spec.LinkPath ? T.SlotName
                                       : "otel_slot" + std::to_string(I);
  };
  // The target's package has the nil pointer to its frame under this name.
  auto frameNameOf = [](const TargetInfo &T) {
    return "otelT" + StringRef(T.SlotName).drop_front(5).str();
  };
  auto frameName = [&](size_t I) {
    const TargetInfo &T = Spec.Targets[I];
    return T.LinkPath == Spec.LinkPath ? frameNameOf(T)
                                       : "otel_frame" + std::to_string(I);
  };
  for (size_t I = 0; I < Spec.Targets.size(); ++I) {
    const TargetInfo &T = Spec.Targets[I];
    OS << "\n";
    if (T.LinkPath != Spec.LinkPath)
      OS << "//go:linkname " << slotName(I) << " " << T.LinkPath << "."
         << T.SlotName << "\n";
    OS << "var " << slotName(I) << " *otel_link.Hooks\n";
    if (T.hasFrameReader() && T.LinkPath != Spec.LinkPath)
      OS << "\n//go:linkname " << frameName(I) << " " << T.LinkPath << "."
         << frameNameOf(T) << "\nvar " << frameName(I) << " interface{}\n";
  }
  if (Spec.Targets.empty() && Spec.Record.empty())
    return Out;

  std::string Adapters;
  raw_string_ostream AdapterOS(Adapters);
  unsigned NumAdapters = 0;
  OS << "\nfunc init() {\n";
  if (!Spec.Record.empty())
    OS << "\totel_link.Record = " << quoteGo(Spec.Record) << "\n";
  for (size_t I = 0; I < Spec.Targets.size(); ++I) {
    const TargetInfo &T = Spec.Targets[I];
    OS << "\totel_link.Install(&" << slotName(I) << ", \""
       << StringRef(T.LinkPath == "main" ? StringRef("main") : T.ImportPath)
       << "\", \"" << T.FuncName << "\"";
    for (const TargetHook &H : T.Hooks) {
      OS << ",\n\t\totel_link.Hook{Rule: \"" << H.Rule << "\", Library: \""
         << H.Library << "\"";
      std::string Package =
          "otel_hook" + std::to_string(HookPackages.lookup(H.Path));
      auto side = [&](StringRef Side, StringRef Name, const TypedForm &Form) {
        if (Name.empty())
          return;
        OS << ", " << (Form.readsFrame() ? "Typed" : "") << Side << ": ";
        if (!Form.isTyped()) {
          OS << Package << "." << Name;
          return;
        }
        std::string Adapter = "otel_typed" + std::to_string(NumAdapters++);
        writeAdapter(AdapterOS, Adapter, Form);
        OS << Adapter << "(" << Package << "." << Name;
        if (Form.readsFrame())
          OS << ", \"" << T.ImportPath << "." << T.FuncName << "\", "
             << frameName(I);
        OS << ")";
      };
      side("Before", H.Before, H.BeforeForm);
      side("After", H.After, H.AfterForm);
      OS << "}";
    }
    OS << ")\n";
  }
  OS << "}\n" << Adapters;
  return Out;
}
