/** Reads training traces from PyTorch (make_golden.py says what is in them) and replays them on an engine. */
import { decodeSafetensors, type Safetensors, type Tensor } from "../../src/base/safetensors.ts";
import { type HostEngine, type HostInstance, readParameter, writeParameter } from "../../src/engine/engine.ts";
import type { Model } from "../../src/model/model.ts";
import type { Mask, Weights } from "../../src/model/network.ts";
import { LANE_BLOCK } from "../../src/program/buffers.ts";
import { taskNamed } from "../../src/task/registry.ts";
import type { LossName, Task } from "../../src/task/task.ts";
import { compileExperiment } from "../../src/train/experiment.ts";
import { controlValues, type OptimizerOptions } from "../../src/train/optimizer.ts";
import { modelOf } from "./models.ts";

/** A batch in PyTorch's layout, `[example][channel][row][column]`. */
export interface Batch {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly count: number;
}

/** What an engine and PyTorch both compute. */
export interface Results {
  /** Mean loss of each batch before its update. */
  readonly losses: readonly number[];
  /** Of all parameters, running statistics included. */
  readonly weights: Weights;
  /** `[example][class]` of the trained network on the first batch. */
  readonly logits: Float32Array;
}

export interface Trace {
  readonly model: Model;
  readonly optimizer: OptimizerOptions;
  readonly rate: number;
  readonly task: Task;
  readonly loss: LossName;
  readonly batches: readonly Batch[];
  /** Examples that a batch has room for. */
  readonly room: number;
  readonly init: Weights;
  readonly mask: Mask;
  readonly expected: Results;
}

/** Reads a trace; throws with code `usage` where its model is none that Tombola has. */
export function readTrace(bytes: Uint8Array, where: string): Trace {
  const { tensors, metadata } = decodeSafetensors(bytes, where);
  const [x, logits] = [tensors.get("x")!, tensors.get("logits")!];
  const shape = x.shape.slice(2);
  const model = modelOf(metadata.model!, { shape, outputs: logits.shape[1]! });
  const names = [...tensors.keys()]
    .filter((name) => name.startsWith("init/"))
    .map((name) => name.slice("init/".length));
  if (names.length !== model.parameters.length)
    throw new Error(`${where}: ${names.length} parameters, but ${model.name} has ${model.parameters.length}`);
  const perParameter = (folder: string) =>
    model.parameters.flatMap(({ name }, i) => {
      const tensor = tensors.get(`${folder}/${names[i]}`);
      return tensor ? [[name, tensor.data] as const] : [];
    });
  const options = JSON.parse(metadata.optimizer!) as TorchOptimizer;
  return {
    model,
    optimizer: optimizerOf(options),
    rate: options.lr,
    task: taskNamed(metadata.task ?? "classification").task,
    loss: (metadata.loss ?? "cross-entropy") as LossName,
    batches: batchesOf(tensors),
    room: x.shape[1]!,
    init: new Map(perParameter("init")) as Weights,
    mask: new Map(perParameter("mask").map(([name, bits]) => [name, Uint8Array.from(bits)])),
    expected: {
      losses: [...tensors.get("loss")!.data],
      weights: new Map(perParameter("final")) as Weights,
      logits: logits.data as Float32Array,
    },
  };
}

/** An optimizer in PyTorch's words. */
export interface TorchOptimizer {
  readonly name: Exclude<OptimizerOptions["name"], "sgdp">;
  readonly lr: number;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly weight_decay?: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
}

/** What is not said has PyTorch's default. */
export function optimizerOf({ name, weight_decay: weightDecay = 0, ...rest }: TorchOptimizer): OptimizerOptions {
  const { momentum = 0, nesterov = false, betas = [0.9, 0.999], eps = 1e-8 } = rest;
  if (name === "sgd" || name === "sgdw") return { name, momentum, nesterov, weightDecay };
  return { name, beta1: betas[0], beta2: betas[1], epsilon: eps, weightDecay };
}

export function batchesOf(tensors: Safetensors["tensors"]): Batch[] {
  const [x, y] = [tensors.get("x") as Tensor, tensors.get("y") as Tensor];
  const [steps, room] = x.shape as [number, number];
  const counts = tensors.get("count")?.data ?? Array.from({ length: steps }, () => room);
  const part = ({ data }: Tensor, step: number) =>
    data.slice((step * data.length) / steps, ((step + 1) * data.length) / steps);
  return Array.from(counts, (count, step) => ({ x: part(x, step), y: part(y, step), count }));
}

/** PyTorch's default weight of a batch in running statistics. */
const TORCH_MOMENTUM = 0.1;

/** Trains as PyTorch did, and scores the first batch. */
export function replay(engine: HostEngine, trace: Trace): Results {
  const { model, task, optimizer, rate, loss, batches, room, init, mask } = trace;
  const options = { task, optimizer, loss, mask, source: "host", batch: room, evaluationBatch: room } as const;
  const program = compileExperiment(model, options);
  const instance = engine.open(program);
  for (const [name, values] of init) writeParameter(instance, name, values);
  const statisticsRate = program.sections.train!.inputs.get("statistics_rate");
  if (statisticsRate) instance.write(statisticsRate, [TORCH_MOMENTUM]);
  const losses = batches.map((batch, step) => {
    writeBatch(instance, batch, trace);
    instance.write(program.sections.train!.inputs.get("control")!, controlValues(optimizer, rate, step + 1));
    instance.run("train");
    const perExample = instance.read(program.sections.train!.outputs.get("loss")!).subarray(0, batch.count);
    return perExample.reduce((sum, value) => sum + value, 0) / batch.count;
  });
  const weights = new Map(model.parameters.map(({ name }) => [name, readParameter(instance, name)]));
  writeBatch(instance, batches[0]!, trace);
  instance.run("evaluate");
  const { outputs, lanes } = program.sections.evaluate!;
  const byClass = instance.read(outputs.get("output")!);
  const logits = Float32Array.from({ length: batches[0]!.count * model.outputs }, (_, i) => {
    return byClass[(i % model.outputs) * lanes + Math.floor(i / model.outputs)]!;
  });
  instance.close();
  return { losses, weights, logits };
}

export function writeBatch(
  instance: HostInstance,
  { x, y, count }: Batch,
  { room, model }: Pick<Trace, "room" | "model">,
): void {
  const { inputs, lanes } = instance.program.sections.train!;
  const lay = model.input.length === 3 ? layImages : layVectors;
  instance.write(inputs.get("x")!, lay(x, room, lanes));
  instance.write(inputs.get("y")!, y.length > room ? layVectors(y, room, lanes) : y);
  instance.write(inputs.get("count")!, [count]);
}

/** Images lie in blocks of 16 examples. */
export function layImages(values: ArrayLike<number>, room: number, lanes: number): Float32Array {
  const features = values.length / room;
  const laid = new Float32Array(features * lanes);
  for (let n = 0; n < room; n++) {
    const block = Math.floor(n / LANE_BLOCK) * features;
    for (let f = 0; f < features; f++) laid[(block + f) * LANE_BLOCK + (n % LANE_BLOCK)] = values[n * features + f]!;
  }
  return laid;
}

/** Vectors lie feature by feature, all examples of each. */
function layVectors(values: ArrayLike<number>, room: number, lanes: number): Float32Array {
  const features = values.length / room;
  const laid = new Float32Array(features * lanes);
  for (let n = 0; n < room; n++) for (let f = 0; f < features; f++) laid[f * lanes + n] = values[n * features + f]!;
  return laid;
}
