/**
 * What is drawn for views of pictures (Chen et al. 2020, appendix A): a box of the picture, a mirror, how the colours are shaken
 * and in which order, grey, blur, and a turn. Every view draws from a key of its own: stream `augment`, the iteration as step,
 * the view and its lane as item.
 */
import { exp, log } from "../base/exact.ts";
import { type Random, randomStream } from "../base/random.ts";
import { DRAWN } from "../graph/ops/views.ts";

/** How views are varied. */
export interface Recipe {
  /** The least and the largest part of a picture's area that a view shows; absent: all of it. */
  readonly area?: readonly [number, number];
  /** Whether half of the views are mirrored. */
  readonly mirrors?: boolean;
  /** How far brightness, contrast, saturation and hue are changed, and how often; absent: never. */
  readonly jitter?: {
    readonly brightness: number;
    readonly contrast: number;
    readonly saturation: number;
    readonly hue: number;
    readonly odds: number;
  };
  /** How often a view is made grey; default never. */
  readonly grey?: number;
  /** Whether views are turned by a number of quarters, each as often. */
  readonly turns?: boolean;
}

/** One view: pixels, factors and numbers; {@link asIs} has those that change nothing. */
export interface View {
  /** Which picture of the batch it is of. */
  readonly place: number;
  /** Of the box, in pixels. */
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
  readonly mirrored: boolean;
  /** The order of the changes of colour, a permutation of 0 to 3: brightness, contrast, saturation, hue; null for none. */
  readonly order: readonly number[] | null;
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** A fraction of the circle of colours. */
  readonly hue: number;
  readonly grey: boolean;
  /** The deviation of the blur in pixels; 0 for none. */
  readonly blur: number;
  /** Quarters that it is turned left by, 0 to 3. */
  readonly quarters: number;
}

/** The rows of a view's numbers, in the order in which kernels read them. */
export const ROW_OF_QUARTERS = 13;

/** The whole picture as it is. */
export function asIs(place: number, [, height, width]: readonly number[]): View {
  return {
    ...{ place, top: 0, left: 0, height: height!, width: width!, mirrored: false, order: null },
    ...{ brightness: 1, contrast: 1, saturation: 1, hue: 0, grey: false, blur: 0, quarters: 0 },
  };
}

/** Names the draws of a batch of views. */
export interface ViewKey {
  readonly seed: number;
  /** The replicate, and in its upper half the draw. */
  readonly replicate: number;
  readonly step: number;
}

/** Items of a stream that one view of all lanes takes. */
const ITEMS = 1 << 16;

/** The view of a lane; `view` tells the views of one picture apart. */
export function drawView(
  recipe: Recipe,
  shape: readonly number[],
  { key, view, lane }: { key: ViewKey; view: number; lane: number },
): View {
  const random = randomStream({ ...key, stream: "augment", item: view * ITEMS + lane });
  const whole = asIs(lane, shape);
  const { area, mirrors, jitter, grey = 0, turns } = recipe;
  const between = (from: number, to: number) => from + (to - from) * random.uniform();
  const around = (by: number) => between(Math.max(0, 1 - by), 1 + by);
  const box = area ? drawBox(random, area, whole) : {};
  const mirrored = mirrors ? random.uniform() < 0.5 : false;
  const shaken = jitter && random.uniform() < jitter.odds;
  const colours = shaken && {
    order: [...random.shuffle(Int32Array.of(0, 1, 2, 3))],
    ...{ brightness: around(jitter.brightness), contrast: around(jitter.contrast) },
    ...{ saturation: around(jitter.saturation), hue: between(-jitter.hue, jitter.hue) },
  };
  const greyed = grey > 0 && random.uniform() < grey;
  return { ...whole, ...box, mirrored, ...colours, grey: greyed, quarters: turns ? random.below(4) : 0 };
}

/** How often a box that does not fit is drawn anew. */
const TRIES = 10;

/** The logarithm of the largest ratio of width to height, 4/3. */
const MOST_RATIO = log(4 / 3);

/** A box of a part of the area, at most a third longer than high or the other way, anywhere; the whole where none of ten fits. */
function drawBox(random: Random, [least, most]: readonly [number, number], whole: View) {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const area = whole.height * whole.width * (least + (most - least) * random.uniform());
    const ratio = exp(MOST_RATIO * (2 * random.uniform() - 1));
    const [width, height] = [Math.round(Math.sqrt(area * ratio)), Math.round(Math.sqrt(area / ratio))];
    if (width < 1 || height < 1 || width > whole.width || height > whole.height) continue;
    return { top: random.below(whole.height - height + 1), left: random.below(whole.width - width + 1), height, width };
  }
  return {};
}

/** What a neighbour weighs in a blur of three pixels. */
function sideOf(blur: number): number {
  if (blur === 0) return 0;
  const side = exp(-0.5 / (blur * blur));
  return side / (1 + 2 * side);
}

/** The numbers of views as kernels read them, `[numbers][lanes]`, 0 on lanes without a view. */
export function drawsOf(views: readonly View[], lanes: number): Float32Array {
  const numbers = new Float32Array(DRAWN * lanes);
  for (const [lane, view] of views.entries()) {
    const order = view.order ? view.order.reduceRight((code, each) => 4 * code + each, 0) : -1;
    const { place, top, left, height, width, mirrored, brightness, contrast, saturation, hue, grey } = view;
    const rows = [place, top, left, height, width, +mirrored, order, brightness, contrast, saturation, hue, +grey];
    for (const [row, value] of [...rows, sideOf(view.blur), view.quarters].entries())
      numbers[row * lanes + lane] = value;
  }
  return numbers;
}
