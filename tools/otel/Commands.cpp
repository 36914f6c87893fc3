//===- Commands.cpp - the table of commands and options -------------------===//

#include "Help.h"

#include "otelrewrite/Basic/Nearest.h"

using namespace llvm;
using namespace otelrewrite;

static constexpr OptionHelp GlobalOptions[] = {
    {"--rules", "PATH",
     "also use this rule file (TOML, or YAML by its name), or the rule files "
     "of "
     "this folder; may be given several times. A rule replaces one of the same "
     "name that is built in or the project's"},
    {"--use", "NAMES",
     "of the built-in libraries use only these, separated by commas, whatever "
     "otel.instrumentation.go says; `*` is all, `none` is none"},
    {"--with", "NAME,…",
     "also use what the installation has on request, such as logs (what "
     "loggers "
     "write is exported too); docs/libraries.md lists all"},
    {"--strict", nullptr,
     "fail where something stays uninstrumented that a rule is for, or where "
     "nothing is instrumented at all"},
    {"--verbose", nullptr, "say what is done"},
    {"--report", "FILE",
     "after `otel go build`, `run`, `test` or `install`, or `otel setup`: "
     "write "
     "what was instrumented, and what not and why, as one HTML file"},
    {"--color", "WHEN", "colour output: auto (default), always, never"},
    {"--cache", "DIR",
     "keep prepared builds here, not in otel in the user's cache"},
    {"--resource-dir", "DIR",
     "the installation's rules and SDK (default: ../share/otel beside this "
     "program)"},
};

static constexpr OptionHelp Variables[] = {
    {"OTEL_RULES", nullptr, "as --rules; paths separated by colons"},
    {"OTEL_WITH", nullptr, "as --with"},
    {"OTEL_USE", nullptr, "as --use"},
    {"OTEL_STRICT", nullptr, "1: as --strict; also for a bare `-toolexec`"},
    {"OTEL_VERBOSE", nullptr, "1: as --verbose"},
    {"OTEL_COLOR", nullptr, "as --color; NO_COLOR is heeded too"},
    {"OTEL_CACHE_DIR", nullptr, "as --cache"},
    {"OTEL_RESOURCE_DIR", nullptr, "as --resource-dir"},
};

static constexpr ExampleHelp GoExamples[] = {
    {"otel go build -o server ./cmd/server", ""},
    {"otel go run . -port 8080", ""},
    {"otel go test -race -cover ./...", ""},
    {"otel go -C service build -trimpath", ""},
};

static constexpr OptionHelp SetupOptions[] = {
    {"--print-goflags", nullptr,
     "print a value for GOFLAGS with which plain go commands build the program "
     "instrumented; in a workspace also GOWORK"},
    {"--test", nullptr, "prepare for `go test` instead of `go build`"},
    {"--plan", "FILE",
     "take the packages from the output of `go build -a -n`, kept in FILE (- "
     "for standard input), and tell what the rules match in them; prepares "
     "nothing"},
};
static constexpr ExampleHelp SetupExamples[] = {
    {"eval \"$(otel setup --print-goflags ./cmd/server)\"", ""},
    {"go build ./cmd/server", ""},
    {"go build -a -n ./cmd/server 2>&1 | otel setup --plan -", ""},
};

static constexpr OptionHelp ProgramOptions[] = {
    {"--json", nullptr, "print JSON, for scripts"},
    {"--test", nullptr, "look at the build of `go test` instead of `go build`"},
    {"-C", "DIR", "change to this folder first"},
};

static constexpr ExampleHelp ExplainExamples[] = {
    {"otel explain 'net/http.(*Server).Serve'", ""},
    {"otel explain redis.NewClient",
     "the last elements of an import path are enough"},
    {"otel explain ./billing.Charge -- -tags prod ./cmd/server", ""},
};

static constexpr ExampleHelp ListExamples[] = {
    {"otel list", ""},
    {"otel list --json | jq '.[] | select(.uses != []) | .name'",
     "the libraries that this program uses"},
};

static constexpr ExampleHelp DiffExamples[] = {
    {"otel diff", "everything, package runtime too"},
    {"otel diff redis", ""},
    {"otel --color always diff net/http.Client.transport | less -R", ""},
};

