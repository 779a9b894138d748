import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeSafetensors } from "../base/safetensors.ts";
import { decodeState, encodeState, type TrainState } from "./state.ts";

/** JSON has no -0 and no infinities; none of these numbers is ever one. */
const real = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const fraction = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0);
const step = fc.nat(2 ** 31 - 1);
const values = fc.array(fc.float(), { maxLength: 20 }).map((all) => Float32Array.from(all));

const point = fc.record(
  {
    step,
    trainLoss: fc.option(real),
    validationLoss: real,
    validation: fraction,
    testLoss: real,
    test: fraction,
  },
  { requiredKeys: ["step", "trainLoss"] },
);

const anyState: fc.Arbitrary<TrainState> = fc.record({
  step,
  values: fc
    .dictionary(fc.stringMatching(/^fc\d\.(weight|bias)(\/[mv])?$/), values)
    .map((all) => new Map(Object.entries(all))),
  curve: fc.array(point, { maxLength: 4 }),
  earlyStop: fc.option(fc.record({ step, criterion: real, value: fraction })),
  measures: fc.dictionary(fc.stringMatching(/^[a-z0-9]+$/), fc.option(real)),
  lossSum: real,
  lossCount: step,
  seconds: real,
});

const bitsOf = (state: TrainState) =>
  [...state.values].map(([name, data]) => [name, [...new Uint32Array(data.slice().buffer)]]);

test("a state comes back from its file bit for bit: -0, subnormals, infinities and NaN among the values", () => {
  fc.assert(
    fc.property(anyState, (state) => {
      const back = decodeState(encodeState(state));
      expect(back).toEqual(state);
      expect(new Map(bitsOf(back) as [string, number[]][])).toEqual(new Map(bitsOf(state) as [string, number[]][]));
    }),
  );
});

describe("refuses as data", () => {
  const empty: TrainState = {
    step: 0,
    values: new Map(),
    curve: [],
    earlyStop: null,
    measures: {},
    lossSum: 0,
    lossCount: 0,
    seconds: 0,
  };
  test.each([
    ["a network's file", encodeSafetensors(new Map(), { study: "imp" }), "must say where training stood"],
    ["half a file", encodeState(empty).subarray(0, 20), "training state"],
    ["nothing", new Uint8Array(0), "training state"],
  ])("%s", (_, bytes, message) => {
    expect(() => decodeState(bytes)).toThrow(
      expect.objectContaining({ code: "data", message: expect.stringContaining(message) }),
    );
  });
});
