//===- Help.cpp - what `otel help` prints ---------------------------------===//

#include "Help.h"

#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

/// Appends \p Text in lines of at most 80 columns, each after \p Indent spaces;
/// the first one continues a line that has \p Column columns.
static void wrap(std::string &Out, StringRef Text, unsigned Indent,
                 unsigned Column) {
  constexpr unsigned Width = 80;
  auto columns = [](StringRef Word) {
    unsigned N = 0;
    for (char C : Word)
      N += (C & 0xc0) != 0x80;
    return N;
  };
  bool AtStart = true;
  while (!Text.empty()) {
    StringRef Word;
    std::tie(Word, Text) = Text.split(' ');
    unsigned N = columns(Word);
    if (!AtStart && Column + 1 + N > Width) {
      Out += '\n';
      Out.append(Indent, ' ');
      Column = Indent;
      AtStart = true;
    }
    if (!AtStart) {
      Out += ' ';
      ++Column;
    }
    Out += Word;
    Column += N;
    AtStart = false;
  }
  Out += '\n';
}

static void addParagraphs(std::string &Out, StringRef Text) {
  while (!Text.empty()) {
    StringRef Paragraph;
    std::tie(Paragraph, Text) = Text.split("\n\n");
    wrap(Out, Paragraph, 0, 0);
    if (!Text.empty())
      Out += '\n';
  }
}

static void addOptions(std::string &Out, ArrayRef<OptionHelp> Options) {
  size_t Longest = 0;
  auto spell = [](const OptionHelp &O) {
    return O.Value ? std::string(O.Name) + " " + O.Value : std::string(O.Name);
  };
  for (const OptionHelp &O : Options)
    if (size_t Size = spell(O).size(); Size <= 18)
      Longest = std::max(Longest, Size);
  for (const OptionHelp &O : Options) {
    std::string Name = spell(O);
    Out += "  " + Name;
    unsigned Indent = Longest + 4;
    if (Name.size() > Longest) {
      Out += '\n';
      Out.append(Indent, ' ');
    } else {
      Out.append(Indent - 2 - Name.size(), ' ');
    }
    wrap(Out, O.Text, Indent, Indent);
  }
}

std::string otelrewrite::getMainHelp() {
  std::string Out =
      "otel: OpenTelemetry for Go programs, added while they are compiled\n\n"
      "Usage: otel [options] <command> [arguments]\n\nCommands:\n";
  for (const CommandHelp &C : getCommands()) {
    Out += "  ";
    Out += C.Name;
    Out.append(11 - StringRef(C.Name).size(), ' ');
    wrap(Out, C.Summary, 13, 13);
  }
  Out += "\nOptions:\n";
  addOptions(Out, getGlobalOptions());
  Out += "\nThe environment sets the same:\n";
  addOptions(Out, getVariables());
  Out += "\nOptions come before the command; they win over the environment.\n\n"
         "Nothing is written below your module. go.mod, go.sum and your "
         "sources stay as\nthey are; the prepared build is in the cache "
         "directory.\n\n"
         "  otel go run .                     run this program instrumented\n"
         "  otel go test ./...                run tests instrumented\n"
         "  otel --rules ./otel go build .    with rules of your own\n";
  return Out;
}

std::string otelrewrite::getHelp(const CommandHelp &C) {
  std::string Out = "Usage: otel [options] ";
  Out += C.Name;
  if (*C.Usage)
    Out += std::string(" ") + C.Usage;
  Out += "\n\n";
  addParagraphs(Out, C.About);
  if (!C.Options.empty()) {
    Out += "\nOptions:\n";
    addOptions(Out, C.Options);
  }
  if (!C.Examples.empty()) {
    Out += "\nExamples:\n";
    for (const ExampleHelp &E : C.Examples) {
      Out += std::string("  ") + E.Line + '\n';
      if (*E.Text) {
        Out += "      ";
        wrap(Out, E.Text, 6, 6);
      }
    }
  }
  return Out;
}

int otelrewrite::runHelp(const Invocation &I) {
  bool Man = false;
  ArrayRef<StringRef> Words = I.Words;
  while (!Words.empty() && Words.front().starts_with("--")) {
    StringRef Option = Words.front();
    Words = Words.drop_front();
    if (Option == "--man") {
      Man = true;
    } else if (Option == "--reference") {
      outs() << getReference();
      return 0;
    } else if (Option == "--commands") {
      for (const CommandHelp &C : getCommands())
        outs() << C.Name << '\n';
      return 0;
    } else {
      return failUsage(I.Say, "help", "unknown option " + Option);
    }
  }
  if (Words.empty()) {
    outs() << (Man ? getManPage(nullptr) : getMainHelp());
    return 0;
  }
  const CommandHelp *C = findCommand(Words.front());
  if (!C) {
    I.Say.error("there is no help on `" + Words.front() + "`; see `otel help`");
    return 2;
  }
  outs() << (Man ? getManPage(C) : getHelp(*C));
  return 0;
}
