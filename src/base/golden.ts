/** Published first words of every random stream: whoever draws from a stream, in any language, must get these. */

import type { Stream, StreamKey } from "./random.ts";

/** The key of all {@link goldenWords}, the stream aside. */
export const goldenKey: Omit<StreamKey, "stream"> = { seed: 1, replicate: 2, step: 3, item: 4 };

/** The first five words of each stream, so that the fifth is the first of block 1. */
export const goldenWords: Record<Stream, readonly number[]> = {
  init: [0x0a598984, 0xfaea6c55, 0xad168c8d, 0x2386a233, 0x59dfb2d3],
  order: [0x8133c9da, 0xab13b3ab, 0x28fa33f2, 0xb6de6243, 0x3708f32e],
  augment: [0xeb0c911f, 0x5d9e291a, 0x21dd28cc, 0x06f4c261, 0xd6e46b08],
  dropout: [0xc88fffdd, 0xf31161f7, 0xfc8eda18, 0x5def7fd0, 0x743f92a3],
  mask: [0x767a4900, 0xc62bf72a, 0x4b182178, 0x5bff0694, 0x675ad671],
  noise: [0xda1c887d, 0x28cbb109, 0x00ce91cd, 0xe75ce758, 0x02e1b962],
  split: [0xc78f5805, 0x1f71b9c5, 0xc58d18ee, 0x36deec7b, 0x63c02619],
  statistics: [0x8d68a064, 0x8e6f2491, 0x48035c0d, 0x74f66411, 0x47a3c0a4],
};
