/** Replays training traces of LSTMs and BERTs on an engine; make_golden.py and make_golden_2.py say what is in them. */
import type { Safetensors } from "../../src/base/safetensors.ts";
import { type HostEngine, type HostInstance, readParameter, writeParameter } from "../../src/engine/engine.ts";
import type { Model } from "../../src/model/model.ts";
import { LANE_BLOCK } from "../../src/program/buffers.ts";
import { compile } from "../../src/program/compile.ts";
import { type BertOptions, bert, encoded } from "../../src/sequence/bert.ts";
import { dense } from "../../src/sequence/layers.ts";
import { lstm } from "../../src/sequence/lstm.ts";
import { sequenceModel } from "../../src/sequence/model.ts";
import { packedFor } from "../../src/sequence/packing.ts";
import { language, span } from "../../src/sequence/tasks.ts";
import { classification } from "../../src/task/classification.ts";
import { regression } from "../../src/task/regression.ts";
import type { Task } from "../../src/task/task.ts";
import { evaluationGraph, trainingGraph } from "../../src/train/experiment.ts";
import { controlValues, type OptimizerOptions } from "../../src/train/optimizer.ts";
import { rateAt, type Schedule } from "../../src/train/schedule.ts";
import { optimizerOf, type TorchOptimizer } from "./trace.ts";

type Tensors = Safetensors["tensors"];

/** What a trace trains. */
interface Replayed {
  readonly model: Model;
  readonly task: Task;
  readonly optimizer: OptimizerOptions;
  readonly schedule: Schedule;
  /** Values of a batch by input, `[example][entry]`. */
  readonly inputs: (step: number) => Readonly<Record<string, ArrayLike<number>>>;
  /** Of the trace, of the values of our parameter. */
  readonly nameOf?: (parameter: string) => { readonly name: string; readonly part?: number; readonly of?: number };
}

export type SequenceTrace = (trace: Safetensors) => Replayed;

const part = ({ data, shape }: { data: ArrayLike<number>; shape: readonly number[] }, step: number) =>
  Array.prototype.slice.call(data, (step * data.length) / shape[0]!, ((step + 1) * data.length) / shape[0]!);

const torchOf = ({ metadata }: Safetensors) => JSON.parse(metadata.optimizer!) as TorchOptimizer;

const lstmOf =
  (options: { tied?: boolean; carried?: boolean }): SequenceTrace =>
  (trace) => {
    const { tensors, metadata } = trace;
    const [, , time] = tensors.get("x")!.shape as [number, number, number];
    const clipNorm = metadata.clipNorm === undefined ? {} : { clipNorm: Number(metadata.clipNorm) };
    return {
      model: lstm({ name: "lstm-2-32", input: [time], outputs: 50, layers: 2, units: 32, carried: false, ...options }),
      task: language,
      optimizer: { ...optimizerOf(torchOf(trace)), ...clipNorm },
      schedule: { rate: torchOf(trace).lr, shape: { name: "constant" }, warmup: 0 },
      inputs: (step) => ({ x: part(tensors.get("x")!, step), y: part(tensors.get("y")!, step) }),
    };
  };

export const LSTMS: Readonly<Record<string, SequenceTrace>> = {
  "lstm-sgd": lstmOf({}),
  "lstm-masked-adam": lstmOf({}),
  "lstm-carried": lstmOf({ tied: true, carried: true }),
};

/** PyTorch's own encoder: projections of queries, keys and values are one matrix, and the output layer stands alone. */
const torchBert: SequenceTrace = (trace) => {
  const { tensors } = trace;
  const made = {
    ...{ layers: 2, width: 32, heads: 4, inner: 128, vocabulary: 60, positions: 16, segments: 0, padding: -1 },
    ...{ head: "mlm" as const, dropout: 0, epsilon: 1e-12, outputs: 60 },
    ...{ attentionDropout: 0, classifierDropout: 0, tanhGelu: false },
  };
  const model = sequenceModel({ name: "bert-torch", input: [16], outputs: 60 }, (site, ids) => ({
    output: dense(site, encoded(site, ids, made), { name: "out", units: 60 }),
  }));
  return {
    model,
    task: language,
    optimizer: optimizerOf(torchOf(trace)),
    schedule: { rate: torchOf(trace).lr, shape: { name: "constant" }, warmup: 0 },
    inputs: (step) => ({
      x: part(tensors.get("x")!, step),
      y: part(tensors.get("y")!, step),
      lengths: new Array(16).fill(16),
    }),
    nameOf: torchName,
  };
};

