//===- FreeNames.cpp - beginnings of names that sources do not use --------===//

#include "FreeNames.h"

#include "llvm/ADT/StringExtras.h"

#include <cstring>
#include <set>

using namespace llvm;
using namespace otelrewrite;

static constexpr StringLiteral Word = "otel";

/// Calls \p F with the byte before each `otel` in \p Bytes (0: there is none),
/// the number behind it (0 without one) and the text behind that, until \p F
/// returns true.
static bool
anyWord(StringRef Bytes,
        function_ref<bool(char Before, unsigned Number, StringRef Rest)> F) {
  char Before = 0;
  // Every hooked package's text is searched: memmem is several times as fast as
  // StringRef::find.
  while (const void *Found =
             memmem(Bytes.data(), Bytes.size(), Word.data(), Word.size())) {
    size_t At = static_cast<const char *>(Found) - Bytes.data();
    if (At)
      Before = Bytes[At - 1];
    Bytes = Bytes.drop_front(At + Word.size());
    StringRef Rest = Bytes;
    unsigned Number = 0;
    (void)Rest.consumeInteger(10, Number);
    if (F(Before, Number, Rest))
      return true;
    Before = Word.back();
  }
  return false;
}

/// Is there an identifier `otelX`, or `otel1X`?
static bool isStemOfName(char Before, StringRef Rest) {
  bool IsInside = isAlnum(Before) || Before == '_';
  return !IsInside && !Rest.empty() && isUpper(Rest[0]);
}

static std::string lowestFree(const std::set<unsigned> &Taken) {
  unsigned Free = 0;
  while (Taken.count(Free))
    ++Free;
  return Free ? std::to_string(Free) : "";
}

bool otelrewrite::mayCollide(StringRef Bytes) {
  return anyWord(Bytes, [](char Before, unsigned, StringRef Rest) {
    return isStemOfName(Before, Rest);
  });
}

FreeNames::FreeNames(PackageFiles Files) : Prefixes(Files.size()) {
  std::set<unsigned> TakenStems; // `otelX` counts as 0
  for (size_t I = 0; I < Files.size(); ++I) {
    if (!Files[I])
      continue;
    bool IsOurs = isGeneratedByTool(*Files[I]);
    std::set<unsigned> TakenPrefixes; // `_otel_` counts as 0
    anyWord(Files[I]->Source.getBytes(),
            [&](char Before, unsigned Number, StringRef Rest) {
              if (Before == '_' && Rest.starts_with("_"))
                TakenPrefixes.insert(Number);
              else if (!IsOurs && isStemOfName(Before, Rest))
                TakenStems.insert(Number);
              return false;
            });
    Prefixes[I] = ("_" + Word + lowestFree(TakenPrefixes) + "_").str();
  }
  Stem = (Word + lowestFree(TakenStems)).str();
}
