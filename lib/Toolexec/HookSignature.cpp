//===- HookSignature.cpp - typed hooks against their targets --------------===//

#include "otelrewrite/Toolexec/HookCheck.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using namespace llvm;
using namespace otelrewrite;

namespace {

/// One parameter or result of a signature.
struct Place {
  const Expr *Type;
  StringRef Name; ///< empty: it has none
};

class SignatureMatcher {
public:
  SignatureMatcher(const HookFunction &Hook, const HookTarget &Target,
                   bool IsAfter, PackageSources &Sources,
                   DiagnosticEngine &Diags)
      : Hook(Hook), Target(Target), IsAfter(IsAfter), Sources(Sources),
        Diags(Diags),
        HookScope(getSignatureScope(Hook.ImportPath, *Hook.File, *Hook.Func)),
        TargetScope(
            getSignatureScope(Target.ImportPath, *Target.File, *Target.Func)) {}
  std::optional<TypedForm> match();

private:
  std::optional<TypedForm::Take> take(const Place &Wanted, unsigned Number);
  TypeIdentity readTarget(const Place &P);
  std::string describe(unsigned Number) const;
  std::string getExpected(unsigned First, unsigned End);
  std::string getAdvice(unsigned Number) const;
  void noteTarget(SourceRange At);

  const HookFunction &Hook;
  const HookTarget &Target;
  bool IsAfter;
  PackageSources &Sources;
  DiagnosticEngine &Diags;
  TypeScope HookScope, TargetScope;
  SmallVector<Place> Values; ///< the target's
  unsigned NumParams = 0;
};

} // namespace

static void addPlaces(const FieldList *L, const TokenBuffer &Tokens,
                      SmallVectorImpl<Place> &Out) {
  if (!L)
    return;
  for (const Field *F : L->Fields) {
    if (F->Names.empty())
      Out.push_back({F->Type, ""});
    for (const Ident *I : F->Names)
      Out.push_back({F->Type, I->getText(Tokens)});
  }
}

/// The target's value as a hook takes it: `...T` is a slice.
TypeIdentity SignatureMatcher::readTarget(const Place &P) {
  const Expr *E = P.Type;
  const auto *Dots = dyn_cast<EllipsisType>(E);
  TypeIdentity T =
      readType(Dots ? *Dots->Elem : *E, TargetScope, Hook.ImportPath, Sources);
  if (Dots)
    T.Text = "[]" + T.Text;
  return T;
}

/// "the receiver", "parameter `a`", "result 1".
std::string SignatureMatcher::describe(unsigned Number) const {
  if (Number == 0 && Target.Func->Recv)
    return "the receiver";
  bool IsParam = Number < NumParams;
  std::string Text = IsParam ? "parameter " : "result ";
  StringRef Name = Values[Number].Name;
  if (!Name.empty() && Name != "_")
    return Text + "`" + Name.str() + "`";
  return Text + std::to_string(Number - (IsParam ? 0 : NumParams));
}

/// The signature of a hook that takes the values from \p First to \p End.
std::string SignatureMatcher::getExpected(unsigned First, unsigned End) {
  std::string Text = "`func(hook.Context";
  for (unsigned I = First; I < End; ++I) {
    TypeIdentity T = readTarget(Values[I]);
    bool IsPlain = T.Unknown.empty() && T.Hidden.empty() && !T.HasTypeParams;
    Text += ", " + (IsPlain ? T.getReadable() : std::string("any"));
  }
  return Text + ")`";
}

std::string SignatureMatcher::getAdvice(unsigned Number) const {
  bool IsParam = Number < NumParams;
  return "take an `any`, or just the context, whose `" +
         std::string(IsParam ? "GetParam(" : "GetReturnVal(") +
         std::to_string(Number - (IsParam ? 0 : NumParams)) + ")` has it";
}

void SignatureMatcher::noteTarget(SourceRange At) {
  Diags.report(diag::note_hook_target, Target.File->Source, At,
               {Target.FuncName});
}

