/**
 * Activation matching (Ainsworth, Hayase & Srinivasa 2023, section 3.1): channels of b that behave most like those of a on
 * training images, one assignment for each group.
 */
import type { Dataset } from "../dataset/dataset.ts";
import { type Engine, type Instance, writeParameter } from "../engine/engine.ts";
import { createGraph, type Graph } from "../graph/graph.ts";
import type { Node } from "../graph/types.ts";
import { batchInput } from "../model/input.ts";
import type { Model } from "../model/model.ts";
import type { Mask } from "../model/network.ts";
import { createScope } from "../model/scope.ts";
import type { Network } from "../model/tensors.ts";
import { unpackValues } from "../program/buffers.ts";
import { compile } from "../program/compile.ts";
import { EVALUATION_BATCH, scalingsOf } from "../train/step.ts";
import { assign } from "./assignment.ts";
import { groupingOf, type Permutations, type Site } from "./permutations.ts";

/** What activations are compared on. */
export interface ActivationTask {
  readonly model: Model;
  readonly dataset: Dataset;
  /** Training images; a last batch of 128 that is not full is filled up with the first ones. */
  readonly images: Int32Array;
}

/** The networks to match, b to a. */
export interface NetworkEnds {
  readonly a: Network;
  readonly b: Network;
}

/**
 * Permutations of b, for every group of the model, with the greatest sum of products of its activations with those of a,
 * over images and pixels and over all places where layers read the group's channels.
 */
export function matchActivations(
  engine: Engine,
  { model, dataset, images }: ActivationTask,
  ends: NetworkEnds,
): Permutations {
  const { groups, sites } = groupingOf(model);
  const gains = groups.map(({ size }) => new Float64Array(size * size));
  if (sites.length > 0) {
    const batch = Math.min(EVALUATION_BATCH, images.length);
    const options = { scalings: scalingsOf(dataset), mask: masksOf(ends) };
    const instance = engine.open(compile({ evaluate: { graph: productsGraph(model, sites), batch } }, options));
    try {
      writeEnds(instance, ends);
      instance.bind(dataset.train);
      for (let start = 0; start < images.length; start += instance.program.sections.evaluate!.lanes) {
        runBatch(instance, images, start);
        for (const site of sites) addProducts(gains, site, readProducts(instance, site));
      }
    } finally {
      instance.close();
    }
  }
  return gains.map((gain, group) => assign(gain, groups[group]!.size));
}

const nameOf = ({ node }: Site) => `products${node}`;

/** Both networks on one batch, and at each site the products of their channels: the gradient of a layer between them. */
function productsGraph(model: Model, sites: readonly Site[]): Graph {
  const graph = createGraph();
  const images = batchInput(graph, model.input);
  const scope = createScope(graph);
  const [a, b] = ["a", "b"].map((end) => {
    // As the trace of channels counts them: its graph has the images first and then one application.
    const first = graph.nodes.length;
    model.apply(scope.under(end), images, { training: false });
    return [images, ...graph.nodes.slice(first)];
  });
  const products = sites.map((site): [string, Node] => {
    const [dy, x] = [a![site.node]!, b![site.node]!];
    const shape = [site.channels, site.channels];
    if (x.type.shape.length === 1) {
      const w = graph.node("parameter", [], { name: nameOf(site), shape });
      return [nameOf(site), graph.node("linear_weight_gradient", [dy, x, w], {})];
    }
    const w = graph.node("parameter", [], { name: nameOf(site), shape: [...shape, 1, 1] });
    return [nameOf(site), graph.node("convolution_weight_gradient", [dy, x, w], POINTWISE)];
  });
  return graph.finish(Object.fromEntries(products));
}

const POINTWISE = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 } as const;

function masksOf(ends: NetworkEnds): Mask {
  return new Map(
    Object.entries(ends).flatMap(([end, { mask }]: [string, Network]) =>
      [...(mask ?? [])].map(([name, bits]): [string, Uint8Array] => [`${end}/${name}`, bits]),
    ),
  );
}

function writeEnds(instance: Instance, { a, b }: NetworkEnds): void {
  for (const [end, { weights }] of Object.entries({ a, b }))
    for (const [name, values] of weights)
      if (instance.program.parameters.has(`${end}/${name}`)) writeParameter(instance, `${end}/${name}`, values);
}

function runBatch(instance: Instance, images: Int32Array, start: number): void {
  const { inputs, lanes } = instance.program.sections.evaluate!;
  // A lane without an image would add the products of what both networks make of nothing.
  const batch = Int32Array.from({ length: lanes }, (_, lane) => images[(start + lane) % images.length]!);
  instance.write(inputs.get(`indices:${lanes}`)!, batch);
  instance.write(inputs.get("count")!, [lanes]);
  instance.run("evaluate");
}

/** `[channels][channels]`, a's by b's. */
function readProducts(instance: Instance, site: Site): Float32Array {
  const { parameters, sections } = instance.program;
  const products = instance.read(sections.evaluate!.outputs.get(nameOf(site))!);
  return unpackValues(parameters.get(nameOf(site))!.storage, products);
}

/** Adds the products of channels of one group to the group's gains. */
function addProducts(gains: readonly Float64Array[], { channels, blocks }: Site, products: Float32Array): void {
  for (const { group, start } of blocks) {
    const gain = gains[group]!;
    const size = Math.sqrt(gain.length);
    for (let i = 0; i < gain.length; i++)
      gain[i]! += products[(start + Math.floor(i / size)) * channels + start + (i % size)]!;
  }
}
