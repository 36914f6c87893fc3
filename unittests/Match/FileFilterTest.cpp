//===- FileFilterTest.cpp - which files need a tree -----------------------===//

#include "otelrewrite/Match/FileFilter.h"
#include "otelrewrite/Match/Match.h"

#include "gtest/gtest.h"

#include <memory>
#include <numeric>

using namespace otelrewrite;

namespace {

/// Which of \p Sources are needed for a rule with this `where`, as `x` and `.`;
/// then, behind a blank, the number of places that it selects in those files.
/// All files would have as many.
std::string filter(const std::string &Where, std::vector<std::string> Sources,
                   std::vector<std::string> Imports = {},
                   const std::string &More = "") {
  static constexpr struct {
    const char *Key, *Do;
  } Actions[] = {
      {"function_call", "{ wrap_call = { replace = \"f({{ . }})\" } }"},
      {"struct_literal",
       "{ set_fields = { field = [ { name = \"A\", value = \"1\" } ] } }"},
      {"struct",
       "{ add_struct_fields = { new_field = [ { name = \"A\", type = \"int\" "
       "} ] } }"},
      {"identifier", "{ assign_value = { wrap = \"f({{ . }})\" } }"},
      {"", "{ inject_code = { raw = \"f()\" } }"},
  };
  std::string Do;
  for (const auto &A : Actions)
    if (Do.empty() && Where.find(A.Key) != std::string::npos)
      Do = A.Do;
  auto File = SourceFile::fromString(
      "r.toml", "[rule.r]\nimport_path = \"example.com/own\"\nwhere = { " +
                    Where + " }\ndo = [ " + Do + " ]\n" + More);
  DiagnosticEngine Diags;
  RuleSet Rules;
  Rules.addToml(*File, Diags);
  for (const Diagnostic &D : Diags.getDiagnostics())
    ADD_FAILURE() << D.Message;
  std::vector<unsigned> All(Rules.getRules().size());
  std::iota(All.begin(), All.end(), 0);
  PackageInfo Pkg;
  Pkg.ImportPath = "example.com/own";
  Pkg.Name = "own";
  for (std::string &S : Sources)
    S = "package own\n" + S + "\n";
  FileFilter Filter(Rules, All, Pkg, Imports);
  for (const std::string &S : Sources)
    Filter.addFile(S);
  std::string Out;
  std::vector<std::unique_ptr<SourceFile>> Opened;
  std::vector<std::unique_ptr<ParsedFile>> Parsed;
  std::vector<const ParsedFile *> Needed, Whole;
  for (unsigned I = 0; I < Sources.size(); ++I) {
    bool IsNeeded = Filter.isNeeded(I);
    Out += IsNeeded ? 'x' : '.';
    Opened.push_back(
        SourceFile::fromString("f" + std::to_string(I) + ".go", Sources[I]));
    Parsed.push_back(parseFile(*Opened.back(), Diags));
    Whole.push_back(Parsed.back().get());
    if (IsNeeded)
      Needed.push_back(Whole.back());
  }
  for (const Diagnostic &D : Diags.getDiagnostics())
    ADD_FAILURE() << D.Message;
  MatchResult Some = matchPackage(Pkg, Needed, Rules);
  MatchResult Every = matchPackage(Pkg, Whole, Rules);
  EXPECT_EQ(Some.Matches.size(), Every.Matches.size());
  EXPECT_EQ(Some.Refusals.size(), Every.Refusals.size());
  EXPECT_EQ(Some.Unmatched, Every.Unmatched);
  return Out + " " + std::to_string(Some.Matches.size());
}

TEST(FileFilter, WordsAreWhole) {
  EXPECT_TRUE(containsWord("Get", "Get"));
  EXPECT_TRUE(containsWord("a.Get()", "Get"));
  EXPECT_TRUE(containsWord("Gets, Get", "Get"));
  EXPECT_FALSE(containsWord("GetAll _Get Get1", "Get"));
  EXPECT_FALSE(containsWord("\xc3\xa9Get Get\xc3\xa9", "Get"));
  EXPECT_FALSE(containsWord("", "Get"));
}

TEST(FileFilter, FunctionsByName) {
  EXPECT_EQ(filter("func = \"Get\"",
                   {"func Get() {}", "func GetAll() {}", "// Get is a word.",
                    "var s = `\nfunc Get() {}\n`"}),
            "x.xx 1");
  EXPECT_EQ(filter("func = \"G*\"", {"func Get() {}", "var a int"}), "xx 1");
  EXPECT_EQ(filter("one_of = [ { func = \"A\" }, { func = \"B\" } ]",
                   {"func A() {}", "func B() {}", "func C() {}"}),
            "xxx 2");
  EXPECT_EQ(filter("func = \"A\", not = { last_result = \"error\" }",
                   {"func A() {}", "func B() error { return nil }"}),
            "x. 1");
}

TEST(FileFilter, MethodsByNameAndType) {
  EXPECT_EQ(filter("func = \"Get\", recv = \"*T\"",
                   {"func (t *T) Get() {}", "type T struct{}",
                    "func (u *U) Get() {}", "type U struct{}"}),
            "x... 1");
  // Neither is any use alone.
  EXPECT_EQ(filter("func = \"Get\", recv = \"*T\"",
                   {"func (u *U) Get() {}", "type T struct{}"}),
            ".. 0");
  // The declaration says whether the type is generic.
  EXPECT_EQ(filter("func = \"Get\", recv = \"*T\"",
                   {"func (t *T [K]) Get() {}", "type T[K any] struct{}",
                    "type U struct{}"}),
            "xx. 1");
  EXPECT_EQ(filter("func = \"Get\", recv = \"*T\"",
                   {"func (t *T/**/[K]) Get() {}", "type T[K any] struct{}"}),
            "xx 1");
  // Where the rule does not name the type, that may be any.
  for (std::string Where :
       {"func = \"Get\", recv = \"*\"", "directive = \"shop:get\"",
        "func = \"Get\", one_of = [ { recv = \"T\" }, { recv = \"*T\" } ]"}) {
    EXPECT_EQ(filter(Where, {"//shop:get\nfunc (t *T[K]) Get() {}",
                             "type T[K any] struct{}"}),
              "xx 1")
        << Where;
    EXPECT_EQ(filter(Where, {"//shop:get\nfunc (t *T) Get() {}", "type T int"}),
              "x. 1")
        << Where;
  }
}

TEST(FileFilter, MethodsOfInterfaces) {
  std::string Where =
      "func = \"Get\", recv = \"T\", implements = \"example.com/own.I\"";
  EXPECT_EQ(
      filter(Where, {"func (T) Get() {}", "type T int",
                     "type I interface{ Get(); Put() }", "func (T) Put() {}"}),
      "xxxx 1");
  EXPECT_EQ(filter(Where, {"func (T) Put() {}", "type T int",
                           "type I interface{ Put() }"}),
            "... 0");
}

TEST(FileFilter, CallsNeedAnImport) {
  std::string Where = "function_call = \"net/http.Get\"";
  std::vector<std::string> Plain{
      "import \"net/http\"\nfunc f() { http.Get(\"\") }", "func g() {}"};
  EXPECT_EQ(filter(Where, Plain), "x. 1");
  EXPECT_EQ(filter(Where, Plain, {"fmt", "net/http"}), "x. 1");
  EXPECT_EQ(
      filter(Where,
             {"type T struct{}\nfunc (T) Get() {}", "func f(t T) { t.Get() }"},
             {"fmt"}),
      ".. 0");
  EXPECT_EQ(filter(Where,
                   {"import h \"net/http\"\nfunc f() { (h.Get)(\"\") }",
                    "import . \"net/http\"\nfunc g() { Get(\"\") }",
                    "import `net/http`\nfunc i() { http.\n\tGet(\"\") }"},
                   {"net/http"}),
            "xxx 3");
  EXPECT_EQ(filter("function_call = \"golang.org/x/a.F\"",
                   {"import \"golang.org/x/a\"\nfunc f() { a.F() }"},
                   {"vendor/golang.org/x/a"}),
            "x 1");
  EXPECT_EQ(filter("function_call = \"golang.org/x/a.F\"",
                   {"import \"golang.org/x/a\"\nfunc f() { a.F() }"},
                   {"example.com/m/vendor/golang.org/x/a"}),
            "x 1");
  EXPECT_EQ(filter("function_call = \"golang.org/**.F\"",
                   {"import \"golang.org/x/a\"\nfunc f() { a.F() }"},
                   {"golang.org/x/a"}),
            "x 1");
  // The package's own functions need none.
  EXPECT_EQ(filter("function_call = \"example.com/own.F\"",
                   {"func F() {}", "func f() { F() }", "func g() {}"}, {"fmt"}),
            "xx. 1");
}

TEST(FileFilter, CallsOfMethodsNeedDeclarations) {
  std::string Where = "function_call = \"(*net/http.Client).Do\"";
  EXPECT_EQ(filter(Where,
                   {"func f() { client.Do(nil) }",
                    "import \"net/http\"\nvar client *http.Client"},
                   {"net/http"}),
            "xx 1");
  EXPECT_EQ(
      filter(Where,
             {"func f() {}", "import \"net/http\"\nvar client *http.Client"},
             {"net/http"}),
      ".. 0");
}

TEST(FileFilter, LiteralsMayHaveAliases) {
  std::string Where = "struct_literal = \"net/http.Server\"";
  EXPECT_EQ(
      filter(Where,
             {"import \"net/http\"\nvar s = http.Server{}",
              "import \"net/http\"\nvar t = []http.Server{{}}", "var u = 1"},
             {"net/http"}),
      "xx. 2");
  EXPECT_EQ(filter(Where,
                   {"import \"net/http\"\ntype A = http.Server", "var s = A{}"},
                   {"net/http"}),
            "xx 1");
  EXPECT_EQ(filter(Where,
                   {"import . \"net/http\"\ntype (\n\tA = Server\n)",
                    "type B = A", "var s = B{}"},
                   {"net/http"}),
            "xxx 1");
}

TEST(FileFilter, OtherPlaces) {
  EXPECT_EQ(filter("struct = \"T\"", {"type T struct{}", "type U struct{}"}),
            "x. 1");
  EXPECT_EQ(filter("kind = \"var\", identifier = \"v\"",
                   {"var v = 1", "func f(v int) {}", "var vv = 1"}),
            "xx. 1");
  EXPECT_EQ(filter("directive = \"shop:trace\"",
                   {"//shop:trace\nfunc f() {}", "// shop\nfunc g() {}"}),
            "x. 1");
}

TEST(FileFilter, OneFileMaySpeakForThePackage) {
  std::vector<std::string> Sources{"func f() {}", ""};
  EXPECT_EQ(filter("func = \"f\"", Sources), "x. 1");
  // Here it does not count, being behind the package clause.
  Sources[1] = "//otel:ignore package\n";
  EXPECT_EQ(filter("func = \"f\"", Sources), "xx 1");
  EXPECT_EQ(filter("func = \"g\"", Sources), ".. 0");
}

TEST(FileFilter, ManyWords) {
  std::string More;
  for (int I = 0; I < 40; ++I)
    More += "[rule.r" + std::to_string(I) +
            "]\nimport_path = \"example.com/own\"\nwhere = { func = \"F" +
            std::to_string(I) +
            "\" }\ndo = [ { inject_code = { raw = \"f()\" } } ]\n";
  EXPECT_EQ(filter("directive = \"a:b\"",
                   {"func F1() {}", "func F100() {}", "//a:b\nfunc g() {}",
                    "func h() {}\nfunc F39() {}"},
                   {}, More),
            "x.xx 3");
}

} // namespace
