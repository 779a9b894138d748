/** Proves that IDX bytes are read as written and that every damage to a file is named. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readIdx } from "./idx.ts";

/** An IDX file of unsigned bytes, as its specification builds one. */
function idxFile(sizes: readonly number[], bytes: ArrayLike<number>): Uint8Array {
  const file = new Uint8Array(4 + 4 * sizes.length + bytes.length);
  const view = new DataView(file.buffer);
  view.setUint32(0, 0x0800 | sizes.length);
  for (const [i, size] of sizes.entries()) view.setUint32(4 + 4 * i, size);
  file.set(bytes, 4 + 4 * sizes.length);
  return file;
}

const images = idxFile([2, 1, 3], [1, 2, 3, 4, 5, 6]);
const broken = (change: (file: Uint8Array) => Uint8Array) => () =>
  readIdx("train-images", change(images.slice()), [null, 1, 3]);

describe("readIdx", () => {
  test("gives sizes and bytes", () => {
    const { sizes, bytes } = readIdx("train-images", images, [null, 1, 3]);
    expect(sizes).toEqual([2, 1, 3]);
    expect([...bytes]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("reads back any file, also from the middle of a buffer", () => {
    const shape = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(shape, fc.nat({ max: 9 }), (sizes, before) => {
        const values = Uint8Array.from({ length: sizes.reduce((a, b) => a * b, 1) }, (_, i) => (i * 37) % 256);
        const file = idxFile(sizes, values);
        const buffer = new Uint8Array(before + file.length);
        buffer.set(file, before);
        const read = readIdx("file", buffer.subarray(before), sizes);
        expect(read).toEqual({ sizes, bytes: values });
      }),
    );
  });

  test("names a file of another type or rank", () => {
    const typed = broken((file) => file.fill(0x0d, 2, 3));
    expect(typed).toThrow('train-images: IDX bytes of rank 3 begin with 00 00 08 03, got "00 00 0d 03"');
    const labels = () => readIdx("train-images", idxFile([20], new Uint8Array(20)), [null, 28, 28]);
    expect(labels).toThrow('begin with 00 00 08 03, got "00 00 08 01"');
  });

  test("names other dimensions", () => {
    const attempt = () => readIdx("train-images", images, [null, 28, 28]);
    expect(attempt).toThrow('train-images: dimensions must be any x 28 x 28, got "2 x 1 x 3"');
    expect(attempt).toThrow(expect.objectContaining({ code: "data" }));
  });

  test("names a file that is cut short or too long", () => {
    expect(broken((file) => file.subarray(0, -1))).toThrow(
      "is cut short, its header announces 22 bytes in all, got 21",
    );
    expect(broken((file) => Uint8Array.from([...file, 0]))).toThrow("has bytes behind its end");
    expect(broken((file) => file.subarray(0, 10))).toThrow("an IDX header of rank 3 takes 16 bytes, got 10");
    expect(broken((file) => file.subarray(0, 0))).toThrow("an IDX header of rank 3 takes 16 bytes, got 0");
  });
});
