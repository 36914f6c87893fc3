#!/usr/bin/env python3
"""Feeds otel-rewrite what nobody writes, within bounds of time and memory.

  stress.py GROUP[:WORD]...    only the cases with WORD in their name

Groups: nesting, beyond, lists, long, errors, bytes, rewrite.

Each case is generated, given to otel-rewrite on standard input, and must end
with success or with an error, whichever the case asks for: never by a signal,
beyond its CPU time (which is how quadratic time shows: cases have about a
million parts), or beyond its memory. Prints a line for each case and exits
with 1 when one went wrong.
"""
import os
import random
import resource
import subprocess
import sys
import tempfile

MILLION = 1000 * 1000
CPU_SECONDS = 20
MEMORY = 3 << 30

CASES = {}


def case(group, name, source, accept=True, message=None, args=("--check",)):
    CASES.setdefault(group, []).append((name, source, accept, message, args))


def package(*parts):
    return lambda: ("package p\n" + "".join(parts)).encode()


def nest(opening, middle, closing, n=MILLION, before="", after=""):
    return lambda: ("package p\n" + before + opening * n + middle +
                    closing * n + after + "\n").encode()


def in_func(opening, middle, closing, n=MILLION):
    return nest(opening, middle, closing, n, "func f() {\n", "\n}")


# What nests. Each form with the parser's stack symbols that one level takes
# beyond one, so that the depth limit of two million symbols is not reached.
NESTING = {
    "parentheses": (in_func, "x = ", "(", "1", ")"),
    "blocks": (in_func, "", "{", "", "}"),
    "unary operators": (in_func, "x = ", "!", "x", ""),
    "signs": (in_func, "x = ", "- ", "x", ""),
    "addresses": (in_func, "x = ", "& ", "x", ""),
    "receives": (in_func, "x = ", "<-", "c", ""),
    "dereferences": (in_func, "x = ", "*", "x", ""),
    "selectors": (in_func, "x = x", ".a", "", ""),
    "calls in a row": (in_func, "x = f", "()", "", ""),
    "calls in calls": (in_func, "x = ", "f(", "", ")"),
    "indices in a row": (in_func, "x = a", "[0]", "", ""),
    "indices in indices": (in_func, "x = ", "a[", "0", "]"),
    "slices in a row": (in_func, "x = a", "[:]", "", ""),
    "assertions in a row": (in_func, "x = a", ".(T)", "", ""),
    "conversions": (in_func, "x = ", "(*T)(", "1", ")"),
    "pointer types": (nest, "var x ", "*", "T", ""),
    "slice types": (nest, "var x ", "[]", "T", ""),
    "array types": (nest, "var x ", "[1]", "T", ""),
    "map types": (nest, "var x ", "map[K]", "T", ""),
    "map keys": (nest, "var x ", "map[", "K", "]V"),
    "channel types": (nest, "var x ", "chan ", "T", ""),
    "receiving channel types": (nest, "var x ", "<-chan ", "T", ""),
    "function types": (nest, "var x ", "func(", "", ")"),
    "function results": (nest, "var x ", "func() ", "T", ""),
    "parenthesised types": (nest, "var x ", "(", "T", ")"),
    "struct types": (nest, "var x ", "struct{a ", "T", "}"),
    "interface types": (nest, "var x ", "interface{m(x ", "T", ")}"),
    "type arguments": (nest, "var x ", "T[", "int", "]"),
    "composite literals": (nest, "var x = ", "T{", "", "}"),
    "elided literals": (nest, "var x = T", "{", "", "}"),
    "literals with keys": (nest, "var x = T", "{a: ", "1", "}"),
    "function literals": (in_func, "", "_ = func() {", "", "}"),
    "else-ifs": (in_func, "if x { } ", "else if x { } ", "", ""),
    "ifs": (in_func, "", "if x {", "", "}"),
    "elses": (in_func, "", "if x { } else {", "", "}"),
    "fors": (in_func, "", "for {", "", "}"),
    "ranges": (in_func, "", "for range x {", "", "}"),
    "switches": (in_func, "", "switch { case x: ", "", "}"),
    "type switches": (in_func, "", "switch x.(type) { case T: ", "", "}"),
    "selects": (in_func, "", "select { default: ", "", "}"),
    "sums": (in_func, "x = 1", " + 1", "", ""),
    "products of sums": (in_func, "x = 1", " + 1 * 2 == 3 && a || b", "", ""),
    "comparisons": (in_func, "x = 1", " == 1", "", ""),
}
# Levels for those that take more than two symbols a level.
LEVELS = {
    "conversions": 200 * 1000, "calls in calls": 600 * 1000,
    "indices in indices": 600 * 1000, "map types": 300 * 1000,
    "map keys": 600 * 1000, "function types": 300 * 1000,
    "function results": 300 * 1000, "struct types": 300 * 1000,
    "interface types": 150 * 1000, "type arguments": 600 * 1000,
    "composite literals": 400 * 1000, "literals with keys": 400 * 1000,
    "function literals": 150 * 1000, "ifs": 300 * 1000, "elses": 200 * 1000,
    "fors": 300 * 1000, "ranges": 300 * 1000, "switches": 200 * 1000,
    "type switches": 150 * 1000, "selects": 200 * 1000,
    "array types": 500 * 1000, "slice types": 900 * 1000,
    "receiving channel types": 900 * 1000, "else-ifs": 300 * 1000,
}

