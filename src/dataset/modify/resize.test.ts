/** Proves that pictures are resized to the bits that Pillow gives, bytes and floats. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { resizePlanes } from "./resize.ts";

interface Made {
  readonly sha256: string;
  readonly row: readonly number[];
}

interface Case {
  readonly from: readonly [height: number, width: number];
  readonly size: number;
  readonly bytes: Made;
  readonly floats: Made;
}

const cases: Case[] = JSON.parse(readFileSync(new URL("fixtures/resize.json", import.meta.url), "utf8"));
const sha256 = (data: Uint8Array | Float32Array) =>
  createHash("sha256").update(new Uint8Array(data.buffer)).digest("hex");

describe.each(cases)("from $from to $size", ({ from: [height, width], size, bytes, floats }) => {
  const at = Array.from({ length: height * width }, (_, i) => i * i * 37);

  test("bytes are Pillow's", () => {
    const to = new Uint8Array(size * size);
    resizePlanes({ data: Uint8Array.from(at, (value) => value % 256), height, width }, size, to);
    expect([...to.subarray(0, size)]).toEqual(bytes.row);
    expect(sha256(to)).toBe(bytes.sha256);
  });

  test("floats are Pillow's", () => {
    const to = new Float32Array(size * size);
    const data = Float32Array.from(at, (value) => ((value % 2001) - 1000) / 1000);
    resizePlanes({ data, height, width }, size, to);
    expect([...to.subarray(0, size)]).toEqual(floats.row);
    expect(sha256(to)).toBe(floats.sha256);
  });
});

test("planes do not touch each other", () => {
  const one = Uint8Array.from({ length: 25 }, (_, i) => (i * i * 7) % 256);
  const two = one.map((value) => 255 - value);
  const [alone, both] = [new Uint8Array(16), new Uint8Array(32)];
  resizePlanes({ data: two, height: 5, width: 5 }, 4, alone);
  resizePlanes({ data: Uint8Array.from([...one, ...two]), height: 5, width: 5 }, 4, both);
  expect(both.subarray(16)).toEqual(alone);
});
