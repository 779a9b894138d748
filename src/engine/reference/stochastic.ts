/** Noise in float64, from the words that every engine draws. */
import { randomStream } from "../../base/random.ts";
import type { KernelName } from "../../program/kernels.ts";
import { type Kernel, type ReferenceCall, repeat } from "./call.ts";

/** The first words of the stream that a call draws from, a whole number of pairs. */
function wordsOf({ at, int: { elements, index } }: ReferenceCall): Uint32Array {
  const [seed, replicate, step] = Array.from(at.counter!, (value) => value >>> 0) as [number, number, number];
  const random = randomStream({ seed, stream: "noise", replicate, step, item: index! });
  return Uint32Array.from({ length: elements! + 1 }, () => random.u32());
}

export const stochasticKernels = {
  uniform_noise(call) {
    const words = wordsOf(call);
    repeat(call.int.elements!, (e) => {
      call.at.y![e] = ((words[e]! >>> 9) * 2 + 1) * 2 ** -24;
    });
  },
  gaussian_noise(call) {
    const words = wordsOf(call);
    repeat(call.int.elements!, (e) => {
      const first = e - (e % 2);
      const radius = Math.sqrt(-2 * Math.log(((words[first]! >>> 8) + 1) * 2 ** -24));
      const angle = 2 * Math.PI * (words[first + 1]! >>> 8) * 2 ** -24;
      call.at.y![e] = radius * (e % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
    });
  },
} satisfies Partial<Record<KernelName, Kernel>>;
