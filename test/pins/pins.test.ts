/**
 * Results that may not move: keys and digests of small steps, as they were before the core was opened.
 *
 * A key is pinned by its first formula, without the class of arithmetic. A step whose results change raises its version;
 * its pins are then made anew, with UPDATE_PINS=1, and the changelog names it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hashJson, sha256Hex } from "../../src/base/hash.ts";
import type { Tensor } from "../../src/base/safetensors.ts";
import { syntheticDataset, syntheticRgbDataset } from "../../src/dataset/synthetic.ts";
import type { HostEngine } from "../../src/engine/engine.ts";
import { versionOf } from "../../src/step/definition.ts";
import { execute } from "../../src/step/execute.ts";
import { memoryStore } from "../../src/step/fixtures/steps.ts";
import type { InterpolateResult } from "../../src/step/interpolate.ts";
import { stepNamed } from "../../src/step/registry.ts";
import type { StepRequest } from "../../src/step/request.ts";
import { exactEngines } from "../engines.ts";
import { PINNED } from "./requests.ts";

interface Pin {
  readonly key: string;
  readonly tensors: string;
  /** Of the learning curve, or of the scores on a line. */
  readonly numbers: string;
}

const FILE = new URL("./pins.json", import.meta.url);
const sizes = { train: 130, test: 50 };
const datasets = [syntheticDataset(sizes), syntheticRgbDataset(sizes)];

/** The first formula of a key, inputs by theirs. */
function keyOf(name: string): string {
  const { step, params, inputs = {} } = PINNED[name]!;
  const keys = Object.fromEntries(Object.entries(inputs).map(([part, input]) => [part, keyOf(input)]));
  return hashJson({ step, version: versionOf(stepNamed(step), params), params, inputs: keys });
}

function digestOf(tensors: ReadonlyMap<string, Tensor>): string {
  const hashes = [...tensors].map(([name, { dtype, shape, data }]) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return [name, dtype, shape, sha256Hex(bytes)];
  });
  return hashJson(hashes);
}

/** Every number of a step's result that is neither a tensor nor the time. */
function numbersOf(
  metrics: Awaited<ReturnType<ReturnType<typeof memoryStore>["readMetrics"]>>,
  result: Readonly<Record<string, unknown>>,
): unknown {
  const { interpolated, recomputed, separation } = result as unknown as Partial<InterpolateResult>;
  const scores = [interpolated, recomputed].map(
    (path) => path && [path.alphas, path.testError, path.testLoss, path.trainError, path.trainLoss],
  );
  const curve = metrics.map(({ step, trainLoss, validationLoss = null, testLoss = null }) => {
    return [step, trainLoss, validationLoss, testLoss];
  });
  return { curve, scores: interpolated ? scores : null, separation: separation ?? null };
}

/** Carries all steps out in one store. */
async function pinsOn(engine: HostEngine): Promise<Record<string, Pin>> {
  const store = memoryStore();
  const found: Record<string, Pin> = {};
  const requests = new Map<string, StepRequest>();
  for (const [name, { step, params, inputs = {} }] of Object.entries(PINNED)) {
    const parts = Object.entries(inputs).map(([part, input]) => [part, requests.get(input)!]);
    const request: StepRequest = { step, params, inputs: Object.fromEntries(parts) };
    const key = await execute(request, { store, engine, datasets });
    requests.set(name, request);
    const { tensors, meta } = await store.read(key);
    const numbers = hashJson(numbersOf(await store.readMetrics(key), meta.result));
    found[name] = { key: keyOf(name), tensors: digestOf(tensors), numbers };
  }
  return found;
}

const engines = exactEngines(1).flatMap(({ engine }) => engine ?? []);
if (process.env.UPDATE_PINS) writeFileSync(FILE, `${JSON.stringify(await pinsOn(engines[0]!), null, 2)}\n`);
const pins = JSON.parse(readFileSync(FILE, "utf8")) as Record<string, Pin>;

describe.each(engines.filter(({ name }) => name !== "native:sse2"))("$name", (engine) => {
  test("keys, tensors and numbers are those that were pinned", async () => {
    expect(engine.arithmetic).toBe("fused");
    expect(await pinsOn(engine)).toEqual(pins);
  });
});

test("every step is pinned, and every pin's tensors differ", () => {
  expect(Object.keys(pins)).toEqual(Object.keys(PINNED));
  const withTensors = Object.entries(PINNED).filter(([, { step }]) => step !== "interpolate");
  expect(new Set(withTensors.map(([name]) => pins[name]!.tensors)).size).toBe(withTensors.length);
});
