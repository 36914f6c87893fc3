//===- VersionCommand.cpp - `otel version` --------------------------------===//

#include "Command.h"

#include "otelrewrite/Driver/Modules.h"

#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

int otelrewrite::runVersion(const Invocation &I) {
  outs() << "otel " << OTEL_VERSION << '\n';
  auto Sdk = SdkModules::find(I.Config);
  if (!Sdk)
    return fail(I.Say, Sdk.takeError());
  outs() << "sdk " << Sdk->getVersion() << '\n';
  auto Go = GoTool::find();
  if (!Go)
    return fail(I.Say, Go.takeError());
  auto Result = Go->run({"env", "GOVERSION"});
  if (!Result)
    return fail(I.Say, Result.takeError());
  outs() << "go " << StringRef(Result->Out).trim() << '\n';
  return 0;
}
