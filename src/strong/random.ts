/**
 * The random network that is drawn beforehand, by address: every weight is a function of its place, so that one of billions
 * is there when it is asked for, and the rest need not be.
 *
 * A line of a layer's matrix (a row, or a column of the layers in which every unit reads one input) is one Philox stream,
 * and entry i of the line is word i of the stream; see base/random.ts.
 */
import { type Counter, type Key, philox } from "../base/philox.ts";
import { streamKey } from "../base/random.ts";

/** Which random network. */
export interface Draw {
  readonly seed: number;
  readonly replicate: number;
}

/** Layers begin behind the items that initialisers draw, so that no weight repeats one of a trained network's start. */
const FIRST_ITEM = 2 ** 16;

/** One line of a layer of a random network. */
export interface Line {
  /** Writes words `from`, `from + 1`, ... to the whole of `out`. */
  fill(out: Uint32Array, from: number): void;
  /** One word, 0 to 2^32 - 1. */
  word(index: number): number;
}

/** The line `line` of layer `layer` (0 the first); throws `usage` on numbers out of range. */
export function lineOf({ seed, replicate }: Draw, layer: number, line: number): Line {
  const { key, counter } = streamKey({ seed, stream: "init", replicate, step: line, item: FIRST_ITEM + layer });
  const words = new Uint32Array(4);
  return {
    fill: (out, from) => fillFrom(out, from, { key, counter, words }),
    word(index) {
      philox([index >>> 2, counter[1], counter[2], counter[3]], key, words);
      return words[index & 3]!;
    },
  };
}

function fillFrom(
  out: Uint32Array,
  from: number,
  { key, counter, words }: { key: Key; counter: Counter; words: Uint32Array },
): void {
  const place: [number, number, number, number] = [...counter];
  for (let at = 0, block = from >>> 2, offset = from & 3; at < out.length; block++, offset = 0) {
    place[0] = block;
    philox(place, key, words);
    for (; offset < 4 && at < out.length; offset++) out[at++] = words[offset]!;
  }
}

/** A word as a number uniform in [-1, 1), a multiple of 2^-23 and so exact in float32. */
export function uniform(word: number): number {
  return (word >>> 8) * 2 ** -23 - 1;
}