const TORCH_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^bert\.embeddings\.word_embeddings\.weight$/, "tok.weight"],
  [/^bert\.embeddings\.position_embeddings\.weight$/, "pos"],
  [/^bert\.embeddings\.LayerNorm/, "ln"],
  [/^bert\.encoder\.layer/, "encoder.layers"],
  [/attention\.output\.dense/, "self_attn.out_proj"],
  [/attention\.output\.LayerNorm/, "norm1"],
  [/intermediate\.dense/, "linear1"],
  [/output\.dense/, "linear2"],
  [/output\.LayerNorm/, "norm2"],
];

function torchName(parameter: string) {
  const projection = /^(.*)attention\.self\.(query|key|value)\.(weight|bias)$/.exec(parameter);
  const renamed = TORCH_NAMES.reduce((name, [from, to]) => name.replace(from, to), projection?.[1] ?? parameter);
  if (!projection) return { name: renamed };
  const which = ["query", "key", "value"].indexOf(projection[2]!);
  return { name: `${renamed}self_attn.in_proj_${projection[3]}`, part: which, of: 3 };
}

/** A BERT in Hugging Face's names. */
const bertOf =
  (head: BertOptions["head"], task: Task, targets: readonly string[]): SequenceTrace =>
  (trace) => {
    const { tensors, metadata } = trace;
    const config = JSON.parse(metadata.config!) as Record<string, number>;
    const [steps, room, time] = tensors.get("input_ids")!.shape as [number, number, number];
    const outputs = head === "mlm" ? config.vocab_size! : Number(metadata.labels);
    const model = bert({
      ...{ name: "bert-2x32x4", input: [time], outputs, layers: config.num_hidden_layers!, width: config.hidden_size! },
      ...{ heads: config.num_attention_heads!, inner: config.intermediate_size!, vocabulary: config.vocab_size! },
      ...{ positions: config.max_position_embeddings!, epsilon: config.layer_norm_eps!, dropout: 0, head: head! },
    });
    const { clipNorm, ...torch } = torchOf(trace) as TorchOptimizer & { clipNorm: number };
    const groups = [{ names: ["*bias", "*LayerNorm*"], weightDecay: 0 }];
    return {
      model,
      task,
      optimizer: { ...optimizerOf(torch), clipNorm, groups },
      schedule: { rate: torch.lr, shape: { name: "linear", end: steps }, warmup: 2 },
      inputs(step) {
        const attention = part(tensors.get("attention_mask")!, step);
        const lengths = Array.from({ length: room }, (_, n) =>
          attention.slice(n * time, (n + 1) * time).reduce((a: number, b: number) => a + b, 0),
        );
        const columns = targets.map((target) => part(tensors.get(target)!, step));
        const y = Array.from({ length: columns[0]!.length * columns.length }, (_, i) => {
          return columns[i % columns.length]![Math.floor(i / columns.length)]!;
        });
        const types = part(tensors.get("token_type_ids")!, step);
        return { x: part(tensors.get("input_ids")!, step), y, lengths, types };
      },
    };
  };

export const BERTS: Readonly<Record<string, SequenceTrace>> = {
  "bert-adamw": torchBert,
  "bert-classify": bertOf("classify", classification, ["labels"]),
  "bert-classify-masked": bertOf("classify", classification, ["labels"]),
  "bert-regress": bertOf("classify", regression, ["labels"]),
  "bert-span": bertOf("span", span, ["start_positions", "end_positions"]),
  "bert-mlm": bertOf("mlm", language, ["labels"]),
};

