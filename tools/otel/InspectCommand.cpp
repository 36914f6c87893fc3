//===- InspectCommand.cpp - `otel inspect` --------------------------------===//

#include "Command.h"

#include "otelrewrite/Answers/Inspect.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace otelrewrite;

int otelrewrite::runInspect(const Invocation &I) {
  StringRef File, Format = "text";
  for (StringRef Word : I.Words) {
    if (Word == "--json")
      Format = "json";
    else if (Word == "--spdx")
      Format = "spdx";
    else if (Word == "--cyclonedx")
      Format = "cyclonedx";
    else if (Word.starts_with("-"))
      return failUsage(I.Say, "inspect", "unknown option " + Word);
    else if (!File.empty())
      return failUsage(I.Say, "inspect", "inspect takes one program");
    else
      File = Word;
  }
  if (File.empty())
    return failUsage(I.Say, "inspect", "inspect needs a program");
  auto Buffer = MemoryBuffer::getFile(File, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return fail(I.Say, createFileError(File, Buffer.getError()));
  auto Record = BuildRecord::find((*Buffer)->getBuffer());
  if (!Record) {
    I.Say.error(File + " holds no record of an instrumented build: it was not "
                       "built by `otel go`, or no rule found anything in it");
    return 1;
  }
  if (Format == "text")
    print(*Record, outs(), I.ColourOut);
  else
    outs() << formatv("{0:2}\n", Format == "json"   ? toJSON(*Record)
                                 : Format == "spdx" ? toSPDX(*Record)
                                                    : toCycloneDX(*Record));
  return 0;
}
