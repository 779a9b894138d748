// How kernels get their arguments: calls.h gives each a struct of its own, which reads them out of an encoded call.
#pragma once
#include "../machine/kernel.h"

namespace tombola::TOMBOLA_ISA {

constexpr int width = 16;
TOMBOLA_INLINE int blocks(int elements) { return (elements + width - 1) / width; }

// The words of a call behind the kernel's code, read by their places.
struct Arguments {
  const Context& context;
  const int32_t* words;

  // An operand in the arena; null where the call leaves it out.
  TOMBOLA_MEMBER float* floats(int place) const {
    const int32_t offset = words[place];
    return offset < 0 ? nullptr : context.arena + offset;
  }
  TOMBOLA_MEMBER int32_t* integers(int place) const { return reinterpret_cast<int32_t*>(floats(place)); }
  TOMBOLA_MEMBER int number(int place) const { return words[place]; }
  TOMBOLA_MEMBER float real(int place) const {
    float value;
    __builtin_memcpy(&value, words + place, sizeof value);
    return value;
  }
};

// A kernel as the machine runs it: unpacks the call, then does a range of its units.
template <class Call, void (*Function)(const Call& call, int begin, int end)>
static void run(const Context& context, const int32_t* words, int begin, int end) {
  static_assert(Call::argument_count < call_words, "a call holds a kernel's code and its arguments");
  Function(Call(Arguments{context, words}), begin, end);
}

}  // namespace tombola::TOMBOLA_ISA
