//===- main.cpp - otel-rewrite: the pipeline on files ---------------------===//
//
// Options, and nothing else: the work is done in the libraries and in the
// actions beside this file.
//
//===----------------------------------------------------------------------===//

#include "FrontEndActions.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

using namespace llvm;
using namespace otelrewrite;

static cl::OptionCategory Category("otel-rewrite options");

static cl::list<std::string>
    Inputs(cl::Positional, cl::desc("FILE... (`-`: standard input, @LIST: a "
                                    "file of paths)"),
           cl::cat(Category));
static cl::opt<bool> Check("check", cl::desc("Parse only"),
                           cl::cat(Category));
static cl::opt<bool> DumpTokens("dump-tokens", cl::desc("Print the tokens"),
                                cl::cat(Category));
static cl::opt<bool> DumpAst("dump-ast", cl::desc("Print the syntax tree"),
                             cl::cat(Category));
static cl::opt<bool> DumpFacts("dump-facts",
                               cl::desc("Print one JSON line a file"),
                               cl::cat(Category));
static cl::opt<unsigned>
    Time("time", cl::desc("Time N rounds of lexing and parsing"),
         cl::value_desc("N"), cl::ValueOptional, cl::init(0),
         cl::cat(Category));

int main(int argc, char **argv) {
  InitLLVM Init(argc, argv);
  cl::HideUnrelatedOptions(Category);
  if (!cl::ParseCommandLineOptions(argc, argv, "rewrites Go source by rules\n",
                                   &errs()))
    return 2;
  auto Paths = expandInputs({Inputs.begin(), Inputs.end()});
  if (!Paths) {
    errs() << "otel-rewrite: error: " << toString(Paths.takeError()) << '\n';
    return 1;
  }
  if (Paths->empty()) {
    errs() << "otel-rewrite: error: no input files\n";
    return 2;
  }
  if (Time.getNumOccurrences())
    return !timeFrontEnd(*Paths, Time ? Time : 1, outs());
  bool IsGood = true;
  for (const std::string &Path : *Paths) {
    if (DumpTokens)
      IsGood &= dumpTokens(Path, outs());
    else if (DumpAst)
      IsGood &= dumpAST(Path, outs());
    else if (DumpFacts)
      IsGood &= dumpFacts(Path, outs());
    else
      IsGood &= checkOnly(Path);
  }
  return !IsGood;
}
