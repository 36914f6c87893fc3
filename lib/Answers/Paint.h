//===- Paint.h - colours of answers -----------------------------*- C++ -*-===//

#ifndef OTELREWRITE_LIB_ANSWERS_PAINT_H
#define OTELREWRITE_LIB_ANSWERS_PAINT_H

#include "llvm/ADT/Twine.h"

#include <string>

namespace otelrewrite {

class Paint {
public:
  explicit Paint(bool IsOn) : IsOn(IsOn) {}

  std::string bold(const llvm::Twine &Text) const { return in("1", Text); }
  std::string dim(const llvm::Twine &Text) const { return in("2", Text); }
  std::string good(const llvm::Twine &Text) const { return in("1;32", Text); }
  std::string bad(const llvm::Twine &Text) const { return in("1;31", Text); }
  std::string warn(const llvm::Twine &Text) const { return in("1;33", Text); }
  std::string in(const char *Code, const llvm::Twine &Text) const {
    if (!IsOn)
      return Text.str();
    return (llvm::Twine("\x1b[") + Code + "m" + Text + "\x1b[0m").str();
  }

private:
  bool IsOn;
};

} // namespace otelrewrite

#endif
