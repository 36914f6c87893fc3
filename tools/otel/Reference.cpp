//===- Reference.cpp - man pages and the Markdown reference ---------------===//

#include "Help.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

static std::string spell(const OptionHelp &O) {
  return O.Value ? std::string(O.Name) + " " + O.Value : std::string(O.Name);
}

//===----------------------------------------------------------------------===//
// roff
//===----------------------------------------------------------------------===//

static std::string roff(StringRef Text) {
  std::string Out;
  for (char C : Text) {
    if (C == '\\')
      Out += "\\e";
    else if (C == '-')
      Out += "\\-";
    else if ((C == '.' || C == '\'') && (Out.empty() || Out.back() == '\n'))
      Out += std::string("\\&") + C;
    else
      Out += C;
  }
  return Out;
}

static void addParagraphs(raw_ostream &OS, StringRef Text) {
  while (!Text.empty()) {
    StringRef Paragraph;
    std::tie(Paragraph, Text) = Text.split("\n\n");
    OS << ".PP\n" << roff(Paragraph) << '\n';
  }
}

static void addOptions(raw_ostream &OS, StringRef Title,
                       ArrayRef<OptionHelp> Options) {
  if (Options.empty())
    return;
  OS << ".SH " << Title << '\n';
  for (const OptionHelp &O : Options) {
    OS << ".TP\n.B " << roff(O.Name);
    if (O.Value)
      OS << " \\fI" << roff(O.Value) << "\\fR";
    OS << '\n' << roff(O.Text) << '\n';
  }
}

static void addExamples(raw_ostream &OS, ArrayRef<ExampleHelp> Examples) {
  if (Examples.empty())
    return;
  OS << ".SH EXAMPLES\n";
  for (const ExampleHelp &E : Examples) {
    OS << ".PP\n.nf\n.RS 4\n" << roff(E.Line) << "\n.RE\n.fi\n";
    if (*E.Text)
      OS << ".RS 8\n" << roff(E.Text) << "\n.RE\n";
  }
}

std::string otelrewrite::getManPage(const CommandHelp *C) {
  std::string Out;
  raw_string_ostream OS(Out);
  std::string Name = C ? std::string("otel-") + C->Name : "otel";
  OS << ".TH " << StringRef(Name).upper() << " 1 \"\" \"otel " << OTEL_VERSION
     << "\" \"User Commands\"\n.SH NAME\n"
     << roff(Name) << " \\- "
     << roff(C ? C->Summary
               : "OpenTelemetry for Go programs, added while they are compiled")
     << "\n.SH SYNOPSIS\n.B otel\n[options] ";
  if (!C) {
    OS << "<command> [arguments]\n.SH DESCRIPTION\n";
    addParagraphs(
        OS, "otel runs your go command and, while the compiler is fed, "
            "rewrites the few functions that rules name, so that the program "
            "emits OpenTelemetry traces and metrics. Nothing is written below "
            "your module: go.mod, go.sum and your sources stay as they are.");
    OS << ".SH COMMANDS\n";
    for (const CommandHelp &Each : getCommands())
      OS << ".TP\n.BR otel\\-" << Each.Name << " (1)\n"
         << roff(Each.Summary) << '\n';
    addOptions(OS, "OPTIONS", getGlobalOptions());
    addOptions(OS, "ENVIRONMENT", getVariables());
    OS << ".SH EXAMPLES\n.PP\n.nf\n.RS 4\notel go run .\notel go test ./...\n"
          "otel \\-\\-rules ./otel go build .\n.RE\n.fi\n";
    return Out;
  }
  OS << "\\fB" << C->Name << "\\fR " << roff(C->Usage) << "\n.SH DESCRIPTION\n";
  addParagraphs(OS, C->About);
  addOptions(OS, "OPTIONS", C->Options);
  addExamples(OS, C->Examples);
  OS << ".SH SEE ALSO\n.BR otel (1)\n";
  return Out;
}

//===----------------------------------------------------------------------===//
// Markdown
//===----------------------------------------------------------------------===//

static void addTable(raw_ostream &OS, StringRef Head,
                     ArrayRef<OptionHelp> Options) {
  OS << "| " << Head << " | meaning |\n|---|---|\n";
  for (const OptionHelp &O : Options)
    OS << "| `" << spell(O) << "` | " << O.Text << " |\n";
  OS << '\n';
}

std::string otelrewrite::getReference() {
  std::string Out;
  raw_string_ostream OS(Out);
  OS << "# The command line\n\nMade by `otel help --reference`: do not "
        "edit.\n\n    otel [options] <command> [arguments]\n\n";
  addTable(OS, "option", getGlobalOptions());
  addTable(OS, "variable", getVariables());
  OS << "Options come before the command; they win over the environment. Exit "
        "status: 0; 1 for what is wrong with the program or the environment; 2 "
        "for wrong usage; `otel go` has the go command's own.\n\n";
  for (const CommandHelp &C : getCommands()) {
    OS << "## otel " << C.Name << "\n\n    otel [options] " << C.Name;
    if (*C.Usage)
      OS << ' ' << C.Usage;
    OS << "\n\n" << C.About << "\n\n";
    if (!C.Options.empty())
      addTable(OS, "option", C.Options);
    for (const ExampleHelp &E : C.Examples)
      OS << "    " << E.Line << '\n';
    if (!C.Examples.empty())
      OS << '\n';
  }
  return Out;
}