static constexpr OptionHelp InspectOptions[] = {
    {"--json", nullptr, "print JSON, for scripts"},
    {"--spdx", nullptr,
     "print packages and relationships to merge into an SPDX 2.3 document"},
    {"--cyclonedx", nullptr,
     "print components to merge into a CycloneDX 1.6 document"},
};
static constexpr ExampleHelp InspectExamples[] = {
    {"otel inspect ./server", ""},
    {"otel inspect --json ./server | jq -r '.rules[].name'", ""},
};

static constexpr OptionHelp DoctorOptions[] = {
    {"--json", nullptr, "print JSON, for scripts"},
};

static constexpr OptionHelp RulesOptions[] = {
    {"--json", nullptr, "check: print JSON, for scripts"},
    {"--func", "NAME",
     "new: the function to instrument, as F or T.M (default: the first "
     "exported one that takes a context)"},
    {"--dir", "DIR", "new: the folder of the new package"},
    {"--yaml", nullptr, "schema: of YAML files instead of TOML files"},
};
static constexpr ExampleHelp RulesExamples[] = {
    {"otel rules check otel/", ""},
    {"otel rules new --func Client.Do net/http", ""},
    {"otel rules schema > rules.schema.json", ""},
};

static constexpr OptionHelp PinOptions[] = {
    {"--check", nullptr,
     "write nothing; exit status 1 where the file would change"},
    {"-C", "DIR", "change to this folder first"},
};
static constexpr ExampleHelp PinExamples[] = {
    {"otel pin", ""},
    {"otel pin --check", "in CI"},
};

static constexpr ExampleHelp ToolexecExamples[] = {
    {"go build -toolexec=\"otel toolexec\" .",
     "without setup: builds the program as plain go does, and says that it is "
     "not instrumented (with OTEL_STRICT=1 it is an error)"},
};

static constexpr ExampleHelp DoctorExamples[] = {
    {"otel doctor", "before the first build, and when telemetry is missing"},
    {"otel doctor --json", ""},
};
static constexpr ExampleHelp CompletionExamples[] = {
    {"source <(otel completion bash)", ""},
};

static constexpr OptionHelp HelpOptions[] = {
    {"--man", nullptr, "print a man page instead: of otel, or of COMMAND"},
    {"--reference", nullptr, "print all of it in Markdown"},
    {"--commands", nullptr, "print the names of the commands"},
};
static constexpr ExampleHelp HelpExamples[] = {{"otel help go", ""}};

/// What main does before anything else; here for the help alone.
static int runToolexecLate(const Invocation &I) {
  return failUsage(I.Say, "toolexec", "toolexec takes no options before it");
}

