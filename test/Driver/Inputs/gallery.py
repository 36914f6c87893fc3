"""Puts otel into wrong situations and compares all it prints with gallery.txt.

  gallery.py WORK OTEL GOLDEN [--update]

Each situation is a small change of one well-formed program. In what is printed
the folder of the program reads $DIR, the installation $OTEL.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

work, otel, golden = (pathlib.Path(a).resolve() for a in sys.argv[1:4])
resources = os.environ["OTEL_RESOURCE_DIR"]

RULE = """[rule.charge]
import_path = "example.com/shop/billing"
where = { func = "Charge" }
do = [ { inject_hooks = { before = "Before", path = "example.com/shop/hooks" } } ]
"""
PROGRAM = {
    "go.mod": "module example.com/shop\n\ngo 1.24\n",
    "main.go": 'package main\n\nimport "example.com/shop/billing"\n\n'
               "func main() { println(billing.Charge(1)) }\n",
    "billing/billing.go": "package billing\n\nfunc Charge(n int) int { return n }\n\n"
                          "type Client struct{}\n\nfunc (c *Client) Refund() {}\n\n"
                          "//go:nosplit\nfunc spin() {}\n\nfunc asm()\n",
    "billing/asm.s": "",
    "hooks/hooks.go": 'package hooks\n\nimport "github.com/open-telemetry/'
                      'opentelemetry-go-compile-instrumentation/sdk/hook"\n\n'
                      "func Before(c hook.Context) {}\n\nfunc Typed(c hook.Context, s string) {}\n\n"
                      "func Result(c hook.Context) error { return nil }\n\n"
                      "func Generic[T any](c hook.Context) {}\n\ntype T struct{}\n\n"
                      "func (T) Method(c hook.Context) {}\n",
    "rule.toml": RULE,
}
BUILD = ["--rules", "rule.toml", "go", "build", "-o", "out/shop", "."]
STRICT = ["--strict", *BUILD]
CHECK = ["rules", "check", "rule.toml"]


def rule(old, new, args=CHECK, **more):
    assert old in RULE, old
    return dict(files={"rule.toml": RULE.replace(old, new)}, args=args, **more)


def program(path, text, args=BUILD, **more):
    return dict(files={path: text}, args=args, **more)


YAML = """charge:
  target: example.com/shop/billing
  where:
    func: Charge
  do:
    - inject_hooks:
        before: Before
        path: example.com/shop/hooks
