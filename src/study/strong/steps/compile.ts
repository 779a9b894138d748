/**
 * The step `strong-compile`: a trained target built inside one random network, scored end to end. The accuracy is that of the
 * compiled network. Where its dense weights fit in memory it is an ordinary network, scored by the engine; else its kept
 * weights are stored and applied as they are.
 */
import type { Tensor } from "../../../base/safetensors.ts";
import type { Dataset } from "../../../dataset/dataset.ts";
import type { Engine } from "../../../engine/engine.ts";
import { initialise } from "../../../model/initialise.ts";
import { parseModel } from "../../../model/registry.ts";
import { networkToTensors } from "../../../model/tensors.ts";
import type { StepDefinition } from "../../../step/definition.ts";
import { networkOf } from "../../../step/networks.ts";
import { secondsOfCall } from "../../../step/timing.ts";
import {
  assemble,
  buildPart,
  type CompiledNetwork,
  type CompileOptions,
  partsOf,
  type StrongArm,
} from "../../../strong/compile.ts";
import { entriesOf, MOST_ENTRIES, networkOfLayers, targetOf } from "../../../strong/network.ts";
import { distanceOf, lengthOf } from "../../../strong/numbers.ts";
import type { Part, PartJob } from "../../../strong/parts.ts";
import { forwardOf, type SparseLayer, sparseOf } from "../../../strong/sparse.ts";
import { errorBound, type LayerError, type TargetLayer, weightsOf } from "../../../strong/target.ts";
import { allIndices, evaluate } from "../../../train/evaluate.ts";
import { EVALUATION_BATCH, evaluationGraph } from "../../../train/experiment.ts";
import { compileFor, openWith } from "../../../train/open.ts";
import { testImages } from "./images.ts";

export interface CompileParams {
  /** Of the target. */
  readonly target: string;
  /** Of the compiled network; absent where it is not stored as an ordinary one. */
  readonly model?: string;
  readonly data: string;
  readonly construction: StrongArm;
  readonly epsilon: number;
  readonly units: number;
  readonly copies?: number;
  readonly bound: number;
  readonly seed: number;
  readonly replicate: number;
}

/** What a compiled network's artifact says of itself. */
export interface CompileResult {
  readonly randomParameters: number;
  readonly candidates: number;
  readonly kept: number;
  /** Of every target layer, first to last. */
  readonly layers: readonly LayerError[];
  /** Weights that were built: of Burkholz, those of every copy of a neuron. */
  readonly weights: number;
  /** Those of them that are further than epsilon from the target's. */
  readonly missed: number;
  readonly maxWeightError: number;
  /** The largest L2 distance of outputs over test images: the first 1,000, or all where kept weights alone are stored. */
  readonly endToEndError: number;
  /** What it may be where every weight is within epsilon; of inputs as long as the longest test image. */
  readonly errorBound: number;
  readonly targetAccuracy: number;
  readonly testAccuracy: number;
  readonly scoredBy: "engine" | "sparse";
  /** Seconds that the construction took, of as many threads as there were, without the scoring. */
  readonly seconds: number;
}

/** Its input is `target`. */
export const compileStep: StepDefinition<CompileParams> = {
  name: "strong-compile",
  version: 2,
  arithmetic: true,
  part: buildPart,
  seconds: secondsOfParts,
  async run(params, inputs, { dataset, engine, parts }) {
    const model = parseModel(params.target, dataset);
    const target = targetOf(networkOf(inputs.target!, model), model);
    const { seed, replicate, target: _, model: name, data: __, ...rest } = params;
    const options: CompileOptions = { ...rest, signed: false, draw: { seed, replicate } };
    const startedAt = performance.now();
    const compiled = assemble(target, options, await parts<Part>(partsOf(target, options)));
    const seconds = (performance.now() - startedAt) / 1000;
    const isOrdinary = name !== undefined && entriesOf(compiled.layers) <= MOST_ENTRIES;
    const scored = isOrdinary ? await asOrdinary(engine, name, { compiled, dataset }) : null;
    const compared = compare(target, compiled, { dataset, most: scored ? COMPARED : Infinity });
    const { randomParameters, candidates, kept, errors } = compiled;
    const result: CompileResult = {
      ...{ randomParameters, candidates, kept, layers: errors },
      weights: errors.reduce((sum, each) => sum + each.weights, 0),
      missed: errors.reduce((sum, { missed }) => sum + missed, 0),
      maxWeightError: Math.max(...errors.map(({ max }) => max)),
      endToEndError: compared.error,
      errorBound: errorBound(target, { ...compiled, epsilon: params.epsilon, radius: compared.longest }),
      targetAccuracy: compared.targetAccuracy,
      testAccuracy: scored?.accuracy ?? compared.testAccuracy,
      scoredBy: scored ? "engine" : "sparse",
      seconds,
    };
    return { tensors: scored?.tensors ?? sparseTensors(compiled.layers), result: { ...result } };
  },
};

