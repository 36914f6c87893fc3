//===- Scaffold.cpp - the beginning of an instrumentation -----------------===//

#include "otelrewrite/Answers/Scaffold.h"

#include "otelrewrite/Basic/Nearest.h"
#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Instrument/Instrument.h"
#include "otelrewrite/Match/Match.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <optional>

using namespace llvm;
using namespace otelrewrite;

namespace {
/// A function that a rule may be for.
struct Candidate {
  std::string Func, Recv;          ///< as a rule writes them
  std::vector<std::string> Params; ///< types, the receiver's first
  std::vector<std::string> Results;
  std::optional<unsigned> Context, Error; ///< which parameter, which result

  std::string getName() const {
    if (Recv.empty())
      return Func;
    return StringRef(Recv).starts_with("*") ? "(" + Recv + ")." + Func
                                            : Recv + "." + Func;
  }
  /// `T.M` whatever the receiver.
  std::string getPlainName() const {
    return (Recv.empty() ? "" : StringRef(Recv).ltrim('*').str() + ".") + Func;
  }
};
} // namespace

static Error refuse(const Twine &What) {
  return createStringError(errc::invalid_argument, What);
}

static void addTypes(const FieldList *L, const TokenBuffer &Tokens,
                     std::vector<std::string> &Out) {
  if (!L)
    return;
  for (const Field *F : L->Fields)
    for (size_t I = 0; I < std::max<size_t>(1, F->Names.size()); ++I)
      Out.push_back(F->Type->getText(Tokens).str());
}

/// Exported functions with a body, in the order of files and declarations.
static std::vector<Candidate> findCandidates(const GoPackage &P) {
  std::vector<Candidate> Out;
  for (const std::string &Name : P.GoFiles) {
    auto Source = SourceFile::open(joinPath(P.Dir, Name));
    if (!Source) {
      consumeError(Source.takeError());
      continue;
    }
    DiagnosticEngine Diags;
    std::unique_ptr<ParsedFile> File = parseFile(**Source, Diags);
    const TokenBuffer &T = File->Tokens;
    for (const Decl *D : File->Root->Decls) {
      const auto *F = dyn_cast<FuncDecl>(D);
      if (!F || !F->Body || !F->Name || !isExportedName(F->Name->getText(T)) ||
          F->Type->TypeParams)
        continue;
      Candidate C;
      C.Func = F->Name->getText(T).str();
      if (F->Recv) {
        ReceiverInfo R = getReceiver(*F);
        if (!R.Base || R.Instance || !isExportedName(R.Base->getText(T)))
          continue;
        C.Recv = (R.IsPointer ? "*" : "") + R.Base->getText(T).str();
      }
      addTypes(F->Recv, T, C.Params);
      size_t First = C.Params.size();
      addTypes(F->Type->Params, T, C.Params);
      addTypes(F->Type->Results, T, C.Results);
      for (size_t I = First; I < C.Params.size() && !C.Context; ++I)
        if (C.Params[I] == "context.Context")
          C.Context = static_cast<unsigned>(I);
      if (!C.Results.empty() && C.Results.back() == "error")
        C.Error = static_cast<unsigned>(C.Results.size() - 1);
      Out.push_back(std::move(C));
    }
  }
  return Out;
}

/// `go-redis` of `github.com/redis/go-redis/v9`.
static StringRef getBaseName(StringRef ImportPath) {
  for (StringRef Path = ImportPath; !Path.empty();
       Path = sys::path::parent_path(Path)) {
    StringRef Name = sys::path::filename(Path), Number = Name;
    if (!Number.consume_front("v") || Number.empty() ||
        !all_of(Number, isDigit))
      return Name;
  }
  return ImportPath;
}

static std::string toWord(StringRef Text, bool WithUnderscores) {
  std::string Out;
  for (char C : Text)
    if (isAlnum(C))
      Out += toLower(C);
    else if (WithUnderscores && !Out.empty() && Out.back() != '_')
      Out += '_';
  return Out.empty() || isDigit(Out[0]) ? "x" + Out : Out;
}

static std::string writeRules(const ScaffoldRequest &R, const GoPackage &P,
                              const Candidate &C, StringRef Word,
                              StringRef HookPath) {
  std::string Out = "# Rules for " + R.Library + "; see `otel rules check`.\n";
  Out += "[library]\ntitle = \"" + getBaseName(R.Library).str() +
         "\"\ntelemetry = \"a span for each call of " + C.getPlainName() +
         "\"\n\n[rule." + Word.str() + "_" + toWord(C.getPlainName(), true) +
         "]\nimport_path = \"" + R.Library + "\"\n";
  // From the version that the scaffold has seen to the next major one.
  StringRef Version =
      StringRef(P.Module.Version).split('-').first.split('+').first;
  unsigned Major = 0;
  if (Version.consume_front("v") && !Version.consumeInteger(10, Major))
    Out += "version = \"v" + std::to_string(Major) + Version.str() + ",v" +
           std::to_string(Major + 1) + ".0.0\"\n";
  Out += "where = { func = \"" + C.Func + "\"" +
         (C.Recv.empty() ? "" : ", recv = \"" + C.Recv + "\"") +
         " }\ndo = [ { inject_hooks = { before = \"Before" + C.Func +
         "\", after = \"After" + C.Func + "\", path = \"" + HookPath.str() +
         "\" } } ]\n";
  return Out;
}