static constexpr CommandHelp Commands[] = {
    {"go",
     runGo,
     "run a go command with instrumentation: otel go build ./cmd/server",
     "<any go command>",
     "Runs the go command with the same words. build, run, test, install and "
     "list work on the instrumented program; all other commands run unchanged. "
     "Flags, output, exit status and signals are the go command's own.\n\n"
     "Flags of yours that instrumentation needs too are merged: -gcflags, "
     "-toolexec, -overlay, -modfile, -mod, on the command line or in "
     "GOFLAGS.\n\n"
     "After a change of sources, rules or module files the preparation is "
     "repeated where the change matters; otherwise it costs a few "
     "milliseconds.\n\n"
     "One line on standard error tells what is instrumented. Exit status: that "
     "of the go command; 1 where the program cannot be instrumented, or, with "
     "--strict, is not.",
     {},
     GoExamples},
    {"setup", runSetup,
     "prepare a build, for use of -toolexec without `otel go`",
     "[setup options] [build flags] [packages]",
     "Prepares a build of the packages (default: the current directory) and "
     "says what will be instrumented. `otel go` does this itself; use setup "
     "where something else calls the go command.\n\n"
     "The prepared build is for these packages and flags, and for the sources "
     "and module files as they are: run setup again after changing imports or "
     "go.mod.",
     SetupOptions, SetupExamples},
    {"explain", runExplain, "say why a function is instrumented, or why not",
     "[explain options] PKG.FUNC… [-- build flags and packages]",
     "Names the rules that apply to a function of the program in the current "
     "folder, in their order and with their hooks; or what speaks against each "
     "rule that is near: import path, version, receiver, signature, build "
     "constraints, a function that cannot be hooked, or a package that the "
     "program does not have. PKG is an import path or its last elements, or a "
     "folder as ./billing; methods are (*T).M or T.M.\n\n"
     "Without packages all of the module are looked at (./...). Nothing is "
     "built. Exit status: 0 where each function is instrumented, else 1.",
     ProgramOptions, ExplainExamples},
    {"list", runList, "list supported libraries, and what this program uses",
     "[list options] [packages] [-- build flags and packages]",
     "Lists the libraries of the rule files: what they are for, in which "
     "versions, what a program gets, and what of them the program in the "
     "current folder uses.",
     ProgramOptions, ListExamples},
    {"diff", runDiff, "show what the compiler sees instead of your sources",
     "[diff options] [PKG or PKG.FUNC] [-- build flags and packages]",
     "Prints a unified diff from the sources on the disk to those that the "
     "compiler is given in an instrumented build: of all packages, of one, or "
     "of what is inserted into one function. Prepares the build, and compiles "
     "nothing.",
     ProgramOptions, DiffExamples},
    {"inspect", runInspect, "tell what was instrumented in a program",
     "[inspect options] PROGRAM",
     "Reads the record that each instrumented program carries in its data: the "
     "versions of otel, of its SDK and of go, the rules with a digest of what "
     "they say, the instrumented functions and the versions of their modules. "
     "Stripping the program leaves the record. Exit status: 1 for a program "
     "without one.",
     InspectOptions, InspectExamples},
    {"doctor", runDoctor, "check that instrumented builds work here",
     "[--json]",
     "Looks at the installation, the rules, the go command and its release, "
     "the caches, the module in the current folder, the module proxy, GOFLAGS, "
     "and whether a collector listens where telemetry will go. Exit status: 1 "
     "if something keeps instrumented builds from working.",
     DoctorOptions, DoctorExamples},
    {"pin", runPin, "write down what the program is instrumented with",
     "[pin options] [-- build flags and packages]",
     "Writes otel.instrumentation.go beside go.mod, or adds to it: the "
     "built-in "
     "libraries that the program uses, as `//otel:use NAME…`, and blank "
     "imports "
     "of the packages with rules that the modules of the build have. Nothing "
     "in "
     "it is taken away. With that file a build uses what it names and no other "
     "built-in library, so that a newer otel instruments the same.",
     PinOptions, PinExamples},
    {"rules", runRules, "check rule files, begin new ones, describe their keys",
     "check [--json] PATH… | new [--func NAME] [--dir DIR] PACKAGE | schema "
     "[--yaml] | reference",
     "check reads rule files, or those of folders, and shows each error in its "
     "place. Without a path it reads those of --rules and OTEL_RULES.\n\n"
     "new begins an instrumentation of PACKAGE, an import path: a package with "
     "a rule, hooks that make a span, a test, and a page with the row for "
     "documentation.\n\n"
     "schema prints a JSON schema for editors, reference all keys in Markdown.",
     RulesOptions, RulesExamples},
    {"toolexec",
     runToolexecLate,
     "what the go command runs for each tool of a build",
     "TOOL ARGS…",
     "The go command runs this for each compile, link, … of a build that `otel "
     "go` or `otel setup` has prepared. Packages without a matching rule go to "
     "the tool untouched.",
     {},
     ToolexecExamples},
    {"cleanup",
     runCleanup,
     "remove prepared builds from the cache",
     "",
     "Removes all prepared builds from the cache directory. They are made "
     "again when needed. The go command's build cache is not touched: see `go "
     "clean -cache`.",
     {},
     {}},
    {"version",
     runVersion,
     "print the versions of otel, of its SDK and of go",
     "",
     "Prints the version of otel, of the SDK that it puts into programs, and "
     "of the go command in PATH.",
     {},
     {}},
    {"completion",
     runCompletion,
     "print a completion script for a shell",
     "bash|zsh|fish",
     "Prints a completion script. Packages install it already.",
     {},
     CompletionExamples},
    {"help", runHelp, "explain a command: otel help go",
     "[help options] [COMMAND]", "Explains a command, or lists all of them.",
     HelpOptions, HelpExamples},
};

ArrayRef<CommandHelp> otelrewrite::getCommands() { return Commands; }
ArrayRef<OptionHelp> otelrewrite::getGlobalOptions() { return GlobalOptions; }
ArrayRef<OptionHelp> otelrewrite::getVariables() { return Variables; }

const CommandHelp *otelrewrite::findCommand(StringRef Name) {
  for (const CommandHelp &C : Commands)
    if (Name == C.Name)
      return &C;
  return nullptr;
}

const CommandHelp *otelrewrite::findNearestCommand(StringRef Name) {
  NearestName Near(Name);
  for (const CommandHelp &C : Commands)
    Near.consider(C.Name);
  return findCommand(Near.get());
}
