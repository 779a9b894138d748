import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeFrame, encodeFrame } from "./frame.ts";

test("a payload comes back", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (payload) => {
      expect(decodeFrame(encodeFrame(payload))).toEqual(payload);
    }),
  );
});

test("a frame cut anywhere, or longer than written, is none", () => {
  const frame = encodeFrame(new TextEncoder().encode("state"));
  for (let length = 0; length < frame.length; length++) expect(decodeFrame(frame.subarray(0, length))).toBeNull();
  expect(decodeFrame(Uint8Array.of(...frame, 0))).toBeNull();
});

test("a frame with any one bit changed is none", () => {
  const frame = encodeFrame(new TextEncoder().encode("state"));
  for (let bit = 0; bit < frame.length * 8; bit++) {
    const changed = frame.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(decodeFrame(changed), `bit ${bit}`).toBeNull();
  }
});
