//===- FileFilter.cpp - which files need a tree ---------------------------===//

#include "otelrewrite/Match/FileFilter.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cstring>

using namespace llvm;
using namespace otelrewrite;

/// With more words than these, looking each word of a file up costs less than
/// looking for one after the other.
static constexpr unsigned MaxSearches = 12;

bool otelrewrite::isWordChar(char C) {
  return isAlnum(C) || C == '_' || static_cast<unsigned char>(C) >= 0x80;
}

static bool isWord(StringRef Text) {
  return !Text.empty() && all_of(Text, isWordChar);
}

/// Calls \p F with the offset of each \p Word of \p Source until it says true.
template <typename Fn>
static bool anyWord(StringRef Source, StringRef Word, Fn F) {
  for (size_t At = Source.find(Word); At != StringRef::npos;
       At = Source.find(Word, At + 1)) {
    size_t End = At + Word.size();
    if ((At == 0 || !isWordChar(Source[At - 1])) &&
        (End == Source.size() || !isWordChar(Source[End])) && F(At))
      return true;
  }
  return false;
}

bool otelrewrite::containsWord(StringRef Source, StringRef Word) {
  return anyWord(Source, Word, [](size_t) { return true; });
}

/// May \p Source have `Word[…]`, as a generic type's receiver does?
static bool mayInstantiate(StringRef Source, StringRef Word) {
  return anyWord(Source, Word, [&](size_t At) {
    StringRef Rest = Source.substr(At + Word.size()).ltrim(" \t");
    return Rest.starts_with("[") || Rest.starts_with("/*");
  });
}

/// The same for a receiver of any type.
static bool mayHaveGenericReceiver(StringRef Source) {
  return anyWord(Source, "func", [&](size_t At) {
    StringRef Rest = Source.substr(At + strlen("func")).ltrim(" \t");
    return Rest.starts_with("/*") ||
           (Rest.starts_with("(") &&
            Rest.take_until([](char C) { return C == ')'; }).contains('['));
  });
}

/// May \p Source declare another name for the type \p Word: `A = p.Word`?
static bool mayAlias(StringRef Source, StringRef Word) {
  return anyWord(Source, Word, [&](size_t At) {
    StringRef Rest = Source.substr(At + Word.size());
    if (Rest.starts_with("{") || Rest.starts_with("("))
      return false;
    StringRef Before = Source.take_front(At).rtrim(" \t");
    if (Before.consume_back("."))
      while (!Before.empty() && isWordChar(Before.back()))
        Before = Before.drop_back();
    Before = Before.rtrim(" \t");
    return Before.ends_with("*/") ||
           (Before.consume_back("=") && !Before.ends_with(":") &&
            !Before.ends_with("="));
  });
}

FileFilter::FileFilter(const RuleSet &Rules, ArrayRef<unsigned> Selected,
                       const PackageInfo &Pkg, ArrayRef<std::string> Imports) {
  for (unsigned I : Selected)
    addRule(Rules.getRules()[I], Pkg, Imports);
}

unsigned FileFilter::addText(StringRef Text) {
  auto [It, IsNew] = Numbers.try_emplace(Text, Texts.size());
  if (IsNew)
    Texts.push_back(It->getKey());
  return It->second;
}

static constexpr StringLiteral VendorDir = "vendor/";

/// May a name of the package at \p Path occur in \p Pkg? Without an import of
/// it, only where it is the package itself.
static bool mayName(const Glob &Path, const PackageInfo &Pkg,
                    ArrayRef<std::string> Imports) {
  return Imports.empty() || Path.match(Pkg.ImportPath) ||
         any_of(Imports, [&](StringRef Import) {
           // The source's path, where the go command has mapped it.
           size_t Vendor = ("/" + Import).str().rfind("/vendor/");
           return Path.match(Import) ||
                  (Vendor != std::string::npos &&
                   Path.match(Import.substr(Vendor + VendorDir.size())));
         });
}

