// What a kernel is to the machine that runs programs: a number of independent units, and a function over a range of them.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace tombola {

// A column of the data: numbers row after row, and where the rows of a ragged one start.
struct Column {
  enum Type : int32_t { bytes, integers, floats };
  const void* data;
  const int32_t* starts;  // [rows + 1], counted in items; null where all rows have one shape
  int32_t type;
  int32_t size;  // numbers of an item, or of a row that is not ragged
};

// Where a program's calls find their values.
struct Context {
  float* arena;           // offsets count 4-byte elements
  const Column* columns;  // by the numbers that calls have for them
  float* scratch;         // this thread's own, as much as the program's calls need; holds nothing between calls
};

// Threads split units, never a sum, so results do not depend on their number. All is null behind a table's last kernel.
struct Kernel {
  const char* signature;  // name, arguments and units as src/program/kernels.ts writes them, which the host compares
  int (*units)(const int32_t* arguments);
  void (*run)(const Context& context, const int32_t* arguments, int begin, int end);
};

// Whole numbers of one encoded call: the kernel's code, then its arguments.
constexpr int call_words = 16;

}  // namespace tombola
