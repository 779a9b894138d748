/** What a kernel of the reference engine gets, and the loop that all are written with. */
import type { BoundColumn } from "../columns.ts";

/** A call's operands as views of the arena, and its numbers. */
export interface ReferenceCall {
  readonly at: Readonly<Record<string, Float64Array>>;
  /** Operands that a call may leave out. */
  readonly optional: Readonly<Record<string, Float64Array | undefined>>;
  readonly int: Readonly<Record<string, number>>;
  readonly float: Readonly<Record<string, number>>;
  /** Of the bound table, by the numbers that calls have for them. */
  readonly columns: readonly BoundColumn[];
}

export type Kernel = (call: ReferenceCall) => void;

/** Calls `body` with 0 .. count - 1. */
export const repeat = (count: number, body: (index: number) => void) => {
  for (let index = 0; index < count; index++) body(index);
};

/** Images as kernels describe them; the numbers of a call may be passed as they are. */
export interface ImageExtents {
  readonly channels?: number;
  /** Pixels of a channel. */
  readonly plane?: number;
  readonly lanes?: number;
}

/** A pixel of one example. */
export interface Pixel {
  readonly lane: number;
  readonly channel: number;
  readonly pixel: number;
}

/** Where a pixel lies in images, which come in blocks of 16 examples. */
export function imagePlace({ channels, plane }: ImageExtents, { lane, channel, pixel }: Pixel): number {
  return ((Math.floor(lane / 16) * channels! + channel) * plane! + pixel) * 16 + (lane % 16);
}

/** Calls `body` with the place of every pixel of every channel and example. */
export function eachPixel(extents: ImageExtents, body: (place: number, pixel: Pixel) => void): void {
  repeat(extents.lanes!, (lane) =>
    repeat(extents.channels!, (channel) =>
      repeat(extents.plane!, (pixel) => {
        const at = { lane, channel, pixel };
        body(imagePlace(extents, at), at);
      }),
    ),
  );
}
