//===- Inspect.h - what was done to a program -------------------*- C++ -*-===//
//
// Reads the record out of a program's file and words it for people, scripts and
// bills of materials.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_ANSWERS_INSPECT_H
#define OTELREWRITE_ANSWERS_INSPECT_H

#include "otelrewrite/Driver/BuildRecord.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace otelrewrite {

void print(const BuildRecord &R, llvm::raw_ostream &OS, bool Colour);
llvm::json::Value toJSON(const BuildRecord &R);

/// Packages and relationships to merge into an SPDX 2.3 document.
llvm::json::Value toSPDX(const BuildRecord &R);
/// Components and properties to merge into a CycloneDX 1.6 document.
llvm::json::Value toCycloneDX(const BuildRecord &R);

} // namespace otelrewrite

#endif