"""


def yaml(old, new):
    assert old in YAML, old
    return dict(files={"shop.otelc.yml": YAML.replace(old, new)}, args=["rules", "check", "shop.otelc.yml"])


def use(spec, comment="", files={}):
    text = f"//go:build tools\n\npackage tools\n\n{comment}\n\nimport (\n\t{spec}\n)\n"
    return dict(files={"otel.instrumentation.go": text, **files}, args=["go", "build", "-o", "out/shop", "."])


DO = RULE.splitlines()[3]
CASES = {
    # Rule files
    "a key misspelt": rule("where =", "wher ="),
    "not TOML": rule("where = {", "where = "),
    "a string not closed": rule('"Charge"', '"Charge'),
    "no import_path": rule('import_path = "example.com/shop/billing"\n', ""),
    "no where": rule('where = { func = "Charge" }\n', ""),
    "no do": rule(DO, ""),
    "an empty do": rule(DO, "do = []"),
    "a number for a name": rule('"Charge"', "1"),
    "a list for a table": rule('{ func = "Charge" }', '[ "Charge" ]'),
    "an empty function": rule('"Charge"', '""'),
    "a bad pattern": rule('"Charge"', '"Char[ge"'),
    "a version without v": rule("where =", 'version = "1.2"\nwhere ='),
    "an empty range of versions": rule("where =", 'version = "v2.0.0,v1.0.0"\nwhere ='),
    "a hook that is no name": rule('"Before"', '"hooks.Before"'),
    "no hook": rule('before = "Before", ', ""),
    "a hook package with a blank": rule('"example.com/shop/hooks"', '"example.com/my hooks"'),
    "two kinds in one element": rule("} } ]", "}, wrap_call = {} } ]"),
    "an unknown kind": rule("inject_hooks", "inject_hook"),
    "a rule twice": rule(DO, DO + "\n" + RULE.replace(".charge", ".other") + RULE.replace(".charge", ".other")),
    "a table misspelt": rule("[rule.charge]", "[rules.charge]"),
    "an empty rule file": program("rule.toml", "", CHECK),
    "no rule file": dict(args=["rules", "check", "none.toml"]),
    # Rules and programs
    "a function misspelt": rule('"Charge"', '"Chrage"', BUILD),
    "a function misspelt, strict": rule('"Charge"', '"Chrage"', STRICT),
    "a method misspelt": rule('"Charge"', '"Refnd"', BUILD),
    "a receiver forgotten": rule('"Charge"', '"Refund"', BUILD),
    "a receiver too many": rule('"Charge" }', '"Charge", recv = "*Client" }', BUILD),
    "a value receiver for a pointer's": rule('"Charge" }', '"Refund", recv = "Client" }', BUILD),
    "a package that is not imported": rule("shop/billing", "shop/biling", BUILD),
    "a package that is not imported, strict": rule("shop/billing", "shop/biling", STRICT),
    "a function that must not call": rule('"Charge"', '"spin"', BUILD),
    "a function in assembly": rule('"Charge"', '"asm"', BUILD),
    "package runtime": rule("example.com/shop/billing", "runtime", BUILD),
    "no such hook package": rule("shop/hooks", "shop/hoks", BUILD),
    "a hook package of nobody": rule("example.com/shop/hooks", "example.org/hooks", BUILD),
    "no such hook": rule('"Before"', '"Befor"', BUILD),
    "a hook with another type than its target": rule('"Before"', '"Typed"', BUILD),
    "a hook with a result": rule('"Before"', '"Result"', BUILD),
    "a generic hook": rule('"Before"', '"Generic"', BUILD),
    "a method for a hook": rule('"Before"', '"Method"', BUILD),
    "a hook package that does not parse": program("hooks/hooks.go", "package hooks\n\nfunc Before( {}\n"),
    "a hook package that does not compile": program(
        "hooks/hooks.go", PROGRAM["hooks/hooks.go"] + "\nvar _ int = \"one\"\n"),
    "a file of the importer's name": program("otel_importer.go", "package main\n"),
    # Programs
    "a syntax error": program("billing/billing.go", "package billing\n\nfunc Charge(n int int {}\n"),
    "a type error": program("main.go", PROGRAM["main.go"].replace("(1)", '("1")')),
    "an import that is not there": program("main.go", PROGRAM["main.go"].replace("shop/billing", "shop/biling")),
    "no go.mod": dict(files={"go.mod": None}, args=BUILD),
    "a folder without Go files": dict(files={"empty/x.txt": ""}, args=[*BUILD[:-1], "./empty"]),
    "no such folder": dict(args=["go", "-C", "nowhere", "build"]),
    "the go command's own flag misspelt": dict(args=[*BUILD[:-1], "-rce", "."]),
    # Rules as YAML and as modules
    "YAML that is none": yaml("func: Charge", "func: [Charge"),
    "YAML out of line": yaml("    func: Charge", "   func: Charge\n     recv: T"),
    "a template in YAML without quotes": yaml("before: Before", "before: {{ . }}"),
    "a key misspelt in YAML": yaml("where:", "wher:"),
    "the package below where": yaml("    func: Charge", "    target: example.com/shop/billing\n    func: Charge"),
    "a value forgotten in YAML": yaml("func: Charge", "func:"),
    "a module that go.mod does not have": use('_ "example.org/instrumentation"'),
    "a package without rules": use('_ "example.com/shop/billing"'),
    "an import that is not blank": use('"example.com/shop/hooks"'),
    "a built-in library misspelt": use("", "//otel:use nettp"),
    "a use file that does not parse": use('_ "example.com'),
    "two use files": use("", files={"otelc.tool.go": "//go:build tools\n\npackage tools\n"}),
    "rules new without a package": dict(args=["rules", "new"]),
    "rules new for nothing": dict(args=["rules", "new", "example.org/none"]),
    "rules new for a function misspelt": dict(args=["rules", "new", "--func", "Chrage", "./billing"]),
    # The machine
    "no go command": dict(args=BUILD, env={"PATH": "/nowhere"}),
    "no installation": dict(args=["--resource-dir", "/nowhere", *BUILD]),
    "a cache that is a file": dict(args=["--cache", "go.mod", *BUILD]),
    "GO111MODULE=off": dict(args=BUILD, env={"GO111MODULE": "off"}),
    "a report that cannot be written": dict(args=["--report", "go.mod/report.html", *BUILD]),
    # Words
    "no command": dict(args=["biuld"]),
    "an option behind the command": dict(args=["explain", "--strict", "billing.Charge"]),
    "an option unknown": dict(args=["--rule", "rule.toml", "go", "build"]),
    "an option without its value": dict(args=["--rules"]),
    "explain a package": dict(args=["--rules", "rule.toml", "explain", "billing"]),
    "explain with a misspelling": dict(args=["--rules", "rule.toml", "explain", "billing.Chrage"]),
    "diff what is unchanged": dict(args=["--rules", "rule.toml", "diff", "billing.spin"]),
    "inspect a text": dict(args=["inspect", "go.mod"]),
    "inspect nothing": dict(args=["inspect", "nowhere"]),
    "toolexec without a tool": dict(args=["toolexec"]),
    "a plan that is none": dict(args=["setup", "--plan", "go.mod"]),
    "help on nothing": dict(args=["help", "biuld"]),
}


def run(number, case):
    folder = work / f"{number}"
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in {**PROGRAM, **case.get("files", {})}.items():
        if text is not None:
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    env = {**os.environ, "OTEL_CACHE_DIR": str(work / "cache" / str(number)),
           "NO_COLOR": "1", **case.get("env", {})}
    result = subprocess.run([otel, *case["args"]], cwd=folder, env=env, text=True,
                            stdin=subprocess.DEVNULL, capture_output=True)
    text = result.stderr + result.stdout
    for path, name in ((str(folder), "$DIR"), (resources, "$OTEL")):
        text = text.replace(path, name)
    text = re.sub(r"\S*/usr/local/go\b|" + re.escape(os.environ.get("GOROOT", "/usr/local/go")), "$GOROOT", text)
    text = re.sub(r"cache/%d/\S+" % number, "cache/…", text)
    text = re.sub(r"state/[0-9a-f]{32}", "state/…", text)
    text = re.sub(r"\S+(/src/\S+ \(from \$GOPATH\))", r"$GOPATH\1", text)
    text = text.replace(str(work), "$WORK")
    return text.rstrip("\n"), result.returncode


out = []
for number, (name, case) in enumerate(CASES.items()):
    text, status = run(number, case)
    out.append(f"== {name}\n$ otel {' '.join(case['args'])}\n{text}\n[{status}]\n")
    # What must never be seen, whatever the situation.
    for bad in ("exit status", "goroutine ", "PLEASE submit a bug", "Stack dump", "terminate called"):
        if bad in text:
            out.append(f"!! chatter: {bad}\n")
text = "\n".join(out)
if "--update" in sys.argv:
    golden.write_text(text)
    sys.exit(0)
expected = golden.read_text()
if text != expected:
    import difflib
    sys.stdout.writelines(difflib.unified_diff(
        expected.splitlines(True), text.splitlines(True), "expected", "seen"))
    sys.exit(1)
print(len(CASES), "situations")
