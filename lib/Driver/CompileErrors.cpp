//===- CompileErrors.cpp - whose fault is a compile error? ----------------===//

#include "otelrewrite/Driver/CompileErrors.h"

#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/Process.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

static std::string describe(const Rule &R) {
  return "rule `" + R.Name + "` (" + R.File + ":" +
         std::to_string(R.Position.Line) + ")";
}

std::vector<std::string>
otelrewrite::findCulprits(StringRef Position, const RewrittenCompile &Result,
                          const Plan &ThePlan) {
  auto [File, Rest] = Position.split(':');
  unsigned Line = 0;
  StringRef Number = Rest.split(':').first;
  StringSet<> Owners;
  if (!Number.getAsInteger(10, Line))
    for (const RewrittenCompile::Output &O : Result.Outputs) {
      if (O.Original.empty() ||
          sys::path::filename(O.Original) != sys::path::filename(File))
        continue;
      auto Source = SourceFile::open(O.Original);
      if (!Source) {
        consumeError(Source.takeError());
        continue;
      }
      for (const Edit &E : O.Edits.getEdits())
        if ((*Source)->getLineColumn(E.Range.Begin).Line == Line)
          Owners.insert(E.Owner);
    }
  std::vector<std::string> Out, All;
  for (const Rule &R : ThePlan.Rules.getRules()) {
    All.push_back(describe(R));
    if (Owners.contains(R.Name))
      Out.push_back(All.back());
  }
  return Out.empty() ? All : Out;
}

static Expected<ProcessResult> run(const TracedCompile &Compile,
                                   ArrayRef<std::string> Words) {
  std::vector<std::string> All(Compile.Prefix.begin() + 1,
                               Compile.Prefix.end());
  append_range(All, Words);
  return runProcess(Compile.Prefix.front(), All);
}

static int show(const ProcessResult &Result) {
  outs() << Result.Out;
  outs().flush();
  errs() << Result.Err;
  return Result.Status;
}

int otelrewrite::runTraced(const TracedCompile &Compile) {
  auto First = run(Compile, Compile.Words);
  if (!First) {
    errs() << "otel: error: " << toString(First.takeError()) << '\n';
    return 1;
  }
  if (First->Status == 0 || First->Status >= 128)
    return show(*First);

  // Once more as it was, with its output out of the way.
  std::vector<std::string> Plain = Compile.Plain;
  std::string Object;
  for (size_t I = 0; I + 1 < Plain.size(); ++I)
    if (Plain[I] == "-o" || Plain[I] == "-linkobj" || Plain[I] == "-asmhdr") {
      Plain[I + 1] += ".plain";
      Object = Plain[I + 1];
    }
  auto Second = run(Compile, Plain);
  if (!Object.empty())
    sys::fs::remove(Object);
  if (!Second) {
    consumeError(Second.takeError());
    return show(*First);
  }
  if (Second->Status != 0)
    return show(*Second);

  int Status = show(*First);
  StringSet<> Named;
  std::vector<std::string> Culprits;
  for (StringRef Text : {StringRef(First->Out), StringRef(First->Err)})
    while (!Text.empty()) {
      StringRef Line;
      std::tie(Line, Text) = Text.split('\n');
      if (Line.split(':').second.empty() || Line.starts_with("#"))
        continue;
      for (std::string &C :
           findCulprits(Line, *Compile.Result, *Compile.ThePlan))
        if (Named.insert(C).second)
          Culprits.push_back(std::move(C));
    }
  errs() << "otel: error: package " << Compile.ThePlan->Package.ImportPath
         << " compiles as it is, and not with what is injected by "
         << join(Culprits, ", ") << "; `otel diff "
         << Compile.ThePlan->Package.ImportPath
         << "` shows what the compiler saw\n";
  return Status;
}
