/** How much pruning removes, where from, and which weights compete. */
import { checkOneOf } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import type { Parameter } from "../model/network.ts";

/** How much one round removes, and where from. */
export interface Cut {
  /** Fraction of the remaining weights removed per round. */
  readonly cut: number;
  /** Scales the cut of the output layer: 0.5 in Frankle & Carbin's LeNet, 0 leaves it alone, 1 treats it like the rest. */
  readonly outputCutFactor: number;
  /** Scales the cut of projections in residual shortcuts; absent: 1. Frankle & Carbin and Maene et al. have 0. */
  readonly shortcutCutFactor?: number;
  /** Scales the cut of convolutions, layer by layer alone; absent: 1. Frankle & Carbin's Conv-2 has 0.5, Conv-6 0.75. */
  readonly convCutFactor?: number;
  /** Whether scores compete within their layer or across layers. */
  readonly scope: "layer" | "global";
}

/** Refuses a cut that cannot be: see the errors of `prune`. */
export function checkCut({ cut, outputCutFactor, shortcutCutFactor = 1, convCutFactor = 1, scope }: Cut): void {
  if (!(cut > 0 && cut < 1)) fail("usage", "cut", { rule: "must lie between 0 and 1", got: cut });
  const factors = { outputCutFactor, shortcutCutFactor, convCutFactor };
  for (const [where, got] of Object.entries(factors))
    if (!(got >= 0 && got <= 1)) fail("usage", where, { rule: "must lie in 0 to 1", got });
  if (checkOneOf("scope", scope, ["layer", "global"]) === "layer") return;
  if (convCutFactor !== 1)
    fail("usage", "convCutFactor", { rule: "needs scope layer", fields: ["scope"], got: convCutFactor });
}

/** Layers whose weights compete with each other, pool by pool. */
export function poolsOf(parameters: readonly Parameter[], cut: Cut): Parameter[][] {
  const layers = prunable(parameters);
  return cut.scope === "layer" ? layers.map((layer) => [layer]) : globalGroups(layers, cut);
}

/** The parameters that pruning may remove entries of. */
export function prunable(parameters: readonly Parameter[]): Parameter[] {
  return parameters.filter((parameter) => parameter.prunable);
}

/** One pool of all layers; an output layer and shortcuts with a cut of their own stand apart, behind it. */
function globalGroups(layers: readonly Parameter[], { outputCutFactor, shortcutCutFactor = 1 }: Cut): Parameter[][] {
  const apart = (layer: Parameter) =>
    layer.output && outputCutFactor !== 1 ? 1 : layer.shortcut && shortcutCutFactor !== 1 ? 2 : 0;
  const groups = [0, 1, 2].map((place) => layers.filter((layer) => apart(layer) === place));
  return groups.filter((group) => group.length > 0);
}

/** What scales the cut of a group: the output layer's own factor, that of shortcuts, or that of convolutions. */
export function cutFactor(
  group: readonly Parameter[],
  { outputCutFactor, shortcutCutFactor = 1, convCutFactor = 1 }: Cut,
): number {
  if (group.every(({ output }) => output)) return outputCutFactor;
  if (shortcutCutFactor !== 1 && group.every(({ shortcut }) => shortcut)) return shortcutCutFactor;
  return group.every(({ shape }) => shape.length === 4) ? convCutFactor : 1;
}
