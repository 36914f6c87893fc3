//===- Help.h - what `otel help` prints -------------------------*- C++ -*-===//

#ifndef OTEL_HELP_H
#define OTEL_HELP_H

#include "llvm/ADT/StringRef.h"

/// The help text of \p Topic, or of the program for an empty one; empty if
/// there is no such topic.
llvm::StringRef getHelp(llvm::StringRef Topic);

#endif
