/** The gradient of every op, under masks too, is the slope of the loss. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { HostInstance } from "../../src/engine/engine.ts";
import { OPS } from "../../src/graph/ops/index.ts";
import type { Node } from "../../src/graph/types.ts";
import type { Buffer } from "../../src/program/buffers.ts";
import { CASES, caseGraph, GRADIENT, type OpCase, opsOf, type Sizes } from "../cases.ts";
import { ORACLE } from "../engines.ts";
import { laneOf, openCase, type Prepared, prepareCase } from "../run-case.ts";
import { smallSizes } from "../sizes.ts";
import { meanLoss, read64, slopes, worstError } from "./finite-difference.ts";

const sample: Sizes = { batch: 1, live: 1, inputs: 2, outputs: 2, density: 1, seed: 1 };
const targetsOf = (opCase: OpCase) =>
  [...caseGraph(opCase, sample).outputs.keys()]
    .filter((name) => name.startsWith(GRADIENT))
    .map((name) => name.slice(GRADIENT.length));
const differentiable = CASES.filter((opCase) => targetsOf(opCase).length > 0);

for (const opCase of differentiable)
  test(opCase.name, () => {
    fc.assert(
      fc.property(smallSizes, (sizes) => {
        const prepared = prepareCase(opCase, sizes);
        const instance = openCase(ORACLE, prepared);
        for (const name of targetsOf(opCase)) checkGradient(instance, prepared, name);
      }),
      { numRuns: 8 },
    );
  });

test("every op with a derivative of its own is in a differentiated case", () => {
  const covered = new Set(differentiable.flatMap((opCase) => [...opsOf(opCase, sample)]));
  const sloped = Object.entries(OPS).filter(([, { gradient, straightThrough }]) => gradient && !straightThrough);
  const missing = sloped.filter(([op]) => !covered.has(op as Node["op"]));
  expect(missing.map(([op]) => op)).toEqual([]);
});

/** Entries that a slope is taken by: each costs two runs. */
const PLACES = 24;

/** Evenly spread over a tensor, others with every seed. */
function thinned(places: readonly number[], seed: number): number[] {
  const step = Math.max(1, places.length / PLACES);
  const first = (seed / 2 ** 32) * step;
  return places.filter((_, i) => Math.floor((i - first) / step) !== Math.floor((i - 1 - first) / step));
}

/** Stored entry by stored entry: padding lanes and columns have no slope. */
function checkGradient(instance: HostInstance, { graph, program, sizes }: Prepared, name: string): void {
  const { inputs, outputs, lanes } = program.sections.train!;
  const buffer: Buffer = inputs.get(name) ?? program.parameters.get(name)!.buffer;
  meanLoss(instance, sizes.live);
  const gradient = read64(instance, outputs.get(GRADIENT + name)!);
  const { type } = graph.nodes.find(({ op, attributes }) => op === "input" && attributes.name === name) ?? {};
  const isPadding = (place: number) => type !== undefined && laneOf(type, place, lanes) >= sizes.live;
  const places = thinned(
    [...gradient.keys()].filter((place) => !isPadding(place)),
    sizes.seed,
  );
  const want = slopes(instance, { buffer, places }, () => meanLoss(instance, sizes.live));
  const got = places.map((place) => gradient[place]!);
  expect(worstError(got, want), name).toBeLessThan(1e-6);
  expect(gradient.filter((value, place) => isPadding(place) && value !== 0)).toEqual(new Float64Array(0));
}
