/**
 * PyTorch's traces of edge-popup and of learned supermasks are reproduced by every engine: those of the folder that
 * TOMBOLA_GOLDEN names. Draws are taken from the trace, so that a mask is the trace's own.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { decodeSafetensors, type Safetensors } from "../../src/base/safetensors.ts";
import { type HostEngine, readParameter, writeParameter } from "../../src/engine/engine.ts";
import type { Node } from "../../src/graph/types.ts";
import { computeWeights } from "../../src/model/computed.ts";
import { freeze } from "../../src/model/freeze.ts";
import { defineModel, type Layers, type Model } from "../../src/model/model.ts";
import { isTrained } from "../../src/model/network.ts";
import { parseModel } from "../../src/model/registry.ts";
import { maskOfScores } from "../../src/prune/edge-popup.ts";
import { edgePopup, SCORE } from "../../src/train/edge-popup.ts";
import { compileExperiment } from "../../src/train/experiment.ts";
import { controlValues } from "../../src/train/optimizer.ts";
import { LOGIT, supermaskProduct } from "../../src/train/supermask.ts";
import { ENGINES, eachEngine } from "../engines.ts";
import { batchesOf, optimizerOf, type TorchOptimizer, writeBatch } from "./trace.ts";

/** Of losses as such, of scores in units of the largest of their tensor. */
const TOLERANCE = 1e-4;

const lenet = () => parseModel("lenet-300-100-nobias", { shape: [1, 28, 28], outputs: 10 });

const convolutional = () =>
  defineModel({
    ...{ name: "edge-popup-conv", input: [3, 16, 16], outputs: 10 },
    build(layers: Layers, x: Node) {
      const unit = (h: Node, channels: number, name: string, stride: number) => {
        const y = layers.convolution(h, channels, name, { kernel: 3, padding: 1, stride, bias: false });
        return layers.relu(layers.batchNorm(y, `bn${name}`));
      };
      const images = unit(unit(x, 16, "conv1", 1), 32, "conv2", 2);
      const mean = layers.averagePool(images, { kernel: [8, 8] });
      return layers.flatten(layers.convolution(mean, 10, "out", { kernel: 1, bias: false }));
    },
  });

/** The name of the draws of a weight, which the program takes in place of noise. */
const drawOf = (weight: string) => `${weight}.draw`;

/** A learned supermask whose draws are parameters that nothing trains. */
function withDraws(model: Model, rescale: boolean): Model {
  return computeWeights(freeze(model, isTrained), {
    suffix: LOGIT,
    product(product) {
      const { weight, graph } = product;
      const name = drawOf((weight.attributes as { name: string }).name);
      const noise = () => graph.node("parameter", [], { name, shape: weight.type.shape });
      return supermaskProduct({ rescale })({ ...product, noise });
    },
  });
}

/** Draws this near to their probability fall on either side as the sigmoid is rounded: one in some millions. */
const NEAR = 2 ** -22;

/**
 * The draws, those that rounding would decide moved to the side on which a sigmoid in float32 has them: exponential, sum and
 * quotient rounded one by one, as PyTorch and the engines of float32 do and the reference, in float64, does not.
 */
function decided(draws: ArrayLike<number>, logits: Float32Array): Float32Array {
  return Float32Array.from(draws, (draw, i) => {
    const probability = Math.fround(1 / Math.fround(1 + Math.fround(Math.exp(-logits[i]!))));
    if (Math.abs(draw - probability) > NEAR) return draw;
    return probability + (draw < probability ? -2 : 2) * NEAR;
  });
}

interface Replayed {
  readonly losses: readonly number[];
  readonly scores: ReadonlyMap<string, Float32Array>;
  readonly weights: ReadonlyMap<string, Float32Array>;
}

interface Learned {
  /** As the model has it, and with masks. */
  readonly plain: Model;
  readonly model: Model;
  readonly suffix: string;
  /** The trace's names of the weights, in the model's order. */
  readonly names: readonly string[];
}

