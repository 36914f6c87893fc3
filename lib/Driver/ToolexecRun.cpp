//===- ToolexecRun.cpp - one call of `otel toolexec` ----------------------===//

#include "otelrewrite/Driver/ToolexecRun.h"

#include "otelrewrite/Driver/CompileErrors.h"
#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/Process.h"
#include "otelrewrite/Instrument/Instrument.h"
#include "otelrewrite/Toolexec/CompileRewriter.h"
#include "otelrewrite/Toolexec/ToolCommand.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

using namespace llvm;
using namespace otelrewrite;

namespace {
struct ToolCall {
  std::vector<std::string> Prefix; ///< the tool, or a wrapper up to the tool
  StringRef Tool;
  ArrayRef<StringRef> Args;
};
} // namespace

static int report(Error E) {
  errs() << "otel: error: " << toString(std::move(E)) << '\n';
  return 1;
}

static int become(const ToolCall &Call, ArrayRef<std::string> Args) {
  std::vector<std::string> Words(Call.Prefix.begin() + 1, Call.Prefix.end());
  append_range(Words, Args);
  return report(execProcess(Call.Prefix.front(), Words));
}

static int become(const ToolCall &Call) {
  std::vector<std::string> Args;
  for (StringRef Arg : Call.Args)
    Args.push_back(Arg.str());
  return become(Call, Args);
}

