import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeFrame, encodeFrame } from "./frame.ts";

const key = "a1".repeat(32);
const other = "b2".repeat(32);

test("a payload comes back", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (payload) => {
      expect(decodeFrame(encodeFrame(payload, key), key)).toEqual(payload);
    }),
  );
});

test("a frame cut anywhere, or longer than written, is damaged", () => {
  const frame = encodeFrame(new TextEncoder().encode("state"), key);
  for (let length = 0; length < frame.length; length++)
    expect(decodeFrame(frame.subarray(0, length), key)).toEqual(expect.stringMatching(/is damaged|is of format 0/));
  expect(decodeFrame(Uint8Array.of(...frame, 0), key)).toBe("is damaged");
});

test("a frame with any one bit changed is refused", () => {
  const frame = encodeFrame(new TextEncoder().encode("state"), key);
  for (let bit = 0; bit < frame.length * 8; bit++) {
    const changed = frame.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(decodeFrame(changed, key), `bit ${bit}`).toBeTypeOf("string");
  }
});

test("a frame of another step or format says so, and its payload is bound to both", () => {
  const frame = encodeFrame(new TextEncoder().encode("state"), other);
  expect(decodeFrame(frame, key)).toBe(`belongs to the step ${other}`);
  const renamed = frame.slice();
  renamed.set(Buffer.from(key, "hex"), 16);
  expect(decodeFrame(renamed, key)).toBe("is damaged");
  const first = new Uint8Array(100);
  first.set(new TextEncoder().encode("TOMBOLA1"));
  expect(decodeFrame(first, key)).toBe("is of format 1, not 2");
});