for name, (make, before, opening, middle, closing) in NESTING.items():
    n = LEVELS.get(name, MILLION)
    if make is in_func:
        source = nest(opening, middle, closing, n, "func f() {\n" + before, "\n}")
    else:
        source = nest(opening, middle, closing, n, before, "")
    case("nesting", name, source)

    # The same without its end, and far beyond the limit.
    case("beyond", name + ", cut off",
         nest(opening, "", "", n, "func f() {\n" + before if make is in_func
              else before), accept=name == "function results")
    if closing:
        case("beyond", name + ", five million",
             nest(opening, middle, closing, 5 * MILLION,
                  "func f() {\n" + before if make is in_func else before,
                  "\n}" if make is in_func else ""),
             accept=False, message="nesting is too deep")
    else:  # some of these are lists to the grammar
        case("beyond", name + ", five million",
             nest(opening, middle, "", 5 * MILLION,
                  "func f() {\n" + before if make is in_func else before,
                  "\n}" if make is in_func else ""), accept=None)


def many(before, part, after, n=MILLION):
    """`#` in PART is the number."""
    def make():
        if "#" not in part:
            return ("package p\n" + before + part * n + after).encode()
        head = part.split("#")
        return ("package p\n" + before +
                "".join(str(i).join(head) for i in range(n)) + after).encode()
    return make