/** Vectors lie entry by entry, all examples of each. */
function laid(values: ArrayLike<number>, room: number, lanes: number): Float32Array {
  const entries = values.length / room;
  const all = new Float32Array(entries * lanes);
  for (let n = 0; n < room; n++) for (let e = 0; e < entries; e++) all[e * lanes + n] = values[n * entries + e]!;
  return all;
}

/** Trains as PyTorch did, and scores the first batch. */
export function replaySequence(engine: HostEngine, trace: Safetensors, make: SequenceTrace) {
  const { tensors } = trace;
  const { model, task, optimizer, schedule, inputs, nameOf = (name: string) => ({ name }) } = make(trace);
  const [steps, room] = (tensors.get("x") ?? tensors.get("input_ids"))!.shape as [number, number];
  const parameters = new Map(model.parameters.map(({ name }) => [name, placeOf(tensors, nameOf(name))]));
  const mask = new Map(
    [...parameters].flatMap(([name]) => {
      const bits = tensors.get(`mask/${name}`)?.data;
      return bits ? [[name, Uint8Array.from(bits)] as const] : [];
    }),
  );
  // LSTMs pack the positions of a batch that does not fill its lanes, as in trainings on a stream.
  const trained = model.name.startsWith("lstm") ? packedFor(model, room) : model;
  const graph = trainingGraph(trained, { task, optimizer, source: "host" });
  const factor = graph.nodes.find(({ op }) => op === "clip_factor");
  const outputs = new Map([...graph.outputs, ...(factor ? ([["norm", factor]] as const) : [])]);
  const program = compile(
    {
      train: { graph: { ...graph, outputs }, batch: room },
      evaluate: { graph: evaluationGraph(model, { task, source: "host" }), batch: room },
    },
    { mask },
  );
  const instance = engine.open(program);
  const { lanes } = program.sections.train!;
  for (const [name, place] of parameters) writeParameter(instance, name, place("init"));
  const losses: number[] = [];
  const norms: number[] = [];
  const rates: number[] = [];
  for (let step = 0; step < steps; step++) {
    write(instance, inputs(step), room);
    rates.push(rateAt(schedule, step));
    instance.write(program.sections.train!.inputs.get("control")!, controlValues(optimizer, rates[step]!, step + 1));
    instance.run("train");
    const perExample = instance.read(program.sections.train!.outputs.get("loss")!).subarray(0, room);
    losses.push(perExample.reduce((sum, value) => sum + value, 0) / room);
    if (factor && tensors.has("norm")) norms.push(instance.read(program.sections.train!.outputs.get("norm")!)[1]!);
  }
  const weights = [...parameters].map(([name]) => [name, readParameter(instance, name)] as const);
  const pruned = [...mask].every(([name, bits]) =>
    readParameter(instance, name).every((value, i) => bits[i] === 1 || Object.is(value, 0)),
  );
  const states = readStates(instance, tensors, room);
  const logits = readLogits(instance, { tensors, room, lanes }, () => write(instance, inputs(0), room));
  instance.close();
  const expected = { losses, norms, rates: tensors.has("rate") ? rates : [], states, logits, pruned };
  return { ...expected, weights: merged(weights, tensors, { nameOf, task }) };
}

/** A parameter's values in the trace, of which it may be one of several parts. */
function placeOf(tensors: Tensors, { name, part: which = 0, of = 1 }: ReturnType<NonNullable<Replayed["nameOf"]>>) {
  return (folder: string): Float32Array => {
    const data = tensors.get(`${folder}/${name}`)?.data as Float32Array | undefined;
    if (!data) throw new Error(`the trace has no ${folder}/${name}`);
    return data.slice((which * data.length) / of, ((which + 1) * data.length) / of);
  };
}