/// How the hook's \p Wanted takes the target's value \p Number.
std::optional<TypedForm::Take> SignatureMatcher::take(const Place &Wanted,
                                                      unsigned Number) {
  using Take = TypedForm::Take;
  StringRef HookName = Hook.Func->Name->getText(Hook.File->Tokens);
  SourceRange HookRange = Wanted.Type->getRange(Hook.File->Tokens);
  SourceRange TargetRange = Values[Number].Type->getRange(Target.File->Tokens);
  TypeIdentity Given = readTarget(Values[Number]);
  // A hook's own `...` is a slice to it too.
  const auto *Dots = dyn_cast<EllipsisType>(Wanted.Type);
  TypeIdentity Asked = readType(Dots ? *Dots->Elem : *Wanted.Type, HookScope,
                                Hook.ImportPath, Sources);
  if (Dots)
    Asked.Text = "[]" + Asked.Text;
  bool MayChange = IsAfter == (Number >= NumParams);
  if (Asked.isSame(Given))
    return Take::Value;
  if (Asked.isPointerTo(Given) && MayChange)
    return Take::Pointer;
  if (Asked.Unknown.empty() && Asked.isEmptyInterface())
    return Take::Any;

  std::string What = describe(Number);
  std::string Why;
  if (Asked.isPointerTo(Given))
    Why = std::string(IsAfter ? "an after hook may change results alone"
                              : "a before hook may change parameters alone") +
          "; take `" + Given.getReadable() + "`";
  else if (Given.HasTypeParams)
    Why = "its type depends on type parameters, which differ from call to "
          "call; " +
          getAdvice(Number);
  else if (!Given.Hidden.empty())
    Why = "its type cannot be named outside its package, since " +
          Given.Hidden + "; " + getAdvice(Number);
  else if (!Given.Unknown.empty())
    Why = Given.Unknown + "; " + getAdvice(Number);
  else if (!Asked.Unknown.empty())
    Why = "the hook's type is not understood: " + Asked.Unknown;
  else
    Why = "take `" + Given.getReadable() + "`" +
          (MayChange ? ", or `*" + Given.getReadable() + "` to change it" : "");
  Diags.report(diag::err_hook_value, Hook.File->Source, HookRange,
               {HookName, Wanted.Type->getText(Hook.File->Tokens), What,
                Target.FuncName,
                Values[Number].Type->getText(Target.File->Tokens), Why});
  noteTarget(TargetRange);
  return std::nullopt;
}

std::optional<TypedForm> SignatureMatcher::match() {
  SmallVector<Place> Wanted;
  addPlaces(Hook.Func->Type->Params, Hook.File->Tokens, Wanted);
  Wanted.erase(Wanted.begin()); // the context
  addPlaces(Target.Func->Recv, Target.File->Tokens, Values);
  addPlaces(Target.Func->Type->Params, Target.File->Tokens, Values);
  NumParams = Values.size();
  addPlaces(Target.Func->Type->Results, Target.File->Tokens, Values);
  unsigned NumResults = Values.size() - NumParams;

  TypedForm Form;
  Form.NumParams = NumParams;
  unsigned End = IsAfter ? Values.size() : NumParams;
  if (IsAfter && Wanted.size() == NumResults)
    Form.First = NumParams;
  if (Wanted.size() != End - Form.First) {
    StringRef HookName = Hook.Func->Name->getText(Hook.File->Tokens);
    std::string Expected =
        IsAfter ? getExpected(NumParams, End) : getExpected(0, End);
    if (IsAfter && NumParams && NumResults)
      Expected += ", " + getExpected(0, End);
    if (End != 0)
      Expected += " or `func(hook.Context)`";
    Diags.report(diag::err_hook_value_count, Hook.File->Source,
                 Hook.Func->Name->getRange(Hook.File->Tokens),
                 {HookName, std::to_string(Wanted.size()),
                  IsAfter ? "an after" : "a before", Target.FuncName,
                  Expected});
    noteTarget(Target.Func->Name->getRange(Target.File->Tokens));
    return std::nullopt;
  }
  bool IsGood = true;
  for (auto [I, P] : enumerate(Wanted)) {
    auto How = take(P, Form.First + I);
    IsGood &= How.has_value();
    Form.Takes.push_back(How.value_or(TypedForm::Take::Any));
  }
  if (!IsGood)
    return std::nullopt;
  Form.IsVariadic = !Wanted.empty() && isa<EllipsisType>(Wanted.back().Type);
  // Generic targets have a frame for each instance, and one slot.
  Form.IsThroughContext =
      !TargetScope.TypeParams.empty() ||
      all_of(Form.Takes, [](auto T) { return T == TypedForm::Take::Any; });
  return Form;
}

std::optional<TypedForm> otelrewrite::matchSignature(const HookFunction &Hook,
                                                     const HookTarget &Target,
                                                     bool IsAfter,
                                                     PackageSources &Sources,
                                                     DiagnosticEngine &Diags) {
  return SignatureMatcher(Hook, Target, IsAfter, Sources, Diags).match();
}
