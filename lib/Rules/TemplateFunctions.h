//===- TemplateFunctions.h - the functions of templates ---------*- C++ -*-===//
//
// Those of text/template that make sense for code.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_RULES_TEMPLATEFUNCTIONS_H
#define OTELREWRITE_RULES_TEMPLATEFUNCTIONS_H

#include "otelrewrite/Rules/Template.h"

namespace otelrewrite {

struct TemplateFunction {
  llvm::StringRef Name;
  unsigned MinArgs, MaxArgs;
};
/// Null where there is none.
const TemplateFunction *findTemplateFunction(llvm::StringRef Name);

/// \p Args are as many as the function takes. \p IsTrial: names stand in place
/// of values, so that types say nothing. Sets \p Error where it cannot be
/// called.
TemplateValue callTemplateFunction(llvm::StringRef Name,
                                   llvm::MutableArrayRef<TemplateValue> Args,
                                   bool IsTrial, std::string &Error);

} // namespace otelrewrite

#endif
