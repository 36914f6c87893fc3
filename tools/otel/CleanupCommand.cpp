//===- CleanupCommand.cpp - `otel cleanup` --------------------------------===//

#include "Command.h"

#include "otelrewrite/Driver/Files.h"

#include "llvm/Support/FileSystem.h"

using namespace llvm;
using namespace otelrewrite;

int otelrewrite::runCleanup(const Invocation &I) {
  auto Cache = CacheLayout::find(I.Config.CacheDir);
  if (!Cache)
    return fail(I.Say, Cache.takeError());
  for (StringRef Name : {"state", "plans", "programs"})
    if (std::error_code EC = sys::fs::remove_directories(
            joinPath(Cache->getRoot(), Name), /*IgnoreErrors=*/false))
      return fail(I.Say, createFileError(Cache->getRoot(), EC));
  I.Say.info("removed the prepared builds in " + Cache->getRoot());
  return 0;
}
