//===- RulePlaces.cpp - what sort of place a rule speaks of ---------------===//

#include "RuleParts.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace otelrewrite;

static PlaceKind placeOf(const Selector &Where) {
  if (Where.contains(PredicateKind::FunctionCall))
    return PlaceKind::Call;
  if (Where.contains(PredicateKind::StructLiteral))
    return PlaceKind::Literal;
  if (Where.contains(PredicateKind::Struct))
    return PlaceKind::Struct;
  if (Where.contains(PredicateKind::Identifier) ||
      Where.contains(PredicateKind::ValueKind))
    return PlaceKind::Value;
  bool IsFunction = false;
  Where.forEachLeaf([&](const Selector &L) {
    IsFunction |= L.getInfo().Scope == PredicateScope::Function ||
                  L.getInfo().Scope == PredicateScope::Any;
  });
  return IsFunction ? PlaceKind::Function : PlaceKind::Package;
}

static bool fits(PredicateScope Scope, PlaceKind Place) {
  switch (Scope) {
  case PredicateScope::Any:
  case PredicateScope::File:
    return true;
  case PredicateScope::Function:
    return Place == PlaceKind::Function || Place == PlaceKind::Call ||
           Place == PlaceKind::Literal;
  case PredicateScope::Struct:
    return Place == PlaceKind::Struct;
  case PredicateScope::Call:
    return Place == PlaceKind::Call;
  case PredicateScope::Literal:
    return Place == PlaceKind::Literal;
  case PredicateScope::Value:
    return Place == PlaceKind::Value;
  }
  llvm_unreachable("unknown scope");
}

/// A selector of such a place, as advice.
static StringRef getPlaceExample(PlaceKind K) {
  switch (K) {
  case PlaceKind::Package:
    return "file = { has_func = \"main\" }";
  case PlaceKind::Function:
    return "func = \"NewClient\"";
  case PlaceKind::Struct:
    return "struct = \"Client\"";
  case PlaceKind::Call:
    return "function_call = \"net/http.Get\"";
  case PlaceKind::Literal:
    return "struct_literal = \"net/http.Server\"";
  case PlaceKind::Value:
    return "identifier = \"MaxSize\"";
  }
  llvm_unreachable("unknown place");
}

void otelrewrite::checkPlaces(const DocumentReader &Reader,
                              const DocumentEntry &Entry, Rule &R) {
  R.Place = placeOf(R.Where);
  const DocumentNode *Where = Entry.Value.get("where");
  SourceRange At = Where ? Where->Range : Entry.KeyRange;
  R.Where.forEachLeaf([&](const Selector &L) {
    if (!L.getInfo().Key.empty() && !fits(L.getInfo().Scope, R.Place))
      Reader.report(diag::err_rule_selector_place, At,
                    {L.getInfo().Key, getPlaceName(R.Place)});
  });
  const DocumentNode *Do = Entry.Value.get("do");
  for (auto [I, A] : enumerate(R.Do)) {
    PlaceKind Wanted = getPlace(A);
    if (Wanted == PlaceKind::Package || Wanted == R.Place)
      continue;
    if (!Where) {
      Reader.require(Entry.Value, Entry.KeyRange, "rule `" + R.Name + "`",
                     "where",
                     "where = { " + getPlaceExample(Wanted).str() + " }");
      return;
    }
    SourceRange Action = Do->Type == DocumentNode::Kind::Array
                             ? Do->Elements[I].Range
                             : Do->Range;
    StringRef Hint = Wanted == PlaceKind::Function  ? "`func` or `directive`"
                     : Wanted == PlaceKind::Struct  ? "`struct`"
                     : Wanted == PlaceKind::Call    ? "`function_call`"
                     : Wanted == PlaceKind::Literal ? "`struct_literal`"
                                                    : "`identifier`";
    Reader.report(diag::err_rule_action_place, Action,
                  {getKindName(A), getPlaceName(Wanted), Hint});
  }
}
