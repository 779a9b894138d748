/** Proves that identities are spelt in one way, read back whole, and never hold part of a digest. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatIdentity, type Identity, parseIdentity } from "./identity.ts";

const digest = "0123456789abcdef".repeat(4);
const other = "f".repeat(64);

const text = fc.string({ unit: "grapheme" });
const options = fc.dictionary(
  text.filter((name) => name !== ""),
  fc.array(text, { minLength: 1, maxLength: 4 }),
);
const size = fc.integer({ min: 1, max: 1024 });
const identities: fc.Arbitrary<Identity> = fc.oneof(
  options.map((options) => ({ kind: "csv", digest, options }) as const),
  fc.tuple(options, size).map(([options, size]) => ({ kind: "folder", digest, size, options }) as const),
);

describe("malformed identities", () => {
  test.each([
    "mnist",
    "csv:rows.csv",
    `csv:${digest.slice(1)}`,
    `csv:${digest.toUpperCase()}`,
    `csv:${digest}?`,
    `csv:${digest}?target`,
    `csv:${digest}?=1`,
    `csv:${digest}?a=1&a=2`,
    `csv:${digest}?a=%zz`,
    `folder:images@32#${digest}`,
    `folder@0#${digest}`,
    `folder@32#${digest.slice(52)}`,
    `${digest}`,
  ])("are no identities: %s", (name) => {
    expect(parseIdentity(name)).toBeUndefined();
  });

  test("are not made: a part of a digest, an option without a value", () => {
    const part = () => formatIdentity({ kind: "csv", digest: digest.slice(0, 12), options: {} });
    expect(part).toThrow('csv: an identity holds a whole SHA-256, got "0123456789ab"');
    const empty = () => formatIdentity({ kind: "csv", digest, options: { target: [] } });
    expect(empty).toThrow("target: an option of an identity needs a value");
  });
});

describe("identities", () => {
  test("have their documented spelling", () => {
    const options = { task: ["regression"], test: [other], target: ["price, net", "area"] };
    expect(formatIdentity({ kind: "csv", digest, options })).toBe(
      `csv:${digest}?target=price%2C%20net,area&task=regression&test=${other}`,
    );
    expect(formatIdentity({ kind: "folder", digest, size: 32, options: {} })).toBe(`folder@32#${digest}`);
  });

  test("are read back", () => {
    fc.assert(
      fc.property(identities, (identity) => {
        expect(parseIdentity(formatIdentity(identity))).toEqual(identity);
      }),
    );
  });

  test("do not depend on the order of options, neither made nor read", () => {
    fc.assert(
      fc.property(identities, (identity) => {
        const name = formatIdentity(identity);
        const reversed = Object.fromEntries(Object.entries(identity.options).reverse());
        expect(formatIdentity({ ...identity, options: reversed })).toBe(name);
        const [head, query] = name.split("?");
        const turned = query ? `${head}?${query.split("&").reverse().join("&")}` : name;
        expect(parseIdentity(turned)).toEqual(identity);
      }),
    );
  });

  test("differ where anything differs", () => {
    fc.assert(
      fc.property(identities, identities, (a, b) => {
        const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
        expect(formatIdentity(a) === formatIdentity(b)).toBe(same);
      }),
    );
  });
});

function sorted(identity: Identity) {
  const options = Object.entries(identity.options).sort(([a], [b]) => (a < b ? -1 : 1));
  return [identity.kind, identity.kind === "folder" ? identity.size : 0, options];
}