LISTS = {
    "variables": ("", "var v# = 1\n", ""),
    "functions": ("", "func f#() {}\n", ""),
    "functions on one line": ("", "func f#() {};", ""),
    "imports": ("import (\n", "\"a\"\n", ")\n"),
    "constants": ("const (\n", "c# = iota\n", ")\n"),
    "types": ("type (\n", "T# int\n", ")\n"),
    "names": ("var a", ", a#", " int\n"),
    "parameters": ("func f(", "a# int, ", ") {}\n"),
    "parameters of one type": ("func f(", "a#, ", "b int) {}\n"),
    "types as parameters": ("func f(", "int, ", ") {}\n"),
    "results": ("func f() (", "int, ", ") { return }\n"),
    "type parameters": ("func f[", "T# any, ", "]() {}\n"),
    "fields": ("type T struct {\n", "f# int\n", "}\n"),
    "methods of an interface": ("type T interface {\n", "m#()\n", "}\n"),
    "terms of a union": ("type T interface {\n", "~int | ", "int }\n"),
    "arguments": ("func f() { f(", "1, ", ") }\n"),
    "elements": ("var x = T{", "1, ", "}\n"),
    "statements": ("func f() {\n", "x = 1\n", "}\n"),
    "empty statements": ("func f() {\n", ";", "}\n"),
    "cases": ("func f() { switch x {\n", "case #:\n", "} }\n"),
    "values of a case": ("func f() { switch x { case ", "1, ", "2: } }\n"),
    "clauses of a select": ("func f() { select {\n", "case <-c: x = 1\n", "} }\n"),
    "labels": ("func f() {\n", "L#: x = 1; goto L#\n", "}\n"),
    "gotos forward": ("func f() {\n", "goto L\n", "L: }\n"),
    "gotos backward": ("func f() { L:\n", "goto L\n", "}\n"),
    "gotos forward from blocks": ("func f() {\n", "{ goto L }\n", "L: }\n"),
    "gotos past each other": ("func f() {\n", "goto L#; L#:\n", "}\n"),
    "labels of one statement": ("func f() { goto L0\n", "L#: goto L#\n", "}\n"),
    "loops with labels": ("func f() {\n", "L#: for { break L#; continue L# }\n", "}\n"),
    "closures": ("func f() {\n", "_ = func() { return }\n", "}\n"),
    "comments": ("", "// c\n", ""),
    "block comments": ("", "/**/", "\n"),
    "line directives": ("", "//line a#.go:#1:1\n", "func f() {}\n"),
    "block line directives": ("", "/*line :1:1*/", "func f() {}\n"),
    "line directives before functions": ("", "//line x.y:7\nfunc f#() {}\n", ""),
    "go directives": ("", "//go:noinline\n", "func f() {}\n"),
}
for name, (before, part, after) in LISTS.items():
    case("lists", name, many(before, part, after))


