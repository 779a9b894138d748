// The lists that a sparse convolution walks, of the weights that a mask keeps in this run. Every list has room for all of its
// weights, so that no list waits for how long another became.
//
// Roofline: a weight costs a load of its mask, a store of 8 bytes and an addition on which the next store's place waits, and no
// branch, which at 10 to 50 % kept would be missed too often; in rows of the input gradient a load finds 1 to 9 neighbours in
// a line.
#pragma once
#include "convolution_sparse.h"

namespace tombola::TOMBOLA_ISA {

// A tap: its weight from the channel's first, and the offset in the panel's channel.
struct WalkTap { int32_t weight, offset; };

// Numbers of a walk, in the order of its fields, behind it the phases' first taps and the taps (src/program/convolution-lists.ts).
struct Walk {
  int32_t results, group_results, group_sources;  // channels
  int32_t row, step, group;                       // of weights: from one result channel, source channel and group to the next
  int32_t panels, panel_channels, panel_channel, phases;

  TOMBOLA_MEMBER const int32_t* first_tap() const { return &phases + 1; }
  TOMBOLA_MEMBER const WalkTap* tap() const { return reinterpret_cast<const WalkTap*>(first_tap() + phases + 1); }
};

// Units are the lists of one phase and one result channel.
TOMBOLA_INLINE void list_kept(const calls::list_kept& a, int begin, int end) {
  const Walk& walk = *reinterpret_cast<const Walk*>(a.walk);
  for (int list = begin; list < end; list++) {
    const int phase = list / walk.results, result = list % walk.results, group = result / walk.group_results;
    const int first = walk.first_tap()[phase], taps = walk.first_tap()[phase + 1] - first;
    const WalkTap* tap = walk.tap() + first;
    const int weights = group * walk.group + result % walk.group_results * walk.row;
    const int sources = group * walk.group_sources;
    int32_t* bounds = a.bounds + ptrdiff_t(list) * (walk.panels + 1);
    int next = (first * walk.results + result * taps) * walk.group_sources;
    Entry* entries = reinterpret_cast<Entry*>(a.entries);
    for (int panel = 0; panel < walk.panels; panel++) {
      bounds[panel] = next;
      const int panel_first = panel * walk.panel_channels, panel_last = panel_first + walk.panel_channels;
      const int last = sources + walk.group_sources < panel_last ? sources + walk.group_sources : panel_last;
      for (int source = sources > panel_first ? sources : panel_first; source < last; source++) {
        const int place = weights + (source - sources) * walk.step, offset = (source - panel_first) * walk.panel_channel;
        for (int t = 0; t < taps; t++) {
          entries[next] = {offset + tap[t].offset, place + tap[t].weight};
          next += a.mask[place + tap[t].weight] != 0.0f;
        }
      }
    }
    bounds[walk.panels] = next;
  }
}

}  // namespace tombola::TOMBOLA_ISA
