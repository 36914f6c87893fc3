//===- Action.cpp - one element of a rule's `do` --------------------------===//

#include "otelrewrite/Rules/Action.h"

using namespace llvm;
using namespace otelrewrite;

std::optional<HookPair> otelrewrite::getHooks(const Action &A) {
  return std::visit(
      [](const auto &K) -> std::optional<HookPair> {
        if constexpr (requires { K.hooks(); })
          return K.hooks();
        else
          return std::nullopt;
      },
      A);
}

std::optional<PackageFile> otelrewrite::getFile(const Action &A) {
  return std::visit(
      [](const auto &K) -> std::optional<PackageFile> {
        if constexpr (requires { K.file(); })
          return K.file();
        else
          return std::nullopt;
      },
      A);
}

namespace {
/// Fields as people read them, on one line.
struct FieldPrinter {
  std::string &Out;

  void add(const FieldInfo &F, StringRef Text) {
    if (Text.empty())
      return;
    Out += (Out.empty() ? "" : ", ") + F.Key.str() + " ";
    // Blanks of several lines become one.
    while (!Text.empty()) {
      auto [Line, Rest] = Text.split('\n');
      Text = Rest;
      if (Line.trim().empty())
        continue;
      if (Out.back() != ' ')
        Out += ' ';
      Out += Line.trim();
    }
  }
  void operator()(const FieldInfo &F, const std::string &S) { add(F, S); }
  void operator()(const FieldInfo &F, const GoText &G) { add(F, G.Text); }
  template <typename T>
  void operator()(const FieldInfo &F, const std::vector<T> &List) {
    std::string Elements;
    for (const T &E : List) {
      std::string One;
      if constexpr (std::is_same_v<T, GoText>)
        One = E.Text;
      else
        T::fields(E, FieldPrinter{One});
      Elements += (Elements.empty() ? "" : "; ") + One;
    }
    add(F, Elements);
  }
};
} // namespace

std::string otelrewrite::describeAction(const Action &A) {
  if (auto H = getHooks(A); H && H->IsForeign) {
    std::string Out;
    if (!H->Before.empty())
      Out = "before " + H->Before;
    if (!H->After.empty())
      Out += (Out.empty() ? "after " : ", after ") + H->After;
    return Out + " of " + H->Path;
  }
  std::string Fields;
  std::visit(
      [&](const auto &K) {
        std::decay_t<decltype(K)>::fields(K, FieldPrinter{Fields});
      },
      A);
  return getKindName(A).str() + ": " + Fields;
}
