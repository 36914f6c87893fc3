#!/usr/bin/env python3
"""Follows the examples of docs/kinds.

  pages.py WORK OTEL-REWRITE [--update]

A page has TOML with rules, Go (a file whose first line is a comment with a path
lies there, otherwise it is shop.go), and the difference that the rules make. The
results must compile, too. There must be a page and a test for each kind.
"""
import difflib
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[3]
work, rewrite = pathlib.Path(sys.argv[1]), sys.argv[2]
update = "--update" in sys.argv[3:]
failed = False


def fail(text):
    global failed
    failed = True
    print(text)


def follow(page):
    text = page.read_text()
    folder = work / page.stem
    (folder / "in").mkdir(parents=True)
    rules = "".join(re.findall(r"^```toml\n(.*?)^```$", text, re.M | re.S))
    (folder / "rules.toml").write_text(rules)
    packages = []
    for code in re.findall(r"^```go\n(.*?)^```$", text, re.M | re.S):
        name = "in/shop.go"
        if found := re.match(r"// (\S+/\S+\.go)\n", code):
            name = found[1]
            packages.append("--package=example.com/%s=%s" % ((name.split("/")[0],) * 2))
            code = code[found.end():]
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(code)
    if not (folder / "in/shop.go").exists():
        return  # hooks alone: nothing to see in the file
    command = [rewrite, "--rules", "rules.toml", "--import-path", "example.com/shop"]
    run = subprocess.run(command + packages + ["--diff", "in/shop.go"],
                         cwd=folder, capture_output=True, text=True)
    if run.stderr:
        fail("%s: %s" % (page.name, run.stderr))
    made = "".join(line + "\n" for line in run.stdout.splitlines()
                   if not line.startswith(("---", "+++")))
    made = made.replace("//line %s/" % (folder / "in").resolve(), "//line /src/shop/")
    blocks = list(re.finditer(r"^```diff\n(.*?)^```$", text, re.M | re.S))
    if len(blocks) != 1:
        return fail("%s: %d differences, not one" % (page.name, len(blocks)))
    block = blocks[0]
    if made != block[1]:
        if update:
            page.write_text(text[:block.start(1)] + made + text[block.end(1):])
        else:
            fail("".join(difflib.unified_diff(
                block[1].splitlines(True), made.splitlines(True), page.name, "seen")))
    subprocess.run(command + packages + ["-d", "built", "in/shop.go"], cwd=folder, check=True)


kinds = [header.read_text() for header in
         sorted((root / "include/otelrewrite/Rules/Kinds").glob("*.h"))]
names = {re.search(r'Name = "(\w+)"', text)[1] for text in kinds}
pages = {page.stem: page for page in (root / "docs/kinds").glob("*.md")}
for name in sorted(names):
    if not (root / "test/Kinds" / (name + ".test")).exists():
        fail("no test/Kinds/%s.test" % name)
    if name not in pages:
        fail("no docs/kinds/%s.md" % name)
for name, page in sorted(pages.items()):
    if name not in names:
        fail("docs/kinds/%s.md is of no kind" % name)
    follow(page)
(work / "go.mod").write_text("module example.com\n\ngo 1.24\n")
for folder in sorted(work.glob("*/built")):
    # Files that are named are built whatever their constraints say.
    run = subprocess.run(["go", "build"] + sorted(f.name for f in folder.iterdir()),
                         cwd=folder, capture_output=True, text=True)
    if run.returncode:
        fail(run.stderr)
sys.exit(failed)
