/** What bands and error bars show of replicates, in numbers and in words, and how they end at the edges of an axis. */

import type { Spread } from "./spread.ts";

/** Lowest to highest, one standard deviation of replicates, and the 95 % interval of their mean. */
export const BANDS = ["minmax", "sd", "ci"] as const;
export type Band = (typeof BANDS)[number];

/** What figures show where nothing else is asked for. */
export const DEFAULT_BAND: Band = "ci";

/** What bands are, as captions say it. */
export const BAND_WORDS: Readonly<Record<Band, string>> = {
  minmax: "lowest to highest",
  sd: "one standard deviation of replicates",
  ci: "95 % interval of the mean",
};

/** Ends of the band of a spread; the mean twice where one value has neither deviation nor interval. */
export function bandOf({ mean, min, max, sd, low, high }: Spread, band: Band): readonly [low: number, high: number] {
  const ends = { minmax: [min, max], sd: [mean - sd, mean + sd], ci: [low, high] } as const;
  return ends[band].every(Number.isFinite) ? ends[band] : [mean, mean];
}

/** That bands, or bars, end at the edges of the axis though they go on; nothing where none does. */
export function cutNote(
  spreads: readonly Spread[],
  { band, domain, ranges = "bands" }: { band: Band; domain: readonly [number, number]; ranges?: "bands" | "bars" },
): string {
  const [foot, top] = domain;
  const isCut = spreads.some((spread) => {
    const [low, high] = bandOf(spread, band);
    return low < foot || high > top;
  });
  return isCut ? `${ranges === "bands" ? "Bands" : "Bars"} are cut off at the axis.` : "";
}

/** A place of a band as it is drawn. */
export interface BandPoint {
  readonly x: number;
  readonly y1: number;
  readonly y2: number;
}

interface BandOptions<P> {
  readonly band: Band;
  readonly x: (point: P) => number;
  readonly domain: readonly [number, number];
  /** Whether an axis is logarithmic. */
  readonly log?: { readonly x?: boolean; readonly y?: boolean };
}

/**
 * The band of a line, cut off at the ends of the axis: where an edge crosses them there is a place of its own, for a band
 * whose points alone were moved to the axis would look narrower than it is.
 */
export function bandPoints<P extends Spread>(line: readonly P[], options: BandOptions<P>): BandPoint[] {
  const { band, x, domain, log = {} } = options;
  const [toX, fromX] = log.x ? [Math.log, Math.exp] : [Number, Number];
  const [toY, fromY] = log.y ? [Math.log, Math.exp] : [Number, Number];
  const [foot, top] = [toY(domain[0]), toY(domain[1])];
  const places = line.map((point) => {
    const [low, high] = bandOf(point, band);
    // A log scale has no place for what is not above 0: it is at the foot, or with the other end below that.
    const y2 = log.y && high <= 0 ? foot : toY(high);
    return { x: toX(x(point)), y1: log.y && low <= 0 ? Math.min(foot, y2) : toY(low), y2 };
  });
  const within = (value: number) => fromY(Math.min(top, Math.max(foot, value)));
  return places
    .flatMap((place, i) => [...(i === 0 ? [] : crossings(places[i - 1]!, place, [foot, top])), place])
    .map((place) => ({ x: fromX(place.x), y1: within(place.y1), y2: within(Math.max(place.y1, place.y2)) }));
}

/** Where the edges of a band cross the ends of the axis between two of its places, from the first to the second. */
function crossings(from: BandPoint, to: BandPoint, ends: readonly number[]): BandPoint[] {
  const shares = (["y1", "y2"] as const).flatMap((edge) =>
    ends.map((end) => (end - from[edge]) / (to[edge] - from[edge])),
  );
  const inside = shares.filter((share) => share > 0 && share < 1).sort((a, b) => a - b);
  const at = (share: number, key: keyof BandPoint) => from[key] + share * (to[key] - from[key]);
  return inside.map((share) => ({ x: at(share, "x"), y1: at(share, "y1"), y2: at(share, "y2") }));
}
