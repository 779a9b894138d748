// How kernels read their arguments: operands, then whole numbers, then float bits, in the order of the kernel table.
#pragma once
#include "../machine/kernel.h"

namespace tombola::TOMBOLA_ISA {

// Reads arguments one after the other.
struct Arguments {
  const Context& context;
  const int32_t* next;

  // An operand in the arena; null where the call leaves it out.
  TOMBOLA_MEMBER float* floats() {
    const int32_t offset = *next++;
    return offset < 0 ? nullptr : context.arena + offset;
  }
  TOMBOLA_MEMBER const int32_t* indices() { return reinterpret_cast<const int32_t*>(floats()); }
  TOMBOLA_MEMBER int number() { return *next++; }
  TOMBOLA_MEMBER float real() {
    float value;
    __builtin_memcpy(&value, next++, sizeof value);
    return value;
  }
};

constexpr int width = 16;
TOMBOLA_INLINE int blocks(int elements) { return (elements + width - 1) / width; }

// Units of a kernel: one of its whole-number arguments, counted in single rows or in blocks of 16 elements.
template <int Argument>
int rows(const int32_t* arguments) { return arguments[Argument]; }
template <int Argument>
int lane_blocks(const int32_t* arguments) { return blocks(arguments[Argument]); }

}  // namespace tombola::TOMBOLA_ISA