function replay(engine: HostEngine, trace: Safetensors, { plain, model, suffix, names }: Learned): Replayed {
  const { tensors, metadata } = trace;
  const options = JSON.parse(metadata.optimizer!) as TorchOptimizer;
  const optimizer = optimizerOf({ ...options, name: "sgd" });
  const batches = batchesOf(tensors);
  const room = batches[0]!.count;
  const program = compileExperiment(model, { optimizer, source: "host", batch: room, evaluationBatch: room });
  const instance = engine.open(program);
  for (const { name, role, shape } of model.parameters)
    if (role !== "weight")
      writeParameter(instance, name, new Float32Array(shape[0]!).fill(Number(role === "scale" || role === "variance")));
  const weights = plain.parameters.filter(({ prunable }) => prunable).map(({ name }) => name);
  weights.forEach((weight, i) => {
    const values = tensors.get(`weight/${names[i]}`)!.data as Float32Array;
    writeParameter(instance, weight, values);
    const score = tensors.get(`score/${names[i]}`)?.data as Float32Array | undefined;
    writeParameter(instance, weight + suffix, score ?? new Float32Array(values.length));
  });
  const rate = program.sections.train!.inputs.get("statistics_rate");
  if (rate) instance.write(rate, [0.1]);
  const losses = batches.map((batch, step) => {
    weights.forEach((weight, i) => {
      const draw = tensors.get(`draw/${step}/${names[i]}`);
      if (draw) writeParameter(instance, drawOf(weight), decided(draw.data, readParameter(instance, weight + suffix)));
    });
    writeBatch(instance, batch, { room, model: plain });
    instance.write(program.sections.train!.inputs.get("control")!, controlValues(optimizer, options.lr, step + 1));
    instance.run("train");
    const perExample = instance.read(program.sections.train!.outputs.get("loss")!).subarray(0, room);
    return perExample.reduce((sum, value) => sum + value, 0) / room;
  });
  const read = (of: (weight: string) => string) =>
    new Map(weights.map((weight, i) => [names[i]!, readParameter(instance, of(weight))]));
  const replayed = { losses, scores: read((weight) => weight + suffix), weights: read((weight) => weight) };
  instance.close();
  return replayed;
}

/** The largest difference, in units of the largest magnitude. */
function worst(got: Float32Array, want: ArrayLike<number>): number {
  const scale = Array.from(want).reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  return got.reduce((top, value, i) => Math.max(top, Math.abs(value - want[i]!)), 0) / scale;
}

function check(trace: Safetensors, { losses, scores, weights }: Replayed): void {
  losses.forEach((loss, step) => {
    expect(Math.abs(loss - trace.tensors.get("loss")!.data[step]!), `loss ${step}`).toBeLessThan(TOLERANCE);
  });
  for (const [name, values] of scores)
    expect(worst(values, trace.tensors.get(`final_score/${name}`)!.data), name).toBeLessThan(TOLERANCE);
  for (const [name, values] of weights) expect(values, name).toEqual(trace.tensors.get(`weight/${name}`)!.data);
}

const folder = process.env.TOMBOLA_GOLDEN;

/** Reads a trace; where there is none, its tests are skipped and say why. */
function suite(name: string, body: (trace: Safetensors) => void): void {
  const file = folder && join(folder, `${name}.safetensors`);
  const reason = !file
    ? "TOMBOLA_GOLDEN names no folder"
    : existsSync(file)
      ? null
      : `${name}.safetensors is not there`;
  if (reason) describe.skip(`${name}: ${reason}`, () => test("is reproduced", () => {}));
  else describe(name, () => body(decodeSafetensors(readFileSync(file!), name)));
}

describe.each([
  { name: "edge-popup-lenet", plain: lenet(), names: ["fc1", "fc2", "fc3"] },
  { name: "edge-popup-conv", plain: convolutional(), names: ["conv1", "conv2", "out"] },
])("$name", ({ name, plain, names }) =>
  suite(name, (trace) => {
    const popup = { kept: Number(trace.metadata.kept), scope: "layer" } as const;
    const learned = { plain, names, model: edgePopup(plain, popup), suffix: SCORE };
    eachEngine(ENGINES, (engine) =>
      test("is reproduced, counts and masks exactly", { timeout: 120_000 }, () => {
        const replayed = replay(engine, trace, learned);
        check(trace, replayed);
        const counts = JSON.parse(trace.metadata.counts!) as Record<string, number>;
        const values = new Map([...replayed.scores].map(([own, scores]) => [own + SCORE, scores]));
        const parameters = plain.parameters.map((each) => ({ ...each, name: each.name.replace(/\.weight$/, "") }));
        for (const [own, bits] of maskOfScores({ ...plain, parameters }, values, popup)) {
          expect(bits.filter((bit) => bit === 1).length).toBe(counts[own]);
          expect(Array.from(bits)).toEqual(Array.from(trace.tensors.get(`mask/${own}`)!.data));
        }
      }),
    );
  }),
);

describe.each([
  { name: "supermask", rescale: false },
  { name: "supermask-rescaled", rescale: true },
])("$name", ({ name, rescale }) =>
  suite(name, (trace) => {
    const plain = lenet();
    const learned = { plain, names: ["0", "1", "2"], model: withDraws(plain, rescale), suffix: LOGIT };
    eachEngine(ENGINES, (engine) =>
      test("is reproduced", { timeout: 120_000 }, () => check(trace, replay(engine, trace, learned))),
    );
  }),
);
