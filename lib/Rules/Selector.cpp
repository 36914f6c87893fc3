//===- Selector.cpp - which places of a package a rule selects ------------===//

#include "otelrewrite/Rules/Selector.h"

using namespace llvm;
using namespace otelrewrite;

static constexpr PredicateInfo Predicates[] = {
#define PREDICATE(Name, Key, Value, Scope)                                     \
  {PredicateKind::Name, Key, PredicateValue::Value, PredicateScope::Scope},
#include "otelrewrite/Rules/Selectors.def"
};
ArrayRef<PredicateInfo> otelrewrite::getPredicates() { return Predicates; }

StringRef otelrewrite::getPlaceName(PlaceKind K) {
  switch (K) {
  case PlaceKind::Package:
    return "packages";
  case PlaceKind::Function:
    return "functions";
  case PlaceKind::Struct:
    return "struct types";
  case PlaceKind::Call:
    return "calls";
  case PlaceKind::Literal:
    return "composite literals";
  case PlaceKind::Value:
    return "package-level values";
  }
  llvm_unreachable("unknown place");
}

ReceiverPattern ReceiverPattern::parse(StringRef Text,
                                       std::optional<Glob::Error> &Err) {
  ReceiverPattern P;
  if (Text == "*")
    P.Shape = Form::Either;
  else if (Text.consume_front("*"))
    P.Shape = Form::Pointer;
  P.Type = Glob::parse(Text, Err);
  if (Err && P.Shape == Form::Pointer)
    ++Err->Offset;
  return P;
}

std::string ReceiverPattern::getText() const {
  std::string Text(Shape == Form::Pointer ? 1 : 0, '*');
  return Text += Type.getPattern();
}

QualifiedPattern QualifiedPattern::parse(StringRef Text,
                                         std::optional<Glob::Error> &Err) {
  QualifiedPattern Q;
  auto fail = [&](size_t At, const char *Message) {
    Err = Glob::Error{static_cast<uint32_t>(At), Message};
    return Q;
  };
  // The last dot behind the last slash: paths have dots too.
  auto splitName = [](StringRef T) {
    size_t Dot = T.rfind('.'), Slash = T.rfind('/');
    return Dot == StringRef::npos || (Slash != StringRef::npos && Dot < Slash)
               ? StringRef::npos
               : Dot;
  };
  auto parseGlob = [&](StringRef Part) {
    std::optional<Glob::Error> E;
    Glob G = Glob::parse(Part, E);
    if (E)
      Err = Glob::Error{
          static_cast<uint32_t>(E->Offset + (Part.data() - Text.data())),
          E->Message};
    return G;
  };
  StringRef Rest = Text;
  if (Rest.consume_front("(")) {
    size_t Close = Rest.find(')');
    if (Close == StringRef::npos || !Rest.substr(Close).starts_with(")."))
      return fail(0, "a method is written `(*import/path.Type).Method`");
    StringRef Type = Rest.take_front(Close);
    Q.Name = parseGlob(Rest.substr(Close + 2));
    ReceiverPattern R;
    if (Type.consume_front("*"))
      R.Shape = ReceiverPattern::Form::Pointer;
    size_t Dot = splitName(Type);
    if (Dot == StringRef::npos)
      return fail(1, "the type has no import path, as in "
                     "`(*net/http.Client).Do`");
    Q.Path = parseGlob(Type.take_front(Dot));
    R.Type = parseGlob(Type.substr(Dot + 1));
    Q.Recv = std::move(R);
    return Q;
  }
  size_t Dot = splitName(Rest);
  if (Dot == StringRef::npos) {
    Q.Name = parseGlob(Rest);
    return Q;
  }
  if (Dot == 0 || Dot + 1 == Rest.size())
    return fail(Dot, "a name is written `import/path.Name`");
  Q.Path = parseGlob(Rest.take_front(Dot));
  Q.Name = parseGlob(Rest.substr(Dot + 1));
  return Q;
}

void Selector::compile(std::optional<Glob::Error> &Err) {
  switch (getInfo().Value) {
  case PredicateValue::Glob:
    Pattern = Glob::parse(Text, Err);
    if (Kind == PredicateKind::HasFunc && HasArgs && !Args.empty())
      Recv = ReceiverPattern::parse(Args[0], Err);
    return;
  case PredicateValue::Receiver:
    Recv = ReceiverPattern::parse(Text, Err);
    return;
  case PredicateValue::Qualified:
    Qualified = QualifiedPattern::parse(Text, Err);
    if (!Err && Qualified.Path.getPattern().empty() &&
        Kind != PredicateKind::Implements)
      Err = Glob::Error{0, "the name has no import path, as in `net/http.Get`"};
    return;
  case PredicateValue::Type:
  case PredicateValue::Signature:
  case PredicateValue::Text:
  case PredicateValue::Flag:
    return;
  }
}

const Selector *Selector::findRequired(PredicateKind K) const {
  if (Type == Op::Leaf)
    return Kind == K ? this : nullptr;
  if (Type == Op::AllOf || (Type == Op::OneOf && Children.size() == 1))
    for (const Selector &C : Children)
      if (const Selector *Found = C.findRequired(K))
        return Found;
  return nullptr;
}

bool Selector::contains(PredicateKind K) const {
  bool Found = false;
  forEachLeaf([&](const Selector &L) { Found |= L.Kind == K; });
  return Found;
}
