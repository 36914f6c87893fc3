//===- TemplateRenderer.cpp - a template's tree to text -------------------===//

#include "TemplateFunctions.h"
#include "TemplateTree.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace otelrewrite;

namespace {
class Renderer {
public:
  Renderer(TemplateFields Fields, std::optional<TemplateError> &Err,
           std::optional<bool> Forced,
           std::vector<std::pair<uint32_t, uint32_t>> *Origins)
      : Fields(Fields), Err(Err), Forced(Forced), Origins(Origins) {}
  using Node = Template::Node;
  using Pipe = Template::Pipe;
  using Operand = Pipe::Operand;

  void render(ArrayRef<Node> Nodes);
  std::string Out;
  StringRef Text;

private:
  TemplateValue evaluate(const Pipe &P);
  TemplateValue evaluate(const Operand &O);
  TemplateValue field(StringRef Name, ArrayRef<TemplateValue> Args,
                      SourceRange At);
  TemplateValue select(TemplateValue V, StringRef Name, SourceRange At);
  TemplateValue call(const Operand &F, MutableArrayRef<TemplateValue> Args);
  void fail(SourceRange R, std::string Message) {
    if (!Err)
      Err = TemplateError{R, std::move(Message)};
  }
  void define(StringRef Name, TemplateValue V) {
    Vars.push_back({Name.str(), std::move(V)});
  }

  TemplateFields Fields;
  std::optional<TemplateError> &Err;
  std::optional<bool> Forced;
  std::vector<std::pair<uint32_t, uint32_t>> *Origins;
  std::vector<std::pair<std::string, TemplateValue>> Vars;
  std::optional<TemplateValue> Dot; // none: the data itself
};
} // namespace

TemplateValue Renderer::field(StringRef Name, ArrayRef<TemplateValue> Args,
                              SourceRange At) {
  std::string Problem;
  auto V = Fields(Name, Args, Problem);
  if (V)
    return std::move(*V);
  fail(At, Problem);
  return {};
}

TemplateValue Renderer::select(TemplateValue V, StringRef Name,
                               SourceRange At) {
  if (Name.empty())
    return V;
  if (V.Type == TemplateValue::Kind::Pair && Name == "Key")
    return TemplateValue::string(V.Text);
  if (V.Type == TemplateValue::Kind::Pair && Name == "Value")
    return TemplateValue::string(V.Second);
  if (Forced)
    return TemplateValue::string("x");
  fail(At, "this value has no field `." + Name.str() + "`");
  return {};
}

TemplateValue Renderer::evaluate(const Operand &O) {
  switch (O.Type) {
  case Operand::Kind::Dot:
    return Dot ? *Dot : field("", {}, O.Range);
  case Operand::Kind::Field:
    if (Dot)
      return select(*Dot, O.Name, O.Range);
    return field(O.Name, {}, O.Range);
  case Operand::Kind::Variable:
    if (O.Name.empty())
      return field(O.Suffix, {}, O.Range);
    for (auto &V : reverse(Vars))
      if (V.first == O.Name)
        return select(V.second, O.Suffix, O.Range);
    fail(O.Range, "there is no variable `$" + O.Name + "`");
    return {};
  case Operand::Kind::Constant:
    return O.Value;
  case Operand::Kind::Function:
    return call(O, {});
  case Operand::Kind::Paren:
    return select(evaluate(*O.Inner), O.Suffix, O.Range);
  }
  llvm_unreachable("unknown operand");
}

TemplateValue Renderer::evaluate(const Pipe &P) {
  std::optional<TemplateValue> Value;
  for (const Pipe::Command &C : P.Commands) {
    SmallVector<TemplateValue, 4> Args;
    for (const Operand &O : ArrayRef(C).drop_front())
      Args.push_back(evaluate(O));
    if (Value)
      Args.push_back(std::move(*Value));
    const Operand &Head = C.front();
    if (Err)
      return {};
    if (Head.Type == Operand::Kind::Function)
      Value = call(Head, Args);
    else if (Head.Type == Operand::Kind::Field && !Dot)
      Value = field(Head.Name, Args, Head.Range);
    else
      Value = evaluate(Head);
    if (Err)
      return {};
  }
  return std::move(*Value);
}

