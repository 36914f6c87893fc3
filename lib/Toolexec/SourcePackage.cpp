//===- SourcePackage.cpp - the parsed files of one package ----------------===//

#include "otelrewrite/Toolexec/SourcePackage.h"

#include "otelrewrite/Instrument/Instrument.h"

#include "llvm/Support/Path.h"

using namespace llvm;
using namespace otelrewrite;

void SourcePackage::add(std::unique_ptr<SourceFile> Source, bool IsWanted) {
  size_t Number = Sources.size();
  Sources.push_back(std::move(Source));
  if (!IsWanted)
    return;
  Files.push_back(parseFile(*Sources.back(), Diags));
  Views.push_back(Files.back().get());
  Origins.push_back(Number);
}

Error SourcePackage::addFile(StringRef Path, Filter IsWanted) {
  auto SourceOrErr = SourceFile::open(Path);
  if (!SourceOrErr)
    return SourceOrErr.takeError();
  bool Wanted = IsWanted(Path, (*SourceOrErr)->getBytes());
  add(std::move(*SourceOrErr), Wanted);
  return Error::success();
}

bool otelrewrite::isSourceToMatch(StringRef Path) {
  StringRef Name = sys::path::filename(Path);
  // The go command reads no file whose name begins so; cgo writes such.
  return !Name.starts_with("_cgo_") && !Name.ends_with("_test.go") &&
         !isGeneratedFileName(Name);
}
