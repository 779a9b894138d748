/** Proves that a hash depends on the data alone, not on how an object was built, and refuses what JSON cannot say. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashJson, sha256Hex } from "./hash.ts";

const data = fc.jsonValue({ maxDepth: 3 });

/** The same data with the members of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
}

/** JSON text with the members of every object in ascending order. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, each) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

describe("sha256Hex", () => {
  test("gives the published digests (FIPS 180-4, examples)", () => {
    const hex = (text: string) => sha256Hex(new TextEncoder().encode(text));
    expect(hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

describe("hashJson", () => {
  test("hashes the canonical text", () => {
    const text = '{"a":[1,0.5,null],"b":"é"}';
    expect(hashJson({ b: "é", a: [1, 0.5, null] })).toBe(sha256Hex(new TextEncoder().encode(text)));
  });

  test("ignores the order of keys at every depth", () => {
    fc.assert(fc.property(data, (value) => hashJson(value) === hashJson(reversed(value))));
  });

  test("drops undefined members and nothing else", () => {
    expect(hashJson({ a: 1, b: undefined })).toBe(hashJson({ a: 1 }));
    expect(hashJson({ a: 1, b: null })).not.toBe(hashJson({ a: 1 }));
  });

  test("tells apart what looks alike", () => {
    const alike = [1, "1", [1], { a: 1 }, { a: "1" }, { a: { b: 1 } }, { "a.b": 1 }, [], {}, null, false, ""];
    expect(new Set(alike.map(hashJson)).size).toBe(alike.length);
    const agree = (a: unknown, b: unknown) => (hashJson(a) === hashJson(b)) === (sorted(a) === sorted(b));
    fc.assert(fc.property(data, data, agree));
  });

  test.each([
    [{ lr: Number.NaN }, "value.lr"],
    [[1, Number.POSITIVE_INFINITY], "value[1]"],
    [[undefined], "value[0]"],
    [{ f: () => 1 }, "value.f"],
    [{ a: [new Uint8Array(2)] }, "value.a[0]"],
    [10n, "value"],
  ])("refuses %s and says where", (value, where) => {
    expect(() => hashJson(value)).toThrow(`${where}: a hashed value must be plain JSON data`);
  });
});
