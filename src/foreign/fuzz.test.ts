/**
 * Files with bytes changed, cut or repeated end in tensors or in an error with words: no stack, crash or hang.
 * `FUZZ=100000 npx vitest run src/foreign/fuzz` tries as many of each reader.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { TombolaError } from "../base/errors.ts";
import { encodeSafetensors, type Tensor } from "../base/safetensors.ts";
import type { Model } from "../model/model.ts";
import { parseModel } from "../model/registry.ts";
import { networkIn } from "./fit.ts";
import { openWeights } from "./open.ts";

const RUNS = Number(process.env.FUZZ ?? 150);
const folder = join(import.meta.dirname, "fixtures");
const mlp = (hidden: string) => parseModel(`mlp-${hidden}`, { shape: [1, 4, 4], outputs: 3 });
const READERS = [
  ["zip.pt", mlp("5-4")],
  ["zip.pt", mlp("5-4"), false],
  ["nni.pth", mlp("5-4"), false],
  ["legacy.pth", mlp("5-4")],
  ["torch-prune.pt", mlp("5-4")],
  ["compiled-double.pt", mlp("4")],
  ["formats.safetensors", mlp("4")],
  ["plain.npz", mlp("4")],
  ["packed.npz", mlp("4")],
  ["packed.npz", mlp("4"), false],
] as const satisfies readonly (readonly [string, Model, boolean?])[];

/** Changes at places near which a file says what it is, and anywhere. */
const change = fc.record({
  kind: fc.constantFrom("set", "set", "set", "flip", "cut", "insert", "wide"),
  place: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x2e, 0x52, 0x63)),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(bytes: Uint8Array, { kind, place, byte }: Change): Uint8Array {
  const at = Math.floor(place * bytes.length);
  if (kind === "cut") return bytes.slice(0, at);
  if (kind === "insert") return Uint8Array.from([...bytes.slice(0, at), byte, ...bytes.slice(at)]);
  const copy = bytes.slice();
  if (kind === "wide") copy.fill(byte, at, at + 4);
  else copy[at] = kind === "flip" ? copy[at]! ^ (1 << (byte % 8)) : byte;
  return copy;
}

/** The archive with checksums of 0, which stand for none: what a change does is then seen by the readers behind. */
function withoutChecksums(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  for (let at = 0; at + 20 < copy.length; at++)
    if (copy[at] === 0x50 && copy[at + 1] === 0x4b && copy[at + 2] === 1 && copy[at + 3] === 2)
      copy.fill(0, at + 16, at + 20);
  return copy;
}

test.each(READERS)("%s, changed anywhere", { timeout: 1000 * RUNS }, async (name, model, checked: boolean = true) => {
  const bytes = new Uint8Array(readFileSync(join(folder, name)));
  const whole = checked ? bytes : withoutChecksums(bytes);
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const bytes = changes.reduce(changed, whole);
      try {
        const { weights } = await networkIn(await openWeights(bytes, name), model);
        expect([...weights.values()].every((values) => values.every(Number.isFinite))).toBe(true);
      } catch (error) {
        if (!(error instanceof TombolaError && error.code === "data")) throw error;
        refused++;
      }
    }),
    { numRuns: RUNS },
  );
  expect(refused).toBeGreaterThan(RUNS / 4);
});

test("pickles of arbitrary opcodes end in an error with words", { timeout: 1000 * RUNS }, async () => {
  const opcode = fc.oneof(
    fc.constantFrom(..."(0N\x88\x89])}\x85\x86\x87ta esubRQ\x93\x94.".split("").map((each) => [each.charCodeAt(0)])),
    fc.tuple(fc.constantFrom(0x4b, 0x71, 0x68, 0x8c, 0x8a), fc.nat(3)).map(([code, argument]) => [code, argument]),
    fc
      .constantFrom("ccollections\nOrderedDict\n", "ctorch._utils\n_rebuild_tensor_v2\n", "ctorch\nFloatStorage\n")
      .map((words) => [...new TextEncoder().encode(words)]),
  );
  const head = new Uint8Array(readFileSync(join(folder, "legacy.pth"))).slice(0, LEGACY_HEAD);
  await fc.assert(
    fc.asyncProperty(fc.array(opcode, { maxLength: 40 }), async (codes) => {
      const bytes = Uint8Array.from([...head, 0x80, 2, ...codes.flat(), 0x2e]);
      await expect(openWeights(bytes, "made.pth")).rejects.toThrow(TombolaError);
    }),
    { numRuns: RUNS },
  );
});

/** Magic number, protocol and system of an old file: three pickles. */
const LEGACY_HEAD = (() => {
  const bytes = readFileSync(join(folder, "legacy.pth"));
  const stops = [...bytes.keys()].filter((at) => bytes[at] === 0x2e && bytes[at + 1] === 0x80);
  return stops[2]! + 1;
})();

test("what files claim of sizes allocates nothing", async () => {
  const huge = { dtype: "F32", shape: [1], data: new Float32Array(1) } as Tensor;
  const header = encodeSafetensors(new Map([["fc1.weight", huge]]));
  const claim = new TextDecoder("latin1")
    .decode(header)
    .replace('"shape":[1]', '"shape":[9]')
    .replace("[0,4]", "[0,9]");
  await expect(
    openWeights(
      Uint8Array.from(claim, (letter) => letter.charCodeAt(0)),
      "huge",
    ),
  ).rejects.toThrow("bytes of F32 [9] must be 36");
  const legacy = new Uint8Array(readFileSync(join(folder, "legacy.pth")));
  // The first size of the first tensor, 5 rows of 16, becomes 255.
  const at = legacy.findIndex(
    (_, i) => legacy[i] === 0x4b && legacy[i + 1] === 5 && legacy[i + 2] === 0x4b && legacy[i + 3] === 16,
  );
  legacy[at + 1] = 255;
  await expect(openWeights(legacy, "huge.pth")).rejects.toThrow(
    'must not have more elements than the 80 stored, got "[255,16]"',
  );
});