TemplateValue Renderer::call(const Operand &F,
                             MutableArrayRef<TemplateValue> Args) {
  std::string Problem;
  TemplateValue V =
      callTemplateFunction(F.Name, Args, Forced.has_value(), Problem);
  if (!Problem.empty())
    fail(F.Range, Problem);
  return V;
}

void Renderer::render(ArrayRef<Node> Nodes) {
  for (const Node &N : Nodes) {
    if (Err || Out.size() > (1 << 20))
      return;
    size_t Scope = Vars.size();
    switch (N.Type) {
    case Node::Kind::Text:
      if (Origins)
        Origins->push_back({static_cast<uint32_t>(Out.size()), N.At.Begin});
      Out += Text.slice(N.At.Begin, N.At.End);
      break;
    case Node::Kind::Output: {
      TemplateValue V = evaluate(N.Value);
      if (!N.Value.Vars.empty()) {
        const std::string &Name = N.Value.Vars.front();
        bool Found = false;
        if (N.Value.IsAssignment)
          for (auto &Var : reverse(Vars))
            if (Var.first == Name) {
              Var.second = V;
              Found = true;
              break;
            }
        if (!Found)
          define(Name, std::move(V));
        continue;
      }
      if (Origins)
        Origins->push_back({static_cast<uint32_t>(Out.size()), N.At.Begin});
      Out += V.print();
      continue;
    }
    case Node::Kind::If:
    case Node::Kind::With: {
      TemplateValue V = evaluate(N.Value);
      bool IsTrue = Forced.value_or(V.isTrue());
      for (const std::string &Name : N.Value.Vars)
        define(Name, V);
      std::optional<TemplateValue> Outer = Dot;
      if (N.Type == Node::Kind::With && IsTrue)
        Dot = std::move(V);
      render(IsTrue ? N.Then : N.Else);
      Dot = std::move(Outer);
      break;
    }
    case Node::Kind::Range: {
      TemplateValue V = evaluate(N.Value);
      if (V.Type == TemplateValue::Kind::Int) {
        int64_t Count = std::clamp<int64_t>(V.Number, 0, 1000);
        for (int64_t I = 0; I < Count; ++I)
          V.Elements.push_back(TemplateValue::integer(I));
      } else if (V.Type != TemplateValue::Kind::List && !Forced && !Err) {
        fail(N.At, "range needs a list or a count");
      }
      if (Forced) {
        V.Elements.clear();
        if (*Forced)
          V.Elements.push_back(TemplateValue::pair("x", "x"));
      }
      std::optional<TemplateValue> Outer = Dot;
      for (size_t I = 0; I < V.Elements.size(); ++I) {
        size_t Inner = Vars.size();
        ArrayRef<std::string> Names = N.Value.Vars;
        if (Names.size() > 1)
          define(Names[0], TemplateValue::integer(static_cast<int64_t>(I)));
        if (!Names.empty())
          define(Names.back(), V.Elements[I]);
        Dot = V.Elements[I];
        render(N.Then);
        Vars.resize(Inner);
      }
      Dot = std::move(Outer);
      if (V.Elements.empty())
        render(N.Else);
      break;
    }
    }
    Vars.resize(Scope);
  }
}

std::string
Template::render(TemplateFields Fields, std::optional<TemplateError> &Err,
                 std::optional<bool> Forced,
                 std::vector<std::pair<uint32_t, uint32_t>> *Origins) const {
  Renderer R(Fields, Err, Forced, Origins);
  R.Text = Source;
  R.render(Nodes);
  return std::move(R.Out);
}