static std::string writeHooks(const ScaffoldRequest &R, const Candidate &C,
                              StringRef Package, StringRef HookPath) {
  std::string Name = C.getPlainName();
  std::string Out = "// Package " + Package.str() + " instruments " +
                    R.Library + ".\npackage " + Package.str() +
                    "\n\nimport (\n\t\"context\"\n\n"
                    "\t\"go.opentelemetry.io/otel\"\n";
  if (C.Error)
    Out += "\t\"go.opentelemetry.io/otel/codes\"\n";
  Out += "\t\"go.opentelemetry.io/otel/trace\"\n\n\t\"" +
         (getSDKPath() + "/hook").str() +
         "\"\n)\n\nvar tracer = "
         "otel.Tracer(\"" +
         HookPath.str() + "\")\n\n";
  Out += "// Before" + C.Func + " begins a span. The parameters of " + Name +
         ":\n//\n";
  for (auto [I, Type] : enumerate(C.Params))
    Out += "//\tc.GetParam(" + std::to_string(I) + ") // " + Type + "\n";
  if (C.Params.empty())
    Out += "//\tnone\n";
  Out += "func Before" + C.Func + "(c hook.Context) {\n";
  if (C.Context) {
    std::string Number = std::to_string(*C.Context);
    Out += "\tctx, _ := c.GetParam(" + Number +
           ").(context.Context)\n\tif ctx == nil {\n\t\tctx = "
           "context.Background()\n\t}\n\tctx, span := tracer.Start(ctx, \"" +
           Name +
           "\", trace.WithSpanKind(trace.SpanKindInternal))\n"
           "\tc.SetParam(" +
           Number + ", ctx)\n";
  } else {
    Out += "\t_, span := tracer.Start(context.Background(), \"" + Name +
           "\", trace.WithSpanKind(trace.SpanKindInternal))\n";
  }
  Out += "\tc.SetData(span)\n}\n\n// After" + C.Func +
         " ends it. The results:\n//\n";
  for (auto [I, Type] : enumerate(C.Results))
    Out += "//\tc.GetReturnVal(" + std::to_string(I) + ") // " + Type + "\n";
  if (C.Results.empty())
    Out += "//\tnone\n";
  Out += "func After" + C.Func +
         "(c hook.Context) {\n\tspan, ok := c.GetData().(trace.Span)\n\tif "
         "!ok {\n\t\treturn\n\t}\n";
  if (C.Error)
    Out += "\tif err, _ := c.GetReturnVal(" + std::to_string(*C.Error) +
           ").(error); err != nil {\n\t\tspan.RecordError(err)\n\t\t"
           "span.SetStatus(codes.Error, err.Error())\n\t}\n";
  return Out + "\tspan.End()\n}\n";
}

static std::string writeTest(const ScaffoldRequest &R, const Candidate &C,
                             StringRef Package) {
  auto values = [](size_t N) {
    std::string Out = "make([]any, " + std::to_string(N) + ")";
    return Out;
  };
  std::string Out = "package " + Package.str() +
                    "\n\nimport (\n\t\"testing\"\n\n"
                    "\t\"go.opentelemetry.io/otel\"\n"
                    "\tsdktrace \"go.opentelemetry.io/otel/sdk/trace\"\n"
                    "\t\"go.opentelemetry.io/otel/sdk/trace/tracetest\"\n\n"
                    "\t\"" +
                    (getSDKPath() + "/hook/hooktest").str() + "\"\n";
  // What the rule is for is then part of the test's build, which checks hook
  // and target against each other.
  Out += "\n\t_ \"" + R.Library + "\"\n)\n\n";
  Out += "func Test" + C.Func +
         "(t *testing.T) {\n\tspans := tracetest.NewInMemoryExporter()\n"
         "\totel.SetTracerProvider(sdktrace.NewTracerProvider("
         "sdktrace.WithSyncer(spans)))\n"
         "\tc := hooktest.New(\"" +
         R.Library + "\", \"" + C.getName() + "\", " + values(C.Params.size()) +
         ", " + values(C.Results.size()) + ")\n\tc.Call(Before" + C.Func +
         ", After" + C.Func +
         ", nil)\n"
         "\tgot := spans.GetSpans()\n\tif len(got) != 1 || got[0].Name != \"" +
         C.getPlainName() +
         "\" {\n\t\tt.Fatalf(\"got %v, want one span\", got)\n\t}\n}\n";
  return Out;
}