void FileFilter::addRule(const Rule &R, const PackageInfo &Pkg,
                         ArrayRef<std::string> Imports) {
  const Selector &W = R.Where;
  if (W.isEmpty())
    return; // the package as a whole
  Need N;
  auto require = [&](const Glob &G) -> std::optional<unsigned> {
    if (!G.isExact())
      return std::nullopt;
    N.Texts.push_back(addText(G.getPattern()));
    return N.Texts.back();
  };
  auto requireName = [&](PredicateKind K) {
    if (const Selector *L = W.findRequired(K))
      require(L->Pattern);
  };
  // Types and interfaces may be declared in any file.
  N.NeedsAll = W.contains(PredicateKind::Implements);
  switch (R.Place) {
  case PlaceKind::Package:
    N.NeedsAll = true;
    break;
  case PlaceKind::Function:
    requireName(PredicateKind::Func);
    if (const Selector *L = W.findRequired(PredicateKind::Recv))
      N.Receiver = require(L->Recv.Type);
    N.HasAnyReceiver = !N.Receiver && !W.findRequired(PredicateKind::NoRecv);
    break;
  case PlaceKind::Struct:
    requireName(PredicateKind::Struct);
    break;
  case PlaceKind::Value:
    requireName(PredicateKind::Identifier);
    break;
  case PlaceKind::Call:
    if (const Selector *L = W.findRequired(PredicateKind::FunctionCall)) {
      if (!mayName(L->Qualified.Path, Pkg, Imports))
        return;
      require(L->Qualified.Name);
      // The variables and fields on which methods are called may be declared
      // in any file.
      N.NeedsAll |= L->Qualified.Recv.has_value();
    }
    break;
  case PlaceKind::Literal:
    if (const Selector *L = W.findRequired(PredicateKind::StructLiteral)) {
      if (!mayName(L->Qualified.Path, Pkg, Imports))
        return;
      N.Literal = require(L->Qualified.Name);
    }
    break;
  }
  if (const Selector *L = W.findRequired(PredicateKind::Directive))
    N.Texts.push_back(addText(L->Text));
  Needs.push_back(std::move(N));
}

void FileFilter::addFile(StringRef Bytes) {
  File F{Bytes, BitVector(Texts.size())};
  bool HasManyWords = count_if(Texts, isWord) > MaxSearches;
  if (HasManyWords)
    for (const char *P = Bytes.begin(), *End = Bytes.end(); P != End;) {
      const char *Begin = P;
      while (P != End && isWordChar(*P))
        ++P;
      if (auto It = Numbers.find(StringRef(Begin, P - Begin));
          P != Begin && It != Numbers.end())
        F.Has.set(It->second);
      while (P != End && !isWordChar(*P))
        ++P;
    }
  for (auto [I, Text] : enumerate(Texts))
    if (!isWord(Text) ? Bytes.contains(Text)
                      : !HasManyWords && containsWord(Bytes, Text))
      F.Has.set(I);
  Files.push_back(std::move(F));
}

bool FileFilter::hasPlace(const File &F, const Need &N) const {
  return all_of(N.Texts, [&](unsigned T) { return F.Has[T]; });
}

void FileFilter::decide() {
  for (Need &N : Needs) {
    bool IsGeneric = false, IsAliased = false;
    for (const File &F : Files) {
      if (N.Literal && F.Has[*N.Literal] &&
          mayAlias(F.Bytes, Texts[*N.Literal]))
        N.IsLive = IsAliased = true;
      if (!hasPlace(F, N))
        continue;
      N.IsLive = true;
      IsGeneric |= N.Receiver && mayInstantiate(F.Bytes, Texts[*N.Receiver]);
      N.NeedsAll |= N.HasAnyReceiver && mayHaveGenericReceiver(F.Bytes);
    }
    N.NeedsAll |= IsAliased;
    if (!IsGeneric)
      N.Receiver.reset();
  }
  IsDecided = true;
}

bool FileFilter::isNeeded(unsigned I) {
  if (!IsDecided)
    decide();
  const File &F = Files[I];
  if (any_of(Needs, [&](const Need &N) {
        return N.IsLive && (N.NeedsAll || hasPlace(F, N) ||
                            (N.Receiver && F.Has[*N.Receiver]));
      }))
    return true;
  // One file may speak for its package.
  return any_of(Needs, [](const Need &N) { return N.IsLive; }) &&
         F.Bytes.contains("//otel:ignore package");
}
