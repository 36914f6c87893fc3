//===- Pin.h - declaring what a program is instrumented with ----*- C++ -*-===//
//
// The answer of `otel pin`: what of the built-in libraries, and of the packages
// with rules in the modules of the build, is for packages that the program has;
// and the file that says so. What a file says already stays.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_ANSWERS_PIN_H
#define OTELREWRITE_ANSWERS_PIN_H

#include "otelrewrite/Driver/GoTool.h"
#include "otelrewrite/Driver/Settings.h"

namespace otelrewrite {

struct Pin {
  std::string File;     ///< otel.instrumentation.go
  std::string Old, New; ///< its text before, empty if there is none, and after
  std::vector<std::string> Libraries, Packages; ///< what New adds
  std::string Failure;                          ///< worded for the user
  std::string Diagnostics;                      ///< rendered
};

llvm::Expected<Pin> makePin(const Settings &S, GoTool &Go,
                            const GoCommand &Command);

} // namespace otelrewrite

#endif
