/**
 * PyTorch's and Hugging Face's traces of LSTMs and BERTs are reproduced by every engine: those of the folder that
 * TOMBOLA_GOLDEN names.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { decodeSafetensors } from "../../src/base/safetensors.ts";
import { ENGINES, eachEngine } from "../engines.ts";
import { BERTS, LSTMS, replaySequence, type SequenceTrace } from "./sequence-trace.ts";

/** Of losses as such, of the others in units of the largest of their tensor. */
const TOLERANCE = 1e-4;

const folder = process.env.TOMBOLA_GOLDEN;

/** The largest difference, in units of the largest magnitude. */
function worst(got: ArrayLike<number>, want: ArrayLike<number>): number {
  const scale = Array.from(want).reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  return Array.from(got).reduce((top, value, i) => Math.max(top, Math.abs(value - want[i]!)), 0) / scale;
}

/** Logits of a span less their mean over positions, which no softmax sees and rounding decides (sequence-trace.ts). */
function centred(logits: readonly number[], time: number): number[] {
  const mean = (n: number) => logits.slice(n * time, (n + 1) * time).reduce((a, b) => a + b, 0) / time;
  return logits.map((logit, i) => logit - mean(Math.floor(i / time)));
}

function suite(name: string, make: SequenceTrace): void {
  const file = folder && join(folder, `${name}.safetensors`);
  if (!file || !existsSync(file)) {
    const reason = file ? `${name}.safetensors is not there` : "TOMBOLA_GOLDEN names no folder";
    describe.skip(`${name}: ${reason}`, () => test("is reproduced", () => {}));
    return;
  }
  const trace = decodeSafetensors(readFileSync(file), name);
  const want = (tensor: string) => trace.tensors.get(tensor)!.data;
  describe(name, () =>
    eachEngine(ENGINES, (engine) =>
      test("is reproduced", { timeout: 300_000 }, () => {
        const { losses, norms, rates, weights, logits, states, pruned } = replaySequence(engine, trace, make);
        const differences = new Map<string, number>();
        losses.forEach((loss, step) => {
          differences.set(`loss ${step}`, Math.abs(loss - want("loss")[step]!));
        });
        norms.forEach((norm, step) => {
          differences.set(`norm ${step}`, Math.abs(norm / want("norm")[step]! - 1));
        });
        for (const [tensor, values] of weights) differences.set(tensor, worst(values, want(`final/${tensor}`)));
        for (const [tensor, values] of states) differences.set(tensor, worst(values, want(tensor)));
        for (const [tensor, values] of logits) {
          const [got, wanted] = [values, [...want(tensor)]].map((each) =>
            tensor === "logits" ? each : centred(each, trace.tensors.get(tensor)!.shape[1]!),
          );
          differences.set(tensor, worst(got!, wanted!));
        }
        rates.forEach((rate, step) => {
          expect(rate, `rate ${step}`).toBeCloseTo(want("rate")[step]!, 9);
        });
        expect(pruned, "pruned weights are +0").toBe(true);
        const [name, most] = [...differences].reduce((top, each) => (each[1] > top[1] ? each : top));
        console.log(`${engine.name}: most at ${name}, ${most.toExponential(1)}`);
        for (const [tensor, difference] of differences) expect(difference, tensor).toBeLessThan(TOLERANCE);
      }),
    ),
  );
}

for (const [name, make] of Object.entries({ ...LSTMS, ...BERTS })) suite(name, make);
