//===- ReportFile.cpp - what --report writes ------------------------------===//

#include "Command.h"

#include "otelrewrite/Answers/Report.h"
#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/Modules.h"
#include "otelrewrite/Driver/Quote.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace otelrewrite;

/// The programs that a successful \p Command has left.
static std::vector<std::pair<std::string, uint64_t>>
findBinaries(const GoCommand &Command, const ProgramView &V) {
  std::vector<std::pair<std::string, uint64_t>> Out;
  if (Command.getName() != "build")
    return Out;
  std::string Where = Command.getFlag("o").value_or("");
  auto add = [&](StringRef Path) {
    uint64_t Size = 0;
    if (sys::fs::is_regular_file(Path) && !sys::fs::file_size(Path, Size))
      Out.push_back({sys::path::filename(Path).str(), Size});
  };
  if (!Where.empty() && !sys::fs::is_directory(Where)) {
    add(Where);
    return Out;
  }
  for (const GoPackage &P : V.Graph.getPackages())
    if (P.Name == "main" && !P.IsDepOnly && !P.isVariant()) {
      // An element like v2 at the end is no name.
      StringRef Name = sys::path::filename(P.ImportPath);
      StringRef Number = Name;
      unsigned N;
      if (Number.consume_front("v") && !Number.getAsInteger(10, N))
        Name = sys::path::filename(sys::path::parent_path(P.ImportPath));
      add(joinPath(Where.empty() ? "." : Where, Name));
    }
  return Out;
}

int otelrewrite::writeReport(const Invocation &I, GoTool &Go,
                             const GoCommand &Command,
                             const PreparedBuild &Build) {
  if (I.ReportFile.empty())
    return 0;
  auto View = viewPrepared(I.Config, Go, Command, Build);
  if (!View)
    return fail(I.Say, View.takeError());
  if (int Status = reportView(I, **View))
    return Status;
  auto Cache = CacheLayout::find(I.Config.CacheDir);
  if (!Cache)
    return fail(I.Say, Cache.takeError());
  auto Changes = collectChanges(**View, Build, Cache->getPlansDir(),
                                Go.getEnv("GOVERSION"));
  if (!Changes)
    return fail(I.Say, Changes.takeError());
  ReportFacts Facts;
  Facts.Command = "go " + Command.getName().str();
  if (auto Line = joinQuoted(Command.rebuild({}, {})))
    Facts.Command = "go " + *Line;
  else
    consumeError(Line.takeError());
  Facts.Tool = I.Config.Version;
  if (auto Sdk = SdkModules::find(I.Config))
    Facts.Sdk = Sdk->getVersion().str();
  else
    consumeError(Sdk.takeError());
  Facts.Go = Go.getEnv("GOVERSION").str();
  Facts.Binaries = findBinaries(Command, **View);
  if (Error E = writeFileAtomically(
          I.ReportFile, makeReport(makeReportData(Facts, **View, *Changes)))) {
    I.Say.error("the build is done, but its report cannot be written: " +
                toString(std::move(E)));
    return 1;
  }
  I.Say.info("the report is in " + I.ReportFile);
  return 0;
}
