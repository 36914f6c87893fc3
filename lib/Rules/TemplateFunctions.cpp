//===- TemplateFunctions.cpp - the functions of templates -----------------===//

#include "TemplateFunctions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace otelrewrite;

static constexpr TemplateFunction Functions[] = {
    {"printf", 1, 99}, {"print", 0, 99}, {"println", 0, 99}, {"len", 1, 1},
    {"index", 2, 2},   {"eq", 2, 99},    {"ne", 2, 2},       {"lt", 2, 2},
    {"le", 2, 2},      {"gt", 2, 2},     {"ge", 2, 2},       {"and", 1, 99},
    {"or", 1, 99},     {"not", 1, 1}};

const TemplateFunction *otelrewrite::findTemplateFunction(StringRef Name) {
  const auto *F = find_if(
      Functions, [&](const TemplateFunction &F) { return F.Name == Name; });
  return F == std::end(Functions) ? nullptr : F;
}

static std::string quote(StringRef S) {
  std::string Out = "\"";
  for (char C : S) {
    if (C == '"' || C == '\\')
      (Out += '\\') += C;
    else if (C == '\n')
      Out += "\\n";
    else if (C == '\t')
      Out += "\\t";
    else if (static_cast<unsigned char>(C) < 0x20 || C == 0x7f)
      (Out += "\\x") += toHex(StringRef(&C, 1), /*LowerCase=*/true);
    else
      Out += C;
  }
  return Out + "\"";
}

static std::string format(ArrayRef<TemplateValue> Args, std::string &Error) {
  StringRef Format = Args[0].Text;
  std::string Out;
  size_t Next = 1;
  for (size_t I = 0; I < Format.size(); ++I) {
    if (Format[I] != '%') {
      Out += Format[I];
      continue;
    }
    size_t Verb = I + 1;
    while (Verb < Format.size() &&
           StringRef("+-# 0123456789.").contains(Format[Verb]))
      ++Verb;
    char C = Verb < Format.size() ? Format[Verb] : '!';
    StringRef Flags = Format.slice(I + 1, Verb);
    I = Verb;
    if (C == '%') {
      Out += '%';
      continue;
    }
    if (Next >= Args.size()) {
      Error = std::string("printf has no argument for %") + C;
      return Out;
    }
    const TemplateValue &V = Args[Next++];
    std::string One;
    if (C == 'q')
      One = quote(V.print());
    else if (C == 'd' && V.Type == TemplateValue::Kind::Int)
      One = std::to_string(V.Number);
    else if (C == 's' || C == 'v' || C == 't')
      One = V.print();
    else {
      Error = std::string("printf cannot print this value with %") + C;
      return Out;
    }
    unsigned Width = 0;
    bool IsLeft = Flags.consume_front("-");
    char Fill = Flags.starts_with("0") ? '0' : ' ';
    if (!Flags.getAsInteger(10, Width) && Width < 1000 && One.size() < Width)
      IsLeft ? One.append(Width - One.size(), ' ')
             : One.insert(0, Width - One.size(), Fill);
    Out += One;
  }
  if (Next < Args.size())
    Error = "printf has an argument too many";
  return Out;
}

static int compare(const TemplateValue &A, const TemplateValue &B) {
  if (A.Type == TemplateValue::Kind::Int && B.Type == A.Type)
    return A.Number < B.Number ? -1 : A.Number > B.Number;
  return StringRef(A.print()).compare(B.print());
}

TemplateValue
otelrewrite::callTemplateFunction(StringRef N,
                                  MutableArrayRef<TemplateValue> Args,
                                  bool IsTrial, std::string &Error) {
  if (N == "printf")
    return TemplateValue::string(format(Args, Error));
  if (N == "print" || N == "println") {
    // As fmt.Sprint: blanks where neither side is a string.
    std::string S;
    for (size_t I = 0; I < Args.size(); ++I) {
      auto isString = [](const TemplateValue &V) {
        return V.Type == TemplateValue::Kind::String;
      };
      if (I &&
          (N == "println" || (!isString(Args[I]) && !isString(Args[I - 1]))))
        S += ' ';
      S += Args[I].print();
    }
    return TemplateValue::string(N == "print" ? S : S + "\n");
  }
  // With names in place of values, types say nothing.
  if (!IsTrial && N == "len" && Args[0].Type != TemplateValue::Kind::List &&
      Args[0].Type != TemplateValue::Kind::String) {
    Error = "len needs a string or a list";
    return {};
  }
  bool IsComparison = N == "eq" || N == "ne" || N == "lt" || N == "le" ||
                      N == "gt" || N == "ge";
  if (!IsTrial && IsComparison)
    for (auto &A : Args.drop_front())
      if (A.Type != Args[0].Type) {
        Error = "`" + N.str() + "` cannot compare `" + Args[0].print() +
                "` with `" + A.print() + "`";
        return {};
      }
  if (N == "len")
    return TemplateValue::integer(
        Args[0].Type == TemplateValue::Kind::List
            ? static_cast<int64_t>(Args[0].Elements.size())
            : static_cast<int64_t>(Args[0].print().size()));
  if (N == "index") {
    auto I = static_cast<uint64_t>(Args[1].Number);
    if (I < Args[0].Elements.size())
      return Args[0].Elements[I];
    if (IsTrial)
      return TemplateValue::string("x");
    Error = "index " + Args[1].print() + " is out of range";
    return {};
  }
  if (N == "eq") {
    for (auto &A : Args.drop_front())
      if (compare(Args[0], A) == 0)
        return TemplateValue::boolean(true);
    return TemplateValue::boolean(false);
  }
  if (N == "not")
    return TemplateValue::boolean(!Args[0].isTrue());
  if (N == "and" || N == "or") {
    for (auto &A : Args)
      if (A.isTrue() == (N == "or"))
        return A;
    return Args.back();
  }
  int Order = compare(Args[0], Args[1]);
  return TemplateValue::boolean(N == "ne"   ? Order != 0
                                : N == "lt" ? Order < 0
                                : N == "le" ? Order <= 0
                                : N == "gt" ? Order > 0
                                            : Order >= 0);
}
