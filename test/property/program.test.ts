/** Compiled programs of random graphs are legal: memory is shared only between values that never meet, updates come last. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TombolaError } from "../../src/base/errors.ts";
import { randomStream } from "../../src/base/random.ts";
import { type Buffer, pad } from "../../src/program/buffers.ts";
import { compile } from "../../src/program/compile.ts";
import { checkPlan } from "../../src/program/plan.ts";
import type { Call, Program } from "../../src/program/program.ts";
import { ORACLE } from "../engines.ts";
import { anyRecipe, buildRecipe, FEATURES, type Recipe } from "./random-graph.ts";

const BATCH = 5;

describe("random programs", () => {
  test("compute what they compute where every buffer has memory of its own", () => {
    fc.assert(
      fc.property(anyRecipe, (recipe) => {
        const program = compileRecipe(recipe);
        expect(run(program)).toEqual(run(apart(program)));
      }),
      { numRuns: 60 },
    );
  });

  test("read no parameter after its update", () => {
    fc.assert(
      fc.property(anyRecipe, (recipe) => {
        const { calls } = compileRecipe(recipe).sections.train!;
        const late = calls.flatMap((call, time) => (call.kernel === "sgd_update" ? readersAfter(calls, time) : []));
        expect(late).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test("update every parameter once", () => {
    fc.assert(
      fc.property(anyRecipe, (recipe) => {
        const graph = buildRecipe(recipe);
        const { calls } = compileRecipe(recipe).sections.train!;
        expect(calls.filter(({ kernel }) => kernel === "sgd_update").length).toBe(graph.updates.length);
      }),
    );
  });
});

describe("checkPlan", () => {
  test("rejects every plan in which two operands of a call overlap", () => {
    fc.assert(
      fc.property(anyRecipe, fc.nat(), (recipe, choice) => {
        const program = compileRecipe(recipe);
        const { calls } = program.sections.train!;
        const buffers = [...new Set(buffersOf(calls[choice % calls.length]!))].filter(({ elements }) => elements > 0);
        const [a, b] = [buffers[0]!, buffers[1 + (choice % (buffers.length - 1))]!];
        const offsets = new Map(program.offsets).set(a, program.offsets.get(b)!);
        const plan = { offsets, elements: program.arenaElements + pad(a.elements) };
        expect(() => checkPlan([program.sections.train!], plan)).toThrow(/live buffers do not overlap/);
      }),
    );
  });

  test("rejects a plan without a place for an operand, or with too small an arena", () => {
    const program = compileRecipe({ layers: [], momentum: 0, isFirst: false, density: 1 });
    const sections = [program.sections.train!];
    const [last] = [...program.offsets].sort(([, a], [, b]) => b - a)[0]!;
    const offsets = new Map(program.offsets);
    offsets.delete(last);
    expect(() => checkPlan(sections, { offsets, elements: program.arenaElements })).toThrow(TombolaError);
    const small = { offsets: new Map(program.offsets), elements: program.arenaElements - 1 };
    expect(() => checkPlan(sections, small)).toThrow(/every operand has a place/);
  });

  test("are refused where 32-bit offsets do not reach", () => {
    const graph = buildRecipe({ layers: [], momentum: 0, isFirst: false, density: 1 });
    const reach = (batch: number) => () => compile({ train: { graph, batch } });
    expect(reach(2 ** 20)().arenaElements).toBeLessThan(2 ** 31);
    expect(reach(2 ** 29)).toThrow(
      /^program: must have fewer than 2147483648 numbers, got \d+\. Use a smaller batch or model$/,
    );
  });
});

function compileRecipe(recipe: Recipe): Program {
  const graph = buildRecipe(recipe);
  const random = randomStream({ seed: 1, stream: "mask", replicate: 0, step: 0, item: 0 });
  const mask = graph.nodes.flatMap((node) => {
    if (node.op !== "parameter" || node.type.shape.length !== 2) return [];
    const bits = Uint8Array.from({ length: FEATURES ** 2 }, () => +(random.uniform() < recipe.density));
    return [[node.attributes.name, bits] as const];
  });
  return compile({ train: { graph, batch: BATCH } }, { mask: new Map(mask) });
}

const buffersOf = (call: Call) => Object.values(call.operands).filter((buffer): buffer is Buffer => buffer !== null);

/** Later calls that read what the update at `time` has written. */
function readersAfter(calls: readonly Call[], time: number): string[] {
  const { w } = calls[time]!.operands;
  return calls.slice(time + 1).flatMap((call) => (buffersOf(call).includes(w!) ? [call.kernel] : []));
}

/** The program with no memory shared at all. */
function apart(program: Program): Program {
  let next = 0;
  const offsets = new Map<Buffer, number>();
  for (const buffer of program.offsets.keys()) {
    offsets.set(buffer, next);
    next += pad(buffer.elements);
  }
  return { ...program, offsets, arenaElements: next };
}

/** All outputs and parameters after two runs on values that follow from buffers' names and sizes. */
function run(program: Program): Map<string, Float32Array> {
  const instance = ORACLE.open(program);
  const { inputs, outputs } = program.sections.train!;
  const parameters = [...program.parameters.values()].map(({ buffer }) => buffer);
  for (const buffer of [...inputs.values(), ...parameters]) {
    const wave = (_: unknown, i: number) => Math.sin(i + buffer.name.length);
    instance.write(buffer, Float32Array.from({ length: buffer.elements }, wave));
  }
  instance.write(inputs.get("count")!, [BATCH]);
  if (inputs.has("counter")) instance.write(inputs.get("counter")!, [1, 2, 3]);
  instance.run("train");
  instance.run("train");
  const named = [...outputs, ...parameters.map((buffer) => [buffer.name, buffer] as const)];
  return new Map(named.map(([name, buffer]) => [name, instance.read(buffer)]));
}