/** Weights that a forecast builds, about. */
const FEW = 500;

/** By a few of its weights, of a target that is not trained; without the scoring, which takes less. */
function secondsOfParts({ target: name, seed, replicate, ...rest }: CompileParams, { dataset }: { dataset: Dataset }) {
  const model = parseModel(name, dataset);
  const weights = initialise(model, "glorot-normal", { seed, replicate, draw: 0 });
  const target = targetOf({ weights, mask: null }, model);
  const jobs = partsOf(target, { ...rest, signed: false, draw: { seed, replicate } });
  const [job] = jobs as [PartJob];
  const { to: length } = jobs.findLast(({ layer }) => layer === 0)!;
  const few = Math.max(1, Math.floor((FEW * length) / target[0]!.weights.length));
  const share = ((few / length) * target[0]!.weights.length) / weightsOf(target);
  return secondsOfCall(() => buildPart({ ...job, to: Math.min(length, few) })) / share;
}

/** Test images on which outputs are compared where all of them are scored by the engine: one takes up to 10 ms. */
const COMPARED = 1000;

/**
 * The target on all test images, and what was built on the first `most` of them, by kept weights in float64. `longest` is
 * the length of the longest of all.
 */
function compare(
  target: readonly TargetLayer[],
  { layers }: CompiledNetwork,
  { dataset, most }: { readonly dataset: Dataset; readonly most: number },
) {
  const [exact, built] = [forwardOf(target.map((layer) => sparseOf(layer.weights, layer))), forwardOf(layers)];
  let [seen, error, longest, right, targetRight] = [0, 0, 0, 0, 0];
  for (const { pixels, label } of testImages(dataset)) {
    const a = exact(pixels);
    longest = Math.max(longest, lengthOf(pixels));
    if (largest(a) === label) targetRight++;
    if (seen++ >= most) continue;
    const b = built(pixels);
    error = Math.max(error, distanceOf(a, b));
    if (largest(b) === label) right++;
  }
  const { count } = dataset.test;
  return { error, longest, testAccuracy: right / count, targetAccuracy: targetRight / count };
}

function largest(values: Float64Array): number {
  return values.indexOf(Math.max(...values));
}

/** The network of the registry's kind, and its accuracy on the engine. */
async function asOrdinary(
  engine: Engine,
  name: string,
  { compiled, dataset }: { compiled: CompiledNetwork; dataset: Dataset },
) {
  const model = parseModel(name, dataset);
  const network = networkOfLayers(compiled.layers, model);
  const sections = { evaluate: { graph: evaluationGraph(model, {}), batch: EVALUATION_BATCH } };
  const instance = await openWith(engine, compileFor(dataset, sections, network.mask), network.weights);
  try {
    const { measure } = await evaluate(instance, { dataset, part: "test" }, allIndices(dataset.test.count));
    return { accuracy: measure.value, tensors: networkToTensors(network, model.parameters) };
  } finally {
    instance.close();
  }
}

/** Kept weights with the row and the column of each. */
function sparseTensors(layers: readonly SparseLayer[]): Map<string, Tensor> {
  const tensors = layers.flatMap((layer, index): [string, Tensor][] => {
    const name = `fc${index + 1}`;
    const { rows, values, bias } = layer;
    return [
      [`${name}.columns`, { dtype: "I32", shape: [values.length], data: columnsOfEntries(layer) }],
      [`${name}.rows`, { dtype: "I32", shape: [rows.length], data: rows }],
      [`${name}.values`, { dtype: "F32", shape: [values.length], data: values }],
      ...(bias
        ? [[`${name}.bias`, { dtype: "F32", shape: [bias.length], data: bias }] satisfies [string, Tensor]]
        : []),
    ];
  });
  return new Map(tensors);
}

function columnsOfEntries({ inputs, starts, values }: SparseLayer): Int32Array<ArrayBuffer> {
  const columns = new Int32Array(values.length);
  for (let column = 0; column < inputs; column++) columns.fill(column, starts[column]!, starts[column + 1]!);
  return columns;
}
