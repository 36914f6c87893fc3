//===- DiffCommand.cpp - `otel diff` --------------------------------------===//

#include "ProgramWords.h"

#include "otelrewrite/Answers/Changes.h"
#include "otelrewrite/Driver/Files.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

static void writeJson(ArrayRef<ChangedPackage> Packages) {
  json::Array Out;
  for (const ChangedPackage &P : Packages) {
    json::Array Files;
    for (const ChangedFile &F : P.Files) {
      json::Array Functions;
      for (const auto &[Name, Range] : F.Functions)
        Functions.push_back(Name);
      size_t Inserted = F.Text.size();
      for (const Edit &E : F.Edits.getEdits())
        Inserted += E.Text.size();
      ChangedPackage One{P.ImportPath, P.Version, P.IsRuntime, {}};
      Files.push_back(json::Object{{"file", F.Name},
                                   {"added", F.Original == nullptr},
                                   {"functions", std::move(Functions)},
                                   {"insertedBytes", int64_t(Inserted)}});
    }
    Out.push_back(json::Object{{"package", P.ImportPath},
                               {"version", P.Version},
                               {"files", std::move(Files)}});
  }
  outs() << formatv("{0:2}\n", json::Value(std::move(Out)));
}

int otelrewrite::runDiff(const Invocation &I) {
  ProgramWords Words;
  if (!Words.parse(I, "diff"))
    return 2;
  if (Words.Operands.size() > 1)
    return failUsage(I.Say, "diff", "diff takes one package or function");
  GoCommand Command = Words.getCommand();
  if (!followDirectory(I.Say, Command))
    return 1;
  auto Go = GoTool::find();
  if (!Go)
    return fail(I.Say, Go.takeError());
  SetupResult Setup;
  if (int Status = prepareForAnswer(I, *Go, Command, Setup))
    return Status;
  auto View = viewPrepared(I.Config, *Go, Command, Setup.Build);
  if (!View)
    return fail(I.Say, View.takeError());
  if (int Status = reportView(I, **View))
    return Status;
  auto Cache = CacheLayout::find(I.Config.CacheDir);
  if (!Cache)
    return fail(I.Say, Cache.takeError());
  auto collect = [&](StringRef Only) {
    return collectChanges(**View, Setup.Build, Cache->getPlansDir(),
                          Go->getEnv("GOVERSION"), Only);
  };
  StringRef Asked = Words.Operands.empty() ? "" : Words.Operands[0];
  auto Packages = collect(Asked);
  if (!Packages)
    return fail(I.Say, Packages.takeError());
  if (Packages->empty() && !Asked.empty()) {
    // PKG.FUNC: the longest package that is there.
    for (size_t At = Asked.rfind('.'); At != StringRef::npos && At > 0;
         At = Asked.rfind('.', At)) {
      Packages = collect(Asked.take_front(At));
      if (!Packages)
        return fail(I.Say, Packages.takeError());
      StringRef Function = Asked.drop_front(At + 1);
      erase_if(*Packages,
               [&](ChangedPackage &P) { return !keepFunction(P, Function); });
      if (!Packages->empty())
        break;
    }
    if (Packages->empty()) {
      I.Say.error("nothing of `" + Asked +
                  "` is changed in this build; `otel explain " + Asked +
                  "` says why");
      return 1;
    }
  }
  if (Words.Json) {
    writeJson(*Packages);
    return 0;
  }
  for (const ChangedPackage &P : *Packages)
    writeDiff(P, outs(), I.ColourOut);
  return 0;
}
