//===- SourceFile.cpp - bytes, name and line table of one file ------------===//

#include "otelrewrite/Basic/SourceFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Errc.h"

#include <cassert>
#include <cstring>

using namespace llvm;
using namespace otelrewrite;

SourceFile::SourceFile(std::string Name, std::unique_ptr<MemoryBuffer> Buffer)
    : Name(std::move(Name)), Buffer(std::move(Buffer)) {
  assert(this->Buffer && "a source file needs its bytes");
}

Expected<std::unique_ptr<SourceFile>> SourceFile::open(StringRef Path) {
  auto BufferOrErr =
      Path == "-" ? MemoryBuffer::getSTDIN()
                  : MemoryBuffer::getFile(Path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/true);
  if (!BufferOrErr)
    return createFileError(Path, BufferOrErr.getError());
  if ((*BufferOrErr)->getBufferSize() > MaxSize)
    return createFileError(
        Path, createStringError(errc::file_too_large,
                                "the file is larger than 2 GiB; offsets are "
                                "32 bits wide"));
  return std::make_unique<SourceFile>(Path == "-" ? "<stdin>" : Path.str(),
                                      std::move(*BufferOrErr));
}

std::unique_ptr<SourceFile> SourceFile::fromString(StringRef Name,
                                                   StringRef Bytes) {
  return std::make_unique<SourceFile>(
      Name.str(), MemoryBuffer::getMemBufferCopy(Bytes, Name));
}

const std::vector<uint32_t> &SourceFile::lineStarts() const {
  if (!LineStarts.empty())
    return LineStarts;
  StringRef Bytes = getBytes();
  LineStarts.push_back(0);
  const char *P = Bytes.begin();
  while (const void *NL = std::memchr(P, '\n', Bytes.end() - P)) {
    P = static_cast<const char *>(NL) + 1;
    LineStarts.push_back(static_cast<uint32_t>(P - Bytes.begin()));
  }
  return LineStarts;
}

LineColumn SourceFile::getLineColumn(uint32_t Offset) const {
  assert(Offset <= size() && "offset past the end of the file");
  const std::vector<uint32_t> &Starts = lineStarts();
  auto It = llvm::upper_bound(Starts, Offset);
  uint32_t Line = static_cast<uint32_t>(It - Starts.begin());
  return {Line, Offset - Starts[Line - 1] + 1};
}

uint32_t SourceFile::getLineStart(uint32_t Line) const {
  const std::vector<uint32_t> &Starts = lineStarts();
  assert(Line >= 1 && Line <= Starts.size() && "no such line");
  return Starts[Line - 1];
}

StringRef SourceFile::getLineText(uint32_t Line) const {
  uint32_t Begin = getLineStart(Line);
  StringRef Rest = getBytes().substr(Begin);
  return Rest.take_until([](char C) { return C == '\n'; }).rtrim('\r');
}

uint32_t SourceFile::getNumLines() const {
  return static_cast<uint32_t>(lineStarts().size());
}
