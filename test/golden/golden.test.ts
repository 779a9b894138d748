/**
 * Training traces from PyTorch are reproduced by every engine: those in traces/, made by make_golden.py, and those of the
 * folder that TOMBOLA_GOLDEN names, as far as Tombola has their models.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { TombolaError } from "../../src/base/errors.ts";
import { ENGINES, eachEngine } from "../engines.ts";
import { type Results, readTrace, replay, type Trace } from "./trace.ts";

/** Of losses as such, of weights and logits in units of the largest of their tensor. */
const TOLERANCE = 1e-4;

const own = fileURLToPath(new URL("traces", import.meta.url));
const given = process.env.TOMBOLA_GOLDEN;

for (const file of tracesIn(own)) suite(file, readTrace(readFileSync(join(own, file)), file));

describe.runIf(given)("TOMBOLA_GOLDEN", () => {
  for (const file of given ? tracesIn(given) : []) {
    const trace = readIfKnown(join(given!, file));
    if (trace) suite(file, trace);
    else test.skip(`${file}: its model is none of Tombola's`, () => {});
  }
});

function tracesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".safetensors"));
}

function suite(file: string, trace: Trace): void {
  describe(file, () =>
    eachEngine(ENGINES, (engine) => test("is reproduced", () => check(trace, replay(engine, trace)))),
  );
}

function readIfKnown(path: string): Trace | null {
  try {
    return readTrace(readFileSync(path), path);
  } catch (error) {
    if (error instanceof TombolaError && error.code === "usage") return null;
    throw error;
  }
}

function check({ mask, expected }: Trace, { losses, weights, logits }: Results): void {
  losses.forEach((loss, step) => {
    expect(Math.abs(loss - expected.losses[step]!), `loss ${step}`).toBeLessThan(TOLERANCE);
  });
  for (const [name, values] of weights) {
    expect(worst(values, expected.weights.get(name)!), name).toBeLessThan(TOLERANCE);
    const pruned = [...(mask.get(name) ?? [])].flatMap((bit, i) => (bit ? [] : [values[i]!]));
    expect(
      pruned.every((value) => Object.is(value, 0)),
      `${name}: pruned weights are +0`,
    ).toBe(true);
  }
  expect(worst(logits, expected.logits), "logits").toBeLessThan(TOLERANCE);
}

/** The largest difference, in units of the largest magnitude. */
function worst(got: Float32Array, want: Float32Array): number {
  const scale = want.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  return got.reduce((top, value, i) => Math.max(top, Math.abs(value - want[i]!)), 0) / scale;
}
