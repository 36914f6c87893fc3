//===- Plan.cpp - what to do with one package -----------------------------===//

#include "otelrewrite/Toolexec/Plan.h"

#include "otelrewrite/Instrument/RuntimePatch.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/SHA256.h"

using namespace llvm;
using namespace otelrewrite;

/// First line of a plan; a number higher for each change of the form.
static constexpr StringLiteral Magic = "otel plan 3\n";

static void put(std::string &Out, StringRef Text) {
  Out += utostr(Text.size());
  Out += ':';
  Out += Text;
}

static bool take(StringRef &In, std::string &Out) {
  size_t Size;
  if (In.consumeInteger(10, Size) || !In.consume_front(":") || Size > In.size())
    return false;
  Out = In.take_front(Size).str();
  In = In.drop_front(Size);
  return true;
}

/// All but the rules.
static std::string putFacts(const Plan &P) {
  std::string Out;
  put(Out, P.Type == Plan::Kind::Runtime ? "runtime" : "package");
  put(Out, P.Package.ImportPath);
  put(Out, P.Package.Name);
  put(Out, P.Package.ModulePath);
  put(Out, P.Package.Version);
  put(Out, P.Package.IsMain ? "main" : "");
  put(Out, P.Package.IsRoot ? "root" : "");
  put(Out, P.Importer);
  put(Out, P.HeapContext ? "heap" : "");
  put(Out, utostr(P.Targets.size()));
  for (const std::string &Target : P.Targets)
    put(Out, Target);
  put(Out, utostr(P.FrameReaders.size()));
  for (const std::string &Slot : P.FrameReaders)
    put(Out, Slot);
  put(Out, utostr(P.Exports.size()));
  for (const std::string &Name : P.Exports)
    put(Out, Name);
  put(Out, utostr(P.Changes.size()));
  for (const std::string &Change : P.Changes)
    put(Out, Change);
  put(Out, utostr(P.AddedFiles.size()));
  for (const AddedFile &F : P.AddedFiles) {
    put(Out, F.Path);
    put(Out, F.File);
    put(Out, F.Text);
  }
  put(Out, utostr(P.Package.ImportNames.size()));
  for (const auto &[Path, Name] : P.Package.ImportNames) {
    put(Out, Path);
    put(Out, Name);
  }
  put(Out, utostr(P.Imports.size()));
  for (const auto &[Path, Content] : P.Imports) {
    put(Out, Path);
    put(Out, Content);
  }
  return Out;
}

std::string Plan::getHash() const {
  std::string Text;
  if (Type == Kind::Runtime) {
    put(Text, "runtime");
    put(Text, getRuntimePatchFingerprint());
  } else {
    Text = putFacts(*this);
    put(Text, Rules.getFingerprint());
    put(Text, getTemplateFingerprint());
  }
  auto Digest = SHA256::hash(arrayRefFromStringRef(Text));
  return toHex(ArrayRef<uint8_t>(Digest).take_front(16), /*LowerCase=*/true);
}

std::string Plan::serialize() const {
  std::string Out = Magic.str() + putFacts(*this);
  put(Out, Rules.serialize());
  return Out;
}

Expected<Plan> Plan::deserialize(StringRef In) {
  Plan P;
  std::string Kind, Main, Root, Heap, Count, Rules;
  bool IsWhole = In.consume_front(Magic) && take(In, Kind) &&
                 take(In, P.Package.ImportPath) && take(In, P.Package.Name) &&
                 take(In, P.Package.ModulePath) &&
                 take(In, P.Package.Version) && take(In, Main) &&
                 take(In, Root) && take(In, P.Importer) && take(In, Heap);
  auto takeCount = [&] {
    unsigned N = 0;
    IsWhole =
        IsWhole && take(In, Count) && !StringRef(Count).getAsInteger(10, N);
    return N;
  };
  auto takeList = [&](std::vector<std::string> &List) {
    for (unsigned I = 0, N = takeCount(); IsWhole && I < N; ++I)
      IsWhole = take(In, List.emplace_back());
  };
  takeList(P.Targets);
  takeList(P.FrameReaders);
  takeList(P.Exports);
  takeList(P.Changes);
  for (unsigned I = 0, N = takeCount(); IsWhole && I < N; ++I) {
    AddedFile &F = P.AddedFiles.emplace_back();
    IsWhole = take(In, F.Path) && take(In, F.File) && take(In, F.Text);
  }
  for (unsigned I = 0, N = takeCount(); IsWhole && I < N; ++I) {
    auto &[Path, Name] = P.Package.ImportNames.emplace_back();
    IsWhole = take(In, Path) && take(In, Name);
  }
  for (unsigned I = 0, N = takeCount(); IsWhole && I < N; ++I) {
    auto &[Path, Content] = P.Imports.emplace_back();
    IsWhole = take(In, Path) && take(In, Content);
  }
  if (!IsWhole || !take(In, Rules) || !In.empty())
    return createStringError(errc::invalid_argument,
                             "not a plan of this release");
  P.Type = Kind == "runtime" ? Plan::Kind::Runtime : Plan::Kind::Package;
  P.Package.IsMain = !Main.empty();
  P.Package.IsRoot = !Root.empty();
  P.HeapContext = !Heap.empty();
  Expected<RuleSet> Set = RuleSet::deserialize(Rules);
  if (!Set)
    return Set.takeError();
  P.Rules = std::move(*Set);
  return P;
}
