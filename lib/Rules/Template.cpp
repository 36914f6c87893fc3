//===- Template.cpp - the part of text/template rules use -----------------===//

#include "TemplateTree.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace otelrewrite;

static constexpr TemplateField Fields[] = {
    {"FuncName", 0},          {"FuncArgument", 1},    {"FuncReturn", 1},
    {"FuncArgumentCount", 0}, {"FuncReturnCount", 0}, {"FuncArgumentOfType", 1},
    {"FuncReturnOfType", 1},  {"DirectiveArgs", 0},   {"DirectiveArg", 1},
    {"PackageName", 0},       {"ImportPath", 0},
};
ArrayRef<TemplateField> otelrewrite::getTemplateFields() { return Fields; }

Template::Template() = default;
Template::~Template() = default;
Template::Template(Template &&) = default;
Template &Template::operator=(Template &&) = default;
bool Template::hasActions() const {
  return any_of(Nodes,
                [](const Node &N) { return N.Type != Node::Kind::Text; });
}

bool TemplateValue::isTrue() const {
  switch (Type) {
  case Kind::String:
    return !Text.empty();
  case Kind::Int:
    return Number != 0;
  case Kind::Bool:
    return Truth;
  case Kind::List:
    return !Elements.empty();
  case Kind::Pair:
    return true;
  }
  llvm_unreachable("unknown value");
}

std::string TemplateValue::print() const {
  switch (Type) {
  case Kind::String:
    return Text;
  case Kind::Int:
    return std::to_string(Number);
  case Kind::Bool:
    return Truth ? "true" : "false";
  case Kind::Pair:
    return "{" + Text + " " + Second + "}";
  case Kind::List: {
    std::string Out = "[";
    for (const TemplateValue &E : Elements)
      Out += (Out.size() > 1 ? " " : "") + E.print();
    return Out + "]";
  }
  }
  llvm_unreachable("unknown value");
}