/**
 * Parameters that no loss depends on: what a bias of keys adds to a query's scores is alike for all keys, and what the bias of
 * the last normalisation or of the output adds to the logits of a span is alike at all positions. Their gradient is 0 but for
 * rounding, of which Adam makes steps of the rate's size: PyTorch's are no others' to follow. Logits and all other parameters
 * tell that it makes no difference.
 */
const UNDETERMINED = /key\.bias$/;
const UNDETERMINED_OF_SPANS = /key\.bias$|^qa_outputs\.bias$|^bert\.encoder\.layer\.1\.output\.LayerNorm\.bias$/;

/** Values by the trace's names, parts put together. */
function merged(
  weights: readonly (readonly [string, Float32Array])[],
  tensors: Tensors,
  { nameOf, task }: Pick<Replayed, "task"> & Required<Pick<Replayed, "nameOf">>,
): Map<string, Float32Array> {
  const undetermined = task === span ? UNDETERMINED_OF_SPANS : UNDETERMINED;
  const all = new Map<string, Float32Array>();
  for (const [parameter, values] of weights) {
    if (undetermined.test(parameter)) continue;
    const { name, part: which = 0, of = 1 } = nameOf(parameter);
    // A part that is left out stays what the trace has.
    const whole = all.get(name) ?? Float32Array.from(tensors.get(`final/${name}`)!.data);
    whole.set(values, (which * whole.length) / of);
    all.set(name, whole);
  }
  return all;
}

function write(instance: HostInstance, values: Readonly<Record<string, ArrayLike<number>>>, room: number): void {
  const { inputs, lanes } = instance.program.sections.train!;
  for (const [name, all] of Object.entries(values)) instance.write(inputs.get(name)!, laid(all, room, lanes));
  instance.write(inputs.get("count")!, [room]);
}

/** `[layer][example][unit]`, under the trace's names. */
function readStates({ program, read }: HostInstance, tensors: Tensors, room: number) {
  return (["h", "c"] as const).flatMap((what) => {
    const wanted = tensors.get(`state/${what}`);
    if (!wanted) return [];
    const [layers, , units] = wanted.shape as [number, number, number];
    const values = Array.from({ length: layers }, (_, layer) => {
      const stored = read(program.parameters.get(`lstm.${what}_l${layer}`)!.buffer);
      return Array.from({ length: room * units }, (_, i) => {
        const n = Math.floor(i / units);
        return stored[(Math.floor(n / LANE_BLOCK) * units + (i % units)) * LANE_BLOCK + (n % LANE_BLOCK)]!;
      });
    });
    return [[`state/${what}`, values.flat()] as const];
  });
}

interface Scored {
  readonly tensors: Tensors;
  readonly room: number;
  readonly lanes: number;
}

/** What the trained network gives for the first batch, under the trace's names. */
function readLogits(instance: HostInstance, { tensors, room, lanes }: Scored, writeFirst: () => void) {
  const names = ["logits", "start_logits", "end_logits"].filter((name) => tensors.has(name));
  if (names.length === 0) return [];
  writeFirst();
  instance.run("evaluate");
  const output = instance.read(instance.program.sections.evaluate!.outputs.get("output")!);
  return names.map((name, which) => {
    const { shape } = tensors.get(name)!;
    const isVector = shape.length === 2 && name === "logits";
    const time = isVector ? 1 : shape[1]!;
    const classes = shape.at(-1)!;
    const channels = name === "logits" ? classes : 2;
    const at = (n: number, t: number, c: number) => {
      if (isVector) return output[c * lanes + n]!;
      return output[((Math.floor(n / LANE_BLOCK) * channels + c) * time + t) * LANE_BLOCK + (n % LANE_BLOCK)]!;
    };
    const values = Array.from({ length: room * time * (name === "logits" ? classes : 1) }, (_, i) => {
      if (name !== "logits") return at(Math.floor(i / time), i % time, which);
      const position = Math.floor(i / classes);
      return at(Math.floor(position / time), position % time, i % classes);
    });
    return [name, values] as const;
  });
}
