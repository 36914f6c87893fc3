//===- SourceFile.h - bytes, name and line table of one file ----*- C++ -*-===//
//
// A source file is immutable bytes, a name for messages, and a line table that
// is built on first use. Offsets and ranges are the only positions the pipeline
// passes on; lines and columns exist only when something is printed.
//
// Relies on llvm::MemoryBuffer, which ends every buffer with a NUL byte: the
// lexer uses it as its sentinel. Knows nothing of Go: `//line` directives are
// the business of Lex.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_BASIC_SOURCEFILE_H
#define OTELREWRITE_BASIC_SOURCEFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace otelrewrite {

/// A half-open range of byte offsets from 0 into one file.
struct SourceRange {
  uint32_t Begin = 0;
  uint32_t End = 0;

  bool isEmpty() const { return Begin == End; }
  uint32_t size() const { return End - Begin; }
  bool contains(uint32_t Offset) const {
    return Begin <= Offset && Offset < End;
  }
  bool operator==(const SourceRange &) const = default;
};

/// Line and column, both from 1; the column counts bytes, as Go's tools do.
struct LineColumn {
  uint32_t Line = 0;
  uint32_t Column = 0;
  bool operator==(const LineColumn &) const = default;
};

class SourceFile {
public:
  /// Largest file accepted, in bytes: offsets are 32 bits wide.
  static constexpr uint64_t MaxSize = 0x7fff'fffe;

  /// Reads \p Path from the disk; the path becomes the file's name. "-" reads
  /// standard input. The error carries the path.
  static llvm::Expected<std::unique_ptr<SourceFile>> open(llvm::StringRef Path);

  /// A file from memory: \p Bytes are copied.
  static std::unique_ptr<SourceFile> fromString(llvm::StringRef Name,
                                                llvm::StringRef Bytes);

  explicit SourceFile(std::string Name,
                      std::unique_ptr<llvm::MemoryBuffer> Buffer);

  llvm::StringRef getName() const { return Name; }

  /// The file's bytes; the byte after the last one is NUL.
  llvm::StringRef getBytes() const { return Buffer->getBuffer(); }
  uint32_t size() const { return static_cast<uint32_t>(getBytes().size()); }
  llvm::StringRef getText(SourceRange R) const {
    return getBytes().slice(R.Begin, R.End);
  }

  /// The physical position of \p Offset, which may equal size().
  LineColumn getLineColumn(uint32_t Offset) const;
  /// The text of line \p Line (from 1) without its line break.
  llvm::StringRef getLineText(uint32_t Line) const;
  /// The offset of the first byte of line \p Line (from 1).
  uint32_t getLineStart(uint32_t Line) const;
  uint32_t getNumLines() const;

private:
  const std::vector<uint32_t> &lineStarts() const;

  std::string Name;
  std::unique_ptr<llvm::MemoryBuffer> Buffer;
  mutable std::vector<uint32_t> LineStarts; // empty until first asked for
};

} // namespace otelrewrite

#endif
