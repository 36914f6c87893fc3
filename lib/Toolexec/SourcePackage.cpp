//===- SourcePackage.cpp - the parsed files of one package ----------------===//

#include "otelrewrite/Toolexec/SourcePackage.h"

#include "otelrewrite/Instrument/Instrument.h"

#include "llvm/Support/Path.h"

using namespace llvm;
using namespace otelrewrite;

void SourcePackage::add(std::unique_ptr<SourceFile> Source, Filter IsWanted) {
  size_t Number = NumAdded++;
  if (!IsWanted(Source->getName(), Source->getBytes()))
    return;
  Sources.push_back(std::move(Source));
  Files.push_back(parseFile(*Sources.back(), Diags));
  Views.push_back(Files.back().get());
  Origins.push_back(Number);
}

Error SourcePackage::addFile(StringRef Path, Filter IsWanted) {
  auto SourceOrErr = SourceFile::open(Path);
  if (!SourceOrErr)
    return SourceOrErr.takeError();
  add(std::move(*SourceOrErr), IsWanted);
  return Error::success();
}

void SourcePackage::addText(StringRef Path, StringRef Bytes, Filter IsWanted) {
  add(SourceFile::fromString(Path, Bytes), IsWanted);
}

bool otelrewrite::isSourceToMatch(StringRef Path) {
  StringRef Name = sys::path::filename(Path);
  // The go command reads no file whose name begins so; cgo writes such.
  return !Name.starts_with("_cgo_") && !Name.ends_with("_test.go") &&
         !isGeneratedFileName(Name);
}
