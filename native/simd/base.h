// What every instruction set's header opens with.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define TOMBOLA_INLINE static inline __attribute__((always_inline))
#define TOMBOLA_MEMBER inline __attribute__((always_inline))

// Each header also says how much its registers hold, as `struct Tile`:
//   rows x vectors  the dense product's tile of results, in rows and f32x16 per row
//   sparse          vectors of lanes that a sparse row carries through its weights
//   dots            dot products of the sparse weight gradient that are unrolled together
