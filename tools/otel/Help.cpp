//===- Help.cpp - what `otel help` prints ---------------------------------===//

#include "Help.h"

#include "llvm/ADT/StringSwitch.h"

static constexpr llvm::StringLiteral Main =
    R"help(otel: OpenTelemetry for Go programs, added while they are compiled

Usage: otel [options] <command> [arguments]

Commands:
  go         run a go command with instrumentation: otel go build ./cmd/server
  setup      prepare a build, for use of -toolexec without `otel go`
  toolexec   what the go command runs for each tool of a build
  cleanup    remove prepared builds from the cache
  version    print the versions of otel, of its SDK and of go
  help       explain a command: otel help go

Options:
  --rules PATH     also use this rule file, or the .toml files of this folder;
                   may be given several times
  --strict         fail where something stays uninstrumented that a rule is for,
                   or where nothing is instrumented at all
  --verbose        say what is done
  --color WHEN     colour messages: auto (default), always, never
  --cache DIR      keep prepared builds here, not in otel in the user's cache
  --resource-dir DIR
                   the installation's rules and SDK (default: ../share/otel
                   beside this program)

The environment sets the same: OTEL_RULES (paths separated by colons),
OTEL_STRICT=1, OTEL_VERBOSE=1, OTEL_COLOR, OTEL_CACHE_DIR, OTEL_RESOURCE_DIR.
Options come before the command; they win over the environment.

Nothing is written below your module. go.mod, go.sum and your sources stay as
they are; the prepared build is in the cache directory.

  otel go run .                     run this program instrumented
  otel go test ./...                run tests instrumented
  otel --rules ./otel go build .    with rules of your own
)help";

static constexpr llvm::StringLiteral Go =
    R"help(Usage: otel [options] go <any go command>

Runs the go command with the same words. build, run, test, install and list
work on the instrumented program; all other commands run unchanged. Flags,
output, exit status and signals are the go command's own.

Flags of yours that instrumentation needs too are merged: -gcflags, -toolexec,
-overlay, -modfile, -mod, on the command line or in GOFLAGS.

  otel go build -o server ./cmd/server
  otel go run . -port 8080
  otel go test -race -cover ./...
  otel go -C service build -trimpath

After a change of sources, rules or module files the preparation is repeated
where the change matters; otherwise it costs a few milliseconds.

One line on standard error tells what is instrumented. Exit status: that of the
go command; 1 where the program cannot be instrumented, or, with --strict, is
not.
)help";

static constexpr llvm::StringLiteral Setup =
    R"help(Usage: otel [options] setup [setup options] [build flags] [packages]

Prepares a build of the packages (default: the current directory) and says what
will be instrumented. `otel go` does this itself; use setup where something
else calls the go command.

Setup options, first:
  --print-goflags  print a value for GOFLAGS with which plain go commands build
                   the program instrumented; in a workspace also GOWORK
  --test           prepare for `go test` instead of `go build`
  --plan FILE      take the packages from the output of `go build -a -n`, kept
                   in FILE (- for standard input), and tell what the rules
                   match in them; prepares nothing

  eval "$(otel setup --print-goflags ./cmd/server)"
  go build ./cmd/server

  go build -a -n ./cmd/server 2>&1 | otel setup --plan -

The prepared build is for these packages and flags, and for the sources and
module files as they are: run setup again after changing imports or go.mod.
)help";

static constexpr llvm::StringLiteral Toolexec =
    R"help(Usage: otel toolexec TOOL ARGS…

The go command runs this for each compile, link, … of a build that `otel go` or
`otel setup` has prepared. Packages without a matching rule go to the tool
untouched.

  go build -toolexec="otel toolexec" .

without setup builds the program as plain go does, and says that it is not
instrumented (with OTEL_STRICT=1 it is an error).
)help";

static constexpr llvm::StringLiteral Cleanup =
    R"help(Usage: otel [options] cleanup

Removes all prepared builds from the cache directory. They are made again when
needed. The go command's build cache is not touched: see `go clean -cache`.
)help";

static constexpr llvm::StringLiteral Version =
    R"help(Usage: otel version

Prints the version of otel, of the SDK that it puts into programs, and of the go
command in PATH.
)help";

llvm::StringRef getHelp(llvm::StringRef Topic) {
  return llvm::StringSwitch<llvm::StringRef>(Topic)
      .Case("", Main)
      .Case("go", Go)
      .Case("setup", Setup)
      .Case("toolexec", Toolexec)
      .Case("cleanup", Cleanup)
      .Case("version", Version)
      .Default("");
}
