//===- main.cpp - otel-rewrite: the pipeline on files ---------------------===//
//
// Options, and nothing else: the work is done in the libraries and in the
// actions beside this file.
//
//===----------------------------------------------------------------------===//

#include "FrontEndActions.h"
#include "RewriteAction.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/PrettyStackTrace.h"

using namespace llvm;
using namespace otelrewrite;

static cl::OptionCategory Category("otel-rewrite options");

static cl::list<std::string>
    Inputs(cl::Positional,
           cl::desc("FILE... (`-`: standard input, @LIST: a "
                    "file of paths)"),
           cl::cat(Category));
static cl::list<std::string>
    Rules("rules", cl::desc("Rule file, or directory of them; repeatable"),
          cl::value_desc("PATH"), cl::cat(Category));
static cl::opt<std::string>
    ImportPath("import-path",
               cl::desc("Import path of the package (default: its name)"),
               cl::value_desc("P"), cl::cat(Category));
static cl::opt<std::string>
    ModuleVersion("module-version", cl::desc("Version of the package's module"),
                  cl::value_desc("V"), cl::cat(Category));
static cl::list<std::string>
    Packages("package",
             cl::desc("Where the package is whose files rules add; repeatable"),
             cl::value_desc("P=DIR"), cl::cat(Category));
static cl::opt<std::string> OutputFile("o", cl::desc("Write the text to FILE"),
                                       cl::value_desc("FILE"),
                                       cl::cat(Category));
static cl::opt<std::string>
    OutputDir("d",
              cl::desc("Write all files of the package and the generated one "
                       "to DIR"),
              cl::value_desc("DIR"), cl::cat(Category));
static cl::opt<bool> Diff("diff", cl::desc("Print unified diffs"),
                          cl::cat(Category));
static cl::opt<bool> Check("check", cl::desc("Parse only"), cl::cat(Category));
static cl::opt<bool> DumpTokens("dump-tokens", cl::desc("Print the tokens"),
                                cl::cat(Category));
enum class TreeFormat : uint8_t { None, Text, JSON };
static cl::opt<TreeFormat> DumpAst(
    "dump-ast", cl::desc("Print the syntax tree"), cl::ValueOptional,
    cl::values(clEnumValN(TreeFormat::Text, "text", "a line for each node"),
               clEnumValN(TreeFormat::JSON, "json", "an object for each node"),
               clEnumValN(TreeFormat::Text, "", "")),
    cl::init(TreeFormat::None), cl::cat(Category));
static cl::opt<bool> DumpFacts("dump-facts",
                               cl::desc("Print one JSON line a file"),
                               cl::cat(Category));
static cl::opt<bool>
    DumpMatches("dump-matches",
                cl::desc("Print what rules match, and what they do not"),
                cl::cat(Category));
static cl::opt<bool> DumpEdits("dump-edits", cl::desc("Print the edits"),
                               cl::cat(Category));
static cl::opt<bool>
    Verify("verify",
           cl::desc("Rewrite files of any number of packages, print nothing of "
                    "it, and check that bytes outside the edits are unchanged"),
           cl::cat(Category));
static cl::opt<bool> PatchRuntime(
    "patch-runtime",
    cl::desc("Apply the edits of package runtime instead of rules"),
    cl::cat(Category));
static cl::opt<bool> HeapContext(
    "heap-context",
    cl::desc("Write code that runs on a package runtime without the edits"),
    cl::cat(Category));
static cl::opt<std::string>
    GoVersion("go-version",
              cl::desc("Go release, for --patch-runtime and go_version"),
              cl::value_desc("goV"), cl::cat(Category));
static cl::opt<unsigned> Time("time",
                              cl::desc("Time N rounds of lexing and parsing; "
                                       "with --rules, of rewriting"),
                              cl::value_desc("N"), cl::ValueOptional,
                              cl::init(0), cl::cat(Category));

static int usageError(const Twine &Message) {
  errs() << "otel-rewrite: error: " << Message << '\n';
  return 2;
}

static RewriteOptions getRewriteOptions() {
  RewriteOptions O;
  O.RulePaths = {Rules.begin(), Rules.end()};
  O.ImportPath = ImportPath;
  O.ModuleVersion = ModuleVersion;
  O.GoVersion = GoVersion;
  O.Packages = {Packages.begin(), Packages.end()};
  O.OutputFile = OutputFile;
  O.OutputDir = OutputDir;
  O.Rounds = std::max(1u, Time.getValue());
  O.PatchRuntime = PatchRuntime;
  O.HeapContext = HeapContext;
  using Kind = RewriteOptions::Kind;
  O.Output = Diff                       ? Kind::Diff
             : DumpMatches              ? Kind::DumpMatches
             : DumpEdits                ? Kind::DumpEdits
             : Verify                   ? Kind::Verify
             : Time.getNumOccurrences() ? Kind::Time
             : !OutputDir.empty()       ? Kind::Directory
                                        : Kind::Text;
  return O;
}

int main(int argc, char **argv) {
  setBugReportMsg("otel-rewrite crashed; please report this with the backtrace "
                  "and the input file to the project's issue tracker\n");
  InitLLVM Init(argc, argv);
  cl::HideUnrelatedOptions(Category);
  if (!cl::ParseCommandLineOptions(argc, argv, "rewrites Go source by rules\n",
                                   &errs()))
    return 2;
  bool IsTreeDump = DumpAst != TreeFormat::None;
  int NumModes = Check + DumpTokens + IsTreeDump + DumpFacts + DumpMatches +
                 DumpEdits + Verify + Diff + !OutputFile.empty() +
                 !OutputDir.empty() + (Time.getNumOccurrences() != 0);
  if (NumModes > 1)
    return usageError("give one of --check, --diff, --verify, --time, -o, -d "
                      "and the --dump- options");
  if (!ModuleVersion.empty() && ImportPath.empty())
    return usageError("--module-version needs --import-path");
  auto Paths = expandInputs({Inputs.begin(), Inputs.end()});
  if (!Paths) {
    errs() << "otel-rewrite: error: " << toString(Paths.takeError()) << '\n';
    return 1;
  }
  if (Paths->empty())
    return usageError("no input files");
  if (Time.getNumOccurrences() && Rules.empty())
    return !timeFrontEnd(*Paths, Time ? Time : 1, outs());
  if (!Check && !DumpTokens && !IsTreeDump && !DumpFacts)
    return rewriteFiles(*Paths, getRewriteOptions(), outs());
  bool IsGood = true;
  for (const std::string &Path : *Paths) {
    if (DumpTokens)
      IsGood &= dumpTokens(Path, outs());
    else if (IsTreeDump)
      IsGood &= dumpAST(Path, DumpAst == TreeFormat::JSON, outs());
    else if (DumpFacts)
      IsGood &= dumpFacts(Path, outs());
    else
      IsGood &= checkOnly(Path);
  }
  return !IsGood;
}