static std::string writePage(const ScaffoldRequest &R, const GoPackage &P,
                             const Candidate &C, StringRef HookPath) {
  std::string Version = P.Module.Version.empty() ? "any" : P.Module.Version;
  return "# " + HookPath.str() +
         "\n\n| library | package | versions | what you get |\n|---|---|---|"
         "---|\n| " +
         getBaseName(R.Library).str() + " | `" + R.Library + "` | from " +
         Version + " | a span for each call of `" + C.getPlainName() +
         "` |\n\nA program uses it with this in `"
         "otel.instrumentation.go`, "
         "beside its go.mod:\n\n```go\n//go:build tools\n\npackage tools\n\n"
         "//otel:use *\n\nimport _ \"" +
         HookPath.str() + "\"\n```\n\nTo try it: `otel --rules . go test .`\n";
}

static bool isNamed(const Candidate &C, StringRef Name) {
  return C.getName() == Name || C.getPlainName() == Name;
}

Expected<Scaffold> otelrewrite::makeScaffold(const GoTool &Go,
                                             const ScaffoldRequest &Request) {
  StringRef Mod = Go.getEnv("GOMOD");
  if (Mod.empty() || Mod == "/dev/null")
    return refuse("there is no go.mod here; a new instrumentation becomes a "
                  "package of a module, so run this in one (`go mod init`)");
  auto Result = Go.run({"list", "-find",
                        "-json=ImportPath,Dir,Name,Module,"
                        "GoFiles,Standard,Error",
                        "--", Request.Library});
  if (!Result)
    return Result.takeError();
  if (Result->Status != 0)
    return refuse("package " + Request.Library +
                  " is not there: " + StringRef(Result->Err).trim() +
                  (StringRef(Result->Err).contains("go get")
                       ? ""
                       : "; `go get` it first"));
  auto Graph = PackageGraph::parse(Result->Out);
  if (!Graph)
    return Graph.takeError();
  if (Graph->getPackages().size() != 1)
    return refuse(Request.Library + " is not one package");
  const GoPackage &P = Graph->getPackages().front();
  ScaffoldRequest R = Request;
  R.Library = P.getPath().str(); // of `./store`

  std::vector<Candidate> All = findCandidates(P);
  const Candidate *Chosen = nullptr;
  for (const Candidate &C : All)
    if (!Chosen && isNamed(C, R.Function))
      Chosen = &C;
  if (R.Function.empty()) {
    for (const Candidate &C : All)
      if (!Chosen && C.Context)
        Chosen = &C;
    if (!Chosen && !All.empty())
      Chosen = &All.front();
  }
  Scaffold Out;
  for (const Candidate &C : All)
    if (&C != Chosen)
      Out.Others.push_back(C.getPlainName());
  if (!Chosen) {
    NearestName Near(R.Function);
    for (const std::string &Name : Out.Others)
      Near.consider(Name);
    StringRef Nearest = Near.get();
    return refuse("package " + R.Library + " has no exported function " +
                  (R.Function.empty() ? "with a body"
                                      : "`" + StringRef(R.Function) + "`") +
                  (Nearest.empty() ? "" : "; did you mean `" + Nearest + "`?"));
  }

  std::string Word = toWord(getBaseName(R.Library), false);
  std::string Package = Word + "hook";
  std::string Root = sys::path::parent_path(Mod).str();
  Out.Dir = makeAbsolute(R.Dir.empty() ? Package : R.Dir);
  if (!isBelow(Out.Dir, Root) && Out.Dir != Root)
    return refuse(Out.Dir + " is not in the module " + Root);
  auto Module = Go.run({"list", "-m", "-f", "{{.Path}} {{.Dir}}"});
  if (!Module)
    return Module.takeError();
  SmallVector<StringRef> Lines;
  StringRef(Module->Out).split(Lines, '\n');
  for (StringRef Line : Lines) // a workspace has several
    if (Line.split(' ').second == Root)
      Out.ImportPath = Line.split(' ').first.str();
  if (Out.ImportPath.empty())
    return refuse("the path of the module in " + Root + " is not known");
  Out.ImportPath += StringRef(Out.Dir).drop_front(Root.size());
  Out.Function = Chosen->getName();

  auto add = [&](StringRef Name, std::string Text) {
    Out.Files.push_back({joinPath(Out.Dir, Name), std::move(Text)});
  };
  add(Word + ".otelc.toml", writeRules(R, P, *Chosen, Word, Out.ImportPath));
  add("hook.go", writeHooks(R, *Chosen, Package, Out.ImportPath));
  add("hook_test.go", writeTest(R, *Chosen, Package));
  add("README.md", writePage(R, P, *Chosen, Out.ImportPath));
  for (const Scaffold::File &F : Out.Files)
    if (sys::fs::exists(F.Path))
      return refuse(F.Path + " is there already; nothing is written over");
  return Out;
}
