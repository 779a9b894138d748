/**
 * Activation matching (Ainsworth, Hayase & Srinivasa 2023, section 3.1): channels of b that behave most like those of a on
 * training images, one assignment for each group.
 */
import type { Engine, Instance } from "../engine/engine.ts";
import { createGraph, type Graph } from "../graph/graph.ts";
import type { Node } from "../graph/types.ts";
import { groupingOf, type Site } from "../model/channel-groups.ts";
import { batchInput } from "../model/input.ts";
import type { Model } from "../model/model.ts";
import type { Mask, Weights } from "../model/network.ts";
import { createScope } from "../model/scope.ts";
import type { Network } from "../model/tensors.ts";
import { unpackValues } from "../program/buffers.ts";
import { EVALUATION_BATCH } from "../train/experiment.ts";
import { createFeed } from "../train/feed.ts";
import { compileFor, type Fitted, openWith } from "../train/open.ts";
import { assign } from "./assignment.ts";
import type { Permutations } from "./permutations.ts";

/** What activations are compared on. */
export interface ActivationOptions extends Fitted {
  /** Training images; a last batch of 128 that is not full is filled up with the first ones. */
  readonly images: Int32Array;
}

/** The networks to match, b to a. */
export interface NetworkEnds {
  /** The one that stays as it is; alpha 1 of a path. */
  readonly a: Network;
  /** The other; alpha 0 of a path. */
  readonly b: Network;
}

/**
 * Permutations of b, for every group of the model, with the greatest sum of products of its activations with those of a,
 * over images and pixels and over all places where layers read the group's channels.
 */
export async function matchActivations(
  engine: Engine,
  { model, dataset, images }: ActivationOptions,
  ends: NetworkEnds,
): Promise<Permutations> {
  const { groups, sites } = groupingOf(model);
  const gains = groups.map(({ size }) => new Float64Array(size * size));
  if (sites.length > 0) {
    const batch = Math.min(EVALUATION_BATCH, images.length);
    const sections = { evaluate: { graph: productsGraph(model, sites), batch } };
    const program = compileFor(dataset, sections, masksOf(ends));
    const instance = await openWith(engine, program, weightsOf(ends));
    const { lanes } = program.sections.evaluate!;
    // A lane without an image would add the products of what both networks make of nothing.
    const rowsAt = (batch: number) =>
      Int32Array.from({ length: lanes }, (_, lane) => images[(batch * lanes + lane) % images.length]!);
    const feed = createFeed(instance, "evaluate", { table: dataset.train, rowsAt });
    try {
      for (let batch = 0; batch * lanes < images.length; batch++) {
        feed.write(batch);
        instance.run("evaluate");
        for (const site of sites) addProducts(gains, site, await readProducts(instance, site));
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

function weightsOf(ends: NetworkEnds): Weights {
  return new Map(
    Object.entries(ends).flatMap(([end, { weights }]: [string, Network]) =>
      [...weights].map(([name, values]): [string, Float32Array] => [`${end}/${name}`, values]),
    ),
  );
}

/** `[channels][channels]`, a's by b's. */
async function readProducts(instance: Instance, site: Site): Promise<Float32Array> {
  const { parameters, sections } = instance.program;
  const products = await instance.read(sections.evaluate!.outputs.get(nameOf(site))!);
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
