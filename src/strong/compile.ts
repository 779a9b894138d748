/** The constructions by name, and a target built by one of them inside a random network that was drawn before. */
import { checkInteger, checkOneOf, requireFields } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import { assembleBurkholz, type BurkholzOptions, buildNeurons } from "./burkholz.ts";
import { buildInputs, countsOf, type Gadget, type Precision } from "./gadget.ts";
import { assembleSums, relaxationCandidates, sumRows } from "./linear-relaxation.ts";
import { malachGadget, malachUnits } from "./malach.ts";
import { orseauGadget, orseauUnits } from "./orseau.ts";
import { byLayer, errorOf, type Part, type PartJob, partsAlong } from "./parts.ts";
import { pensiaGadget, pensiaUnits } from "./pensia.ts";
import type { Draw } from "./random.ts";
import { keptOf, layerOf } from "./sparse.ts";
import type { Compiled, TargetLayer } from "./target.ts";

/** Constructions that build a ReLU network inside a random one. */
export const CONSTRUCTIONS = ["malach", "orseau", "pensia", "burkholz"] as const;
export type Construction = (typeof CONSTRUCTIONS)[number];

/** All arms: the constructions, and the linear sums that no network makes. */
export const STRONG_ARMS = [...CONSTRUCTIONS, "linear-relaxation"] as const;
export type StrongArm = (typeof STRONG_ARMS)[number];

/** Everything that a construction depends on but for the target; plain JSON. */
export interface CompileOptions {
  /** Whose it is. */
  readonly construction: StrongArm;
  /** The distance at most between each weight and its target, above 0. */
  readonly epsilon: number;
  /** Units of every input, or candidates of every row of the relaxation; from 1. */
  readonly units: number;
  /** Copies of every hidden neuron, of Burkholz, from 1; default 1. */
  readonly copies?: number;
  /** What weights of the target do not exceed; random weights are drawn for it. */
  readonly bound: number;
  /** Whether inputs may be negative. */
  readonly signed: boolean;
  /** Names the draw of the random network. */
  readonly draw: Draw;
}

/** A compiled target and the number of its kept weights. */
export type CompiledNetwork = Compiled & { readonly kept: number };

/**
 * Builds the target: the same options give the same random network, whatever the target is.
 * @throws code `usage` naming the field for an option that is missing, a construction of another name, an `epsilon` or a
 *   `bound` that is not above 0, `units` or `copies` that are no whole number from 1, and a draw out of range
 */
export function compileTarget(target: readonly TargetLayer[], options: CompileOptions): CompiledNetwork {
  checkOptions(options);
  return assemble(target, options, partsOf(target, options).map(buildPart));
}

function checkOptions(options: CompileOptions): void {
  requireFields("compileTarget", options, ["construction", "epsilon", "units", "bound", "signed", "draw"]);
  const { construction, epsilon, units, copies = 1, bound } = options;
  checkOneOf("construction", construction, STRONG_ARMS);
  for (const [where, got] of Object.entries({ epsilon, bound }))
    if (!(got > 0)) fail("usage", where, { rule: "must be above 0", got });
  for (const [where, count] of Object.entries({ units, copies })) checkInteger(where, count, { min: 1 });
}

/** The parts in which a target is built, in order: each is for {@link buildPart}, on any thread. */
export function partsOf(target: readonly TargetLayer[], options: CompileOptions): PartJob[] {
  const { construction, copies = 1 } = options;
  if (construction === "burkholz") return partsAlong("outputs", target, { options, copies });
  return partsAlong(construction === "linear-relaxation" ? "outputs" : "inputs", target, { options });
}

/** Builds one part. */
export function buildPart(job: PartJob): Part {
  const { target, options, layer, from, to } = job;
  const { construction, draw, units, signed } = options;
  if (construction === "linear-relaxation") return sumRows(job);
  if (construction === "burkholz") return buildNeurons(target, options as BurkholzOptions, { layer, from, to });
  const gadget = GADGETS[construction](options);
  // Behind the first target layer, inputs come from a ReLU.
  const place = { draw, layer: 2 * layer, units, signed: signed && layer === 0 };
  return buildInputs(target[layer]!, { ...place, gadget, from, to });
}

/** Puts the parts of a target together, those of {@link partsOf} in its order. */
export function assemble(
  target: readonly TargetLayer[],
  options: CompileOptions,
  parts: readonly Part[],
): CompiledNetwork {
  const layers = byLayer(target, partsOf(target, options), parts);
  if (options.construction === "linear-relaxation") return assembleSums(target, options, layers);
  const compiled =
    options.construction === "burkholz"
      ? assembleBurkholz(target, options as BurkholzOptions, layers)
      : assembleLayers(target, options, layers);
  return { ...compiled, kept: keptOf(compiled.layers) };
}

const GADGETS: Readonly<Record<"malach" | "orseau" | "pensia", (options: CompileOptions) => Gadget>> = {
  malach: malachGadget,
  orseau: orseauGadget,
  pensia: pensiaGadget,
};

/** Two random layers for every layer of the target. */
function assembleLayers(
  target: readonly TargetLayer[],
  { units, epsilon }: CompileOptions,
  parts: readonly (readonly Part[])[],
): Compiled {
  const counts = target.map((layer) => countsOf(layer, units));
  return {
    layers: target.flatMap(({ outputs, inputs }, index) => {
      const [first, second] = [0, 1].map((which) => parts[index]!.map(({ entries }) => entries[which]!));
      const hidden = units * inputs;
      return [layerOf(first!, { outputs: hidden, inputs }), layerOf(second!, { outputs, inputs: hidden })];
    }),
    errors: parts.map((own) => errorOf(own, epsilon)),
    randomParameters: counts.reduce((sum, { randomParameters }) => sum + randomParameters, 0),
    candidates: counts.reduce((sum, { candidates }) => sum + candidates, 0),
  };
}

/** Units of every input that a construction's theorem asks for. */
export function unitsFor(construction: StrongArm, options: Precision): number {
  if (construction === "malach") return malachUnits(options);
  if (construction === "orseau") return orseauUnits(options);
  return construction === "linear-relaxation" ? relaxationCandidates(options.epsilon) : pensiaUnits(options);
}

/**
 * Width of every layer of the random network but for its output, in order; none of the relaxation. Throws nothing:
 * {@link compileTarget} checks the options.
 */
export function widthsOf(
  target: readonly Pick<TargetLayer, "outputs" | "inputs">[],
  { construction, units, copies = 1 }: Pick<CompileOptions, "construction" | "units" | "copies">,
): number[] {
  if (construction === "linear-relaxation") return target.slice(0, -1).map(({ outputs }) => outputs);
  const hidden = target.slice(0, -1).map(({ outputs }) => outputs);
  if (construction === "burkholz") {
    return [(target[0]!.inputs + 1) * units, ...hidden.map((outputs) => outputs * copies + units)];
  }
  return target.flatMap(({ inputs, outputs }, index) =>
    index < target.length - 1 ? [inputs * units, outputs] : [inputs * units],
  );
}
