/** The constructions by name, and a target built by one of them inside a random network that was drawn before. */
import { type BurkholzOptions, compileBurkholz } from "./burkholz.ts";
import { buildLayer, countsOf, type Gadget, type Precision } from "./gadget.ts";
import { relax, relaxationCandidates } from "./linear-relaxation.ts";
import { malachGadget, malachUnits } from "./malach.ts";
import { orseauGadget, orseauUnits } from "./orseau.ts";
import { pensiaGadget, pensiaUnits } from "./pensia.ts";
import type { Draw } from "./random.ts";
import { keptOf } from "./sparse.ts";
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

/** Builds the target: the same options give the same random network, whatever the target is. */
export function compileTarget(target: readonly TargetLayer[], options: CompileOptions): CompiledNetwork {
  if (options.construction === "linear-relaxation") return relax(target, options);
  const compiled =
    options.construction === "burkholz"
      ? compileBurkholz(target, options as BurkholzOptions)
      : compileLayers(target, options, GADGETS[options.construction](options));
  return { ...compiled, kept: keptOf(compiled.layers) };
}

const GADGETS = { malach: malachGadget, orseau: orseauGadget, pensia: pensiaGadget } as const;

/** Two random layers for every layer of the target; behind the first, inputs come from a ReLU. */
function compileLayers(target: readonly TargetLayer[], options: CompileOptions, gadget: Gadget): Compiled {
  const { units, epsilon, draw } = options;
  const built = target.map((layer, index) =>
    buildLayer(layer, { draw, layer: 2 * index, units, epsilon, gadget, signed: options.signed && index === 0 }),
  );
  const counts = target.map((layer) => countsOf(layer, units));
  return {
    layers: built.flatMap(({ layers }) => layers),
    errors: built.map(({ error }) => error),
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

/** Width of every layer of the random network but for its output, in order; none of the relaxation. */
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