/// Tells whoever watches the build that one more package is compiled.
static void noteProgress() {
  const char *File = std::getenv(ProgressVariable.data());
  if (!File)
    return;
  int FD = open(File, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (FD < 0)
    return;
  ssize_t Written = write(FD, ".", 1);
  (void)Written; // without it the display is wrong, and nothing else
  close(FD);
}

static Error writeOutputs(const RewrittenCompile &Result) {
  for (const RewrittenCompile::Output &File : Result.Outputs)
    if (Error E = writeFileAtomically(File.Path, File.Text))
      return E;
  return Error::success();
}

/// From this many bytes on arguments go into a response file: what the go
/// command itself does for a tool that it starts without a wrapper
/// (sys.ExecArgLengthLimit of cmd/internal).
static constexpr size_t MaxArgumentBytes = 100 << 10;

/// Command lines may become longer than the system takes.
static Expected<std::vector<std::string>> shorten(std::vector<std::string> Args,
                                                  StringRef ObjectDir) {
  size_t Size = 0;
  for (const std::string &Arg : Args)
    Size += Arg.size() + 1;
  if (Size < MaxArgumentBytes)
    return Args;
  std::string Text;
  for (const std::string &Arg : Args)
    Text += encodeResponseWord(Arg) + "\n";
  std::string Path = joinPath(ObjectDir, "otel/args");
  if (Error E = writeFileAtomically(Path, Text))
    return E;
  return std::vector<std::string>{"@" + Path};
}

static int runMarkedCompile(const ToolCall &Call, std::vector<std::string> Args,
                            StringRef PlansDir, StringRef Exports) {
  auto Command = CompileCommand::parse(std::move(Args));
  if (!Command)
    return report(Command.takeError());
  std::string PlanFile = joinPath(PlansDir, Command->getMark());
  // Mapped where it is large, and one read where it is small.
  auto Bytes = MemoryBuffer::getFile(PlanFile, /*IsText=*/false,
                                     /*RequiresNullTerminator=*/false);
  if (!Bytes)
    return report(joinErrors(
        createFileError(PlanFile, Bytes.getError()),
        createStringError("this build was prepared elsewhere or its "
                          "preparation was removed; run `otel go` or `otel "
                          "setup` again")));
  auto Plan = Plan::deserialize((*Bytes)->getBuffer());
  if (!Plan)
    return report(createFileError(PlanFile, Plan.takeError()));
  const char *ImportPath = std::getenv("TOOLEXEC_IMPORTPATH");
  std::string ObjectDir = Command->getObjectDir();
  std::vector<std::string> Plain = Command->getWords();

  SourcePackage Package;
  DiagnosticEngine Diags;
  auto Result =
      rewriteCompile(std::move(*Command), *Plan, ImportPath ? ImportPath : "",
                     Package, Diags, Exports);
  if (!Result) {
    renderDiagnostics(Diags.getDiagnostics(), errs(), /*Colour=*/false);
    return report(Result.takeError());
  }
  if (Error E = writeOutputs(*Result))
    return report(std::move(E));
  auto Words = shorten(std::move(Result->Words), ObjectDir);
  if (!Words)
    return report(Words.takeError());
  if (Result->Result == RewrittenCompile::Outcome::Untouched)
    return become(Call, *Words);
  if (Result->Result == RewrittenCompile::Outcome::Rewritten) {
    TracedCompile Compile;
    Compile.Prefix = Call.Prefix;
    Compile.Words = std::move(*Words);
    Compile.Plain = std::move(Plain);
    Compile.Result = &*Result;
    Compile.ThePlan = &*Plan;
    return runTraced(Compile);
  }

  // The compiler says best what is wrong with the file. Should it find nothing,
  // the program must not silently lose its instrumentation.
  std::vector<std::string> All(Call.Prefix.begin() + 1, Call.Prefix.end());
  append_range(All, *Words);
  auto Status = runForeground(Call.Prefix.front(), All);
  if (!Status)
    return report(Status.takeError());
  if (*Status != 0)
    return *Status;
  renderDiagnostics(Package.getDiagnostics().getDiagnostics(), errs(),
                    /*Colour=*/false);
  errs() << "otel: error: the compiler accepts this file and otel does not; "
            "please report it\n";
  return 1;
}

static constexpr StringLiteral Unprepared =
    "this program is not instrumented: `-toolexec=\"otel toolexec\"` alone "
    "prepares nothing. Build with `otel go build`, or set GOFLAGS to what "
    "`otel setup --print-goflags` prints";

/// Nothing has been prepared.
static int runBare(const ToolCall &Call, bool IsStrict) {
  ToolKind Kind = classifyTool(Call.Tool);
  if (isVersionQuery(Call.Args)) {
    if (IsStrict) {
      errs() << "otel: error: " << Unprepared << '\n';
      return 1;
    }
    if (Kind != ToolKind::Link)
      return become(Call);
    // Programs linked this way are kept apart from plain ones in the cache, for
    // the go command repeats what a cached link printed.
    std::vector<std::string> Words(Call.Prefix.begin() + 1, Call.Prefix.end());
    Words.push_back(Call.Args[0].str());
    auto Result = runProcess(Call.Prefix.front(), Words);
    if (!Result)
      return report(Result.takeError());
    errs() << Result->Err;
    StringRef Version = StringRef(Result->Out).rtrim();
    auto [First, Rest] = Version.split(" buildID=");
    outs() << First << " otel-unprepared";
    if (!Rest.empty())
      outs() << " buildID=" << Rest;
    outs() << '\n';
    return Result->Status;
  }
  if (Kind == ToolKind::Link)
    for (size_t I = 0; I + 1 < Call.Args.size(); ++I) {
      if (Call.Args[I] != "-importcfg")
        continue;
      auto Text = readFile(Call.Args[I + 1]);
      if (!Text)
        return report(Text.takeError());
      std::string Setup = (getSDKPath() + "/otelsetup").str();
      if (ImportCfg::parse(*Text).lookup(Setup).empty())
        errs() << "otel: warning: " << Unprepared << '\n';
    }
  return become(Call);
}

int otelrewrite::runToolexec(ArrayRef<StringRef> Words, bool IsStrict) {
  StringRef PlansDir, Exports;
  unsigned NumWrapper = 0;
  while (!Words.empty() && Words.front().starts_with("--")) {
    StringRef Option = Words.front();
    if (Option.consume_front("--plans="))
      PlansDir = Option;
    else if (Option.consume_front("--imports="))
      Exports = Option;
    else if (!Option.consume_front("--wrap=") ||
             Option.getAsInteger(10, NumWrapper))
      break;
    Words = Words.drop_front();
  }
  if (Words.size() <= NumWrapper || Words.front().starts_with("-")) {
    errs() << "usage: otel toolexec TOOL ARGS…\n"
              "The go command runs this: see `otel help toolexec`.\n";
    return 2;
  }
  ToolCall Call;
  for (StringRef Word : Words.take_front(NumWrapper + 1))
    Call.Prefix.push_back(Word.str());
  Call.Tool = Words[NumWrapper];
  Call.Args = Words.drop_front(NumWrapper + 1);

  ToolKind Kind = classifyTool(Call.Tool);
  bool IsPrepared = !PlansDir.empty();
  if (Kind == ToolKind::Compile && !isVersionQuery(Call.Args))
    noteProgress();
  if (Kind == ToolKind::Other && IsPrepared)
    return become(Call);

  // Arguments in a response file are looked into; what needs no change is still
  // passed on as it came.
  std::vector<std::string> Expanded;
  std::vector<StringRef> ExpandedRefs;
  ArrayRef<StringRef> Args = Call.Args;
  if (any_of(Args, [](StringRef Arg) { return Arg.starts_with("@"); })) {
    auto Result = expandResponseFiles(Args);
    if (!Result)
      return report(Result.takeError());
    Expanded = std::move(*Result);
    ExpandedRefs.assign(Expanded.begin(), Expanded.end());
    Args = ExpandedRefs;
  }

  if (Kind == ToolKind::Compile && !findMark(Args).empty()) {
    std::string Default;
    if (!IsPrepared) {
      auto Cache = CacheLayout::find("");
      if (!Cache)
        return report(Cache.takeError());
      Default = Cache->getPlansDir();
      PlansDir = Default;
    }
    if (Expanded.empty())
      for (StringRef Arg : Args)
        Expanded.push_back(Arg.str());
    return runMarkedCompile(Call, std::move(Expanded), PlansDir, Exports);
  }
  if (!IsPrepared)
    return runBare(Call, IsStrict);
  if (Kind == ToolKind::Compile && any_of(Args, [](StringRef Arg) {
        StringRef Name = sys::path::filename(Arg);
        return Name == ImporterFile || Name == ImporterTestFile;
      })) {
    errs() << "otel: error: the marks that setup put into -gcflags have not "
              "reached this build: a later -gcflags setting for the same "
              "packages replaces them. Give such flags to `otel go` or `otel "
              "setup`, which merge them\n";
    return 1;
  }
  if (Kind == ToolKind::Cover) {
    if (Expanded.empty())
      for (StringRef Arg : Args)
        Expanded.push_back(Arg.str());
    RewrittenCompile Result = rewriteCover(Expanded);
    if (Result.Result == RewrittenCompile::Outcome::Rewritten) {
      if (Error E = writeOutputs(Result))
        return report(std::move(E));
      return become(Call, Result.Words);
    }
  }
  return become(Call);
}
