//===- TokenMutator.h - mutations of Go by tokens ---------------*- C++ -*-===//

#ifndef OTELREWRITE_FUZZ_TOKENMUTATOR_H
#define OTELREWRITE_FUZZ_TOKENMUTATOR_H

#include <cstddef>
#include <cstdint>

namespace otelrewrite {

/// For LLVMFuzzerCustomMutator: deletes, repeats, moves or exchanges runs of
/// tokens, or puts a token of another kind in; one time in three it leaves the
/// bytes to libFuzzer's own mutations. Returns the new size.
size_t mutateTokens(uint8_t *Data, size_t Size, size_t MaxSize, unsigned Seed);

} // namespace otelrewrite

#endif