def half(a, b, n=MILLION // 2):
    """All of A, then all of B, `#` being the number."""
    def make():
        return ("package p\nfunc f() {\n" +
                "".join(a.replace("#", str(i)) for i in range(n)) +
                "".join(b.replace("#", str(i)) for i in range(n)) +
                "}\n").encode()
    return make


case("lists", "all gotos, then all labels", half("goto L#\n", "L#:\n"))
case("lists", "all labels, then all gotos", half("L#: x = 1\n", "goto L#\n"))
case("lists", "gotos out of nested blocks", nest(
    "{ goto L; ", "", "}", 300 * 1000, "func f() {", "; L: }"))
case("lists", "labels in nested blocks", lambda: (
    "package p\nfunc f() {" + "".join(f"L{i}: for {{ " for i in range(200 * 1000))
    + "".join(f"continue L{i};" for i in range(200 * 1000))
    + "}" * 200 * 1000 + "}\n").encode())

TEN = 10 << 20
LONG = {
    "identifier": "var " + "a" * TEN + " int\n",
    "identifier beyond ASCII": "var " + "\u00e9" * (TEN // 2) + " int\n",
    "integer": "var x = " + "1" * TEN + "\n",
    "hexadecimal float": "var x = 0x" + "f" * TEN + ".8p1\n",
    "digits with separators": "var x = 0x" + "_f" * (TEN // 2) + "\n",
    "string": "var x = \"" + "a" * TEN + "\"\n",
    "string of escapes": "var x = \"" + "\\u00e9" * (TEN // 6) + "\"\n",
    "string beyond ASCII": "var x = \"" + "\u4e16" * (TEN // 3) + "\"\n",
    "raw string": "var x = `" + "a\n" * (TEN // 2) + "`\n",
    "raw string with returns": "var x = `" + "\r\n" * (TEN // 2) + "`\n",
    "line comment": "//" + "a" * TEN + "\n",
    "block comment": "/*" + "a\n" * (TEN // 2) + "*/\n",
    "block comment of stars": "/*" + "*" * TEN + "/\n",
    "blanks": " " * TEN + "\n",
    "tabs": "\t" * TEN,
    "line breaks": "\n" * TEN,
    "returns": "\r" * TEN + "\n",
    "line of declarations": "var x int;" * (TEN // 10) + "\n",
    "line of terms": "var x = 0" + " + 1" * (TEN // 4) + "\n",
    "import path": "import \"" + "a/" * (TEN // 2) + "\"\n",
    "struct tag": "type T struct { a int `" + "a" * TEN + "` }\n",
    "line directive": "//line " + "a" * TEN + ":1\nfunc f() {}\n",
    "go directive": "//go:" + "a" * TEN + "\nfunc f() {}\n",
    "package of 20 MB identifier": "var " + "a" * (2 * TEN) + " int\n",
}
for name, text in LONG.items():
    case("long", name, package(text))
BAD_LONG = {
    "unterminated string": "var x = \"" + "a" * TEN,
    "unterminated raw string": "var x = `" + "a" * TEN,
    "unterminated comment": "/*" + "*a" * (TEN // 2),
    "unterminated rune": "var x = '" + "a" * TEN,
    "rune of many": "var x = '" + "a" * TEN + "'\n",
    "bad escapes": "var x = \"" + "\\q" * (TEN // 2) + "\"\n",
    "bad digits": "var x = 0b" + "9" * TEN + "\n",
    "bad separators": "var x = 0x" + "__" * (TEN // 2) + "\n",
    "misplaced identifier": "a" * TEN + "\n",
    "two identifiers": "var x = " + "a" * TEN + " " + "b" * TEN + "\n",
    "unknown label": "func f() { goto " + "a" * TEN + " }\n",
    "labels twice": "func f() {" + ("a" * MILLION + ": ") * 10 + "}\n",
    "line number": "//line x:" + "9" * TEN + "\n",
    "line number that is a word": "//line x:" + "a" * TEN + "\n",
    "errors on one line": "var x = 0b9;" * MILLION + "\n",
}
for name, text in BAD_LONG.items():
    case("errors", name, package(text), accept=False)
ERRORS = {
    "bad functions": ("", "func f#() { ) }\n", ""),
    "bad functions on one line": ("", "func f#() { ) };", ""),
    "bad statements": ("func f() {\n", "x y\n", "}\n"),
    "closing brackets": ("", ")", "\n"),
    "opening brackets": ("", "([{", "\n"),
    "undefined labels": ("func f() {\n", "goto L#\n", "}\n"),
    "unused labels": ("func f() {\n", "L#:\n", "}\n"),
    "one label again and again": ("func f() {\n", "L:\n", "}\n"),
    "jumps over variables": ("func f() {\n", "goto L; x := #\n", "L: }\n"),
    "jumps into blocks": ("func f() {\n", "goto L\n", "{ L: } }\n"),
    "jumps into many blocks": ("func f() {\n", "goto L#; { L#: }\n", "}\n"),
    "breaks outside loops": ("func f() {\n", "break\n", "}\n"),
    "functions with an unused label": ("", "func f#() { L: }\n", ""),
    "functions with a break": ("", "func f#() { break }\n", ""),
    "functions with mixed parameters": ("", "func f#(a int, b) {}\n", ""),
    "late imports": ("var x int\n", "import \"a\"\n", ""),
    "methods without a name": ("", "func () f#() {}\n", ""),
    "declarations without func": ("", "f#() {}\n", ""),
    "control characters": ("", "\x01", "\n"),
    "question marks": ("var x = ", "?", "\n"),
    "bad literals": ("var x = T{", "0b2, ", "}\n"),
    "empty runes": ("var x = T{", "'', ", "}\n"),
    "bad line directives": ("", "//line x:0\n", ""),
    "parameters missing a type": ("func f(", "a int, b, ", "c) {}\n"),
    "elements missing commas": ("var x = T{", "1\n", "}\n"),
    "assignments as conditions": ("func f() {\n", "if x = 1 { }\n", "}\n"),
}
for name, (before, part, after) in ERRORS.items():
    case("errors", name, many(before, part, after), accept=False)
# The compiler's parser leaves these to its type checker, and so do we.
case("errors", "defaults",
     many("func f() { switch x {\n", "default:\n", "} }\n"), accept=True)


def mixed(seed, alphabet, n):
    def make():
        r = random.Random(seed)
        return b"package p\n" + b"".join(r.choices(alphabet, k=n))
    return make


TOKENS = [t.encode() + b" " for t in
          """break case chan const continue default defer else fallthrough for func
          go goto if import interface map package range return select struct switch
          type var x y 1 "s" 'c' + - * / % & | ^ << >> &^ += && || <- ++ -- == < > =
          ! ~ != <= >= := ... ( [ { , . ) ] } ; : """.split()] + [b"\n"]
case("bytes", "NUL", lambda: b"package p\n" + b"\0" * TEN, accept=False)
case("bytes", "nothing but NUL", lambda: b"\0" * TEN, accept=False)
case("bytes", "0xff", lambda: b"package p\n" + b"\xff" * TEN, accept=False)
case("bytes", "continuation bytes", lambda: b"package p\n" + b"\x80" * TEN,
     accept=False)
case("bytes", "halves of characters", lambda: b"package p\nvar x = \"" +
     b"\xe4\xb8" * MILLION + b"\"\n", accept=False)
case("bytes", "surrogates", lambda: b"package p\nvar x = \"" +
     b"\xed\xa0\x80" * MILLION + b"\"\n", accept=False)
case("bytes", "overlong characters", lambda: b"package p\n// " +
     b"\xc0\x80" * MILLION + b"\n", accept=False)
case("bytes", "byte order marks", lambda: b"\xef\xbb\xbf" * MILLION +
     b"package p\n", accept=False)
case("bytes", "one byte order mark", lambda: b"\xef\xbb\xbfpackage p\n")
case("bytes", "a byte order mark in between",
     lambda: b"package \xef\xbb\xbfp\n", accept=False)
case("bytes", "UTF-16", lambda: "package p\n".encode("utf-16"), accept=False)
case("bytes", "nothing", lambda: b"", accept=False)
for cut in (1, 2, 3, 4, 5, 6, 7, 8):
    case("bytes", f"{cut} bytes", lambda cut=cut: b"package p"[:cut],
         accept=False)
for seed in range(4):
    case("bytes", f"random bytes {seed}", mixed(
        seed, [bytes([b]) for b in range(256)], TEN), accept=False)
    case("bytes", f"random tokens {seed}", mixed(seed, TOKENS, 2 * MILLION),
         accept=False)
    case("bytes", f"random brackets {seed}", mixed(
        seed, [b"(", b")", b"[", b"]", b"{", b"}"], 5 * MILLION), accept=False)
    case("bytes", f"random types {seed}", mixed(
        seed, [b"func(", b"[]", b"map[", b"]", b"*", b")", b"struct{", b"}",
               b"T", b","], 2 * MILLION), accept=False)

# Every function of a file, rewritten.
RULES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "all.toml")
REWRITE = {
    "functions": ("", "func f#() {}\n", "", 200 * 1000),
    "functions on one line": ("", "func f#(x int) {};", "", 200 * 1000),
    "methods": ("type T struct{}\n", "func (t *T) f#(a int) (b int) { return }\n",
                "", 200 * 1000),
    "generic methods": ("type T[K comparable, V any] struct{}\n",
                        "func (t *T[K, V]) f#(a int) (b int) { return }\n", "",
                        200 * 1000),
    "generic methods before their type": (
        "", "func (t *T[K]) f#() {}\n", "type T[K any] struct{}\n", 200 * 1000),
    "generic types with a method": (
        "", "func (T#[K]) f() {}; type T#[K any] int\n", "", 100 * 1000),
    "init functions": ("", "func init() {}\n", "", 200 * 1000),
    "init functions behind line directives": (
        "", "//line x.y:7\nfunc init() {}\n", "", 100 * 1000),
    "parameters": ("func f(", "a# int, ", ") {}\n", 50 * 1000),
    "unnamed parameters": ("func f(", "int, ", ") {}\n", 50 * 1000),
    "results": ("func f() (", "int, ", ") { return }\n", 50 * 1000),
    "type parameters": ("func f[", "T# any, ", "]() {}\n", 20 * 1000),
    "names like the generated ones": ("func f() {\n", "_otel#_ := 1\n", "}\n",
                                      200 * 1000),
    "line directives": ("", "//line x.y:7\nfunc f#() {}\n", "", 100 * 1000),
    "imports": ("import (\n", "x# \"a\"\n", ")\nfunc f() {}\n", 200 * 1000),
}
for name, (before, part, after, n) in REWRITE.items():
    case("rewrite", name, many(before, part, after, n),
         args=("--rules", RULES, "--import-path", "p"))
    case("rewrite", name + ", as a diff", many(before, part, after, n),
         args=("--rules", RULES, "--import-path", "p", "--diff"))
    case("rewrite", name + ", as matches", many(before, part, after, n),
         args=("--rules", RULES, "--import-path", "p", "--dump-matches"))
case("rewrite", "refused functions behind line directives, as matches",
     many("", "//line x.y:7\n//go:nosplit\nfunc f#() {}\n", "", 100 * 1000),
     args=("--rules", RULES, "--import-path", "p", "--dump-matches"))
for name, n in (("pointer types", 200 * 1000), ("slice types", 200 * 1000),
                ("parenthesised types", 200 * 1000)):
    _, _, opening, middle, closing = NESTING[name]
    case("rewrite", "parameter of " + name,
         nest(opening, middle, closing, n, "func f(x ", ") {}"),
         args=("--rules", RULES, "--import-path", "p"))
    case("rewrite", "receiver of " + name,
         nest(opening, middle, closing, n, "func (x ", ") f() {}"),
         args=("--rules", RULES, "--import-path", "p"))


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(name, make, accept, message, args):
    source = make()
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, \
            tempfile.TemporaryFile() as err:
        given.write(source)
        given.seek(0)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        status = subprocess.run(["otel-rewrite", *args, "-"], stdin=given,
                                stdout=out, stderr=err, preexec_fn=limit,
                                check=False).returncode
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = (after.ru_utime - before.ru_utime +
                   after.ru_stime - before.ru_stime)
        written = err.tell() or os.fstat(err.fileno()).st_size
        err.seek(0)
        text = err.read(4096).decode(errors="replace")
    problems = []
    if status not in (0, 1):
        problems.append(f"ended with {status}")
    elif accept is not None and (status == 0) != accept:
        problems.append("accepted" if status == 0 else "rejected")
    if status == 1 and "error:" not in text:
        problems.append("no error was printed")
    if message and status == 1 and message not in text:
        problems.append(f"the error does not say `{message}`")
    if written > 4 * MILLION:
        problems.append(f"{written} bytes of messages")
    print(f"{'FAIL' if problems else 'ok':4} {seconds:6.2f} s "
          f"{len(source) / 1e6:6.1f} MB  {name}", *problems, sep=": " if problems
          else "", flush=True)
    if problems:
        print(text[:500])
    return not problems


def main():
    good = True
    for group in sys.argv[1:]:
        group, _, word = group.partition(":")
        if group not in CASES:
            sys.exit(f"stress.py: no group {group}: {', '.join(CASES)}")
        for each in CASES[group]:
            if word in each[0]:
                good &= run(*each)
    sys.exit(0 if good else 1)


main()
