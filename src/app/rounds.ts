/** The rounds of pruning behind every step of a plan, counted so that levels which cannot be are refused before any training. */
import { fail } from "../base/errors.ts";
import { type Dataset, datasetNamed } from "../dataset/dataset.ts";
import { parseModel } from "../model/registry.ts";
import type { Cut } from "../prune/cut.ts";
import { type Deepest, deepestLevel } from "../prune/rounds.ts";
import type { PruneParams } from "../step/prune.ts";
import { keyOf } from "../step/request.ts";
import type { TrainParams } from "../step/train.ts";
import type { AskedStep } from "../study/plan.ts";

/** Counts the rounds behind steps, each after what it takes in. */
export interface Rounds {
  /** Throws `usage` for a cut that leaves no weight, or a pool of layers with fewer than none. */
  add(step: AskedStep): void;
}

type Pruning = Cut & Pick<PruneParams, "model" | "data" | "rounds">;

/** Counts for these data sets. A network that was given is taken for a dense one. */
export function createRounds(datasets: readonly Dataset[], arithmetic: string): Rounds {
  const counted = new Map<string, number>();
  const checked = new Set<string>();
  return {
    add(step) {
      const { inputs } = step.request;
      const from = inputs.mask ?? inputs.network ?? inputs.a;
      const before = (from === undefined ? undefined : counted.get(keyOf(from, arithmetic))) ?? 0;
      const pruning = pruningOf(step);
      const rounds = before + (pruning?.rounds ?? 0);
      counted.set(step.key, rounds);
      if (pruning === null) return;
      const { model, data, scope, cut, outputCutFactor, shortcutCutFactor, convCutFactor } = pruning;
      const factors = [outputCutFactor, shortcutCutFactor, convCutFactor];
      const asked = JSON.stringify([model, data, scope, cut, factors, rounds]);
      if (checked.has(asked)) return;
      checked.add(asked);
      const deepest = deepestLevel(parseModel(model, datasetNamed(datasets, data)).parameters, pruning, rounds);
      if (deepest) failLevels(model, deepest);
    },
  };
}

/** What a step removes: of a mask at once, or of the network that it trains. */
function pruningOf({ request: { step, params } }: AskedStep): Pruning | null {
  if (step === "prune" || step === "criterion") {
    const pruning = params as unknown as Pruning & Pick<PruneParams, "unit">;
    return pruning.unit === "filter" ? null : pruning;
  }
  const { method, model, data } = params as unknown as TrainParams;
  return step === "train" && method?.name === "gradual" ? { ...method.cut, model, data, rounds: method.rounds } : null;
}

function failLevels(model: string, { level, density, layers }: Deepest): never {
  const kept = `${(100 * density).toPrecision(3)} % of the weights`;
  if (layers.length === 0) {
    const rule = `must leave a weight: below level ${level} (${kept}) ${model} has none`;
    fail("usage", "levels", { rule, got: level + 1, remedy: "Ask for fewer levels, or cut less a level" });
  }
  const rule =
    `with scope global, layers that are spared leave their part of the cut to the others, and those of ${model} ` +
    `(${layers.length} layers, ${layers[0]} first) have too few weights below level ${level}, the lowest that is possible: ${kept}`;
  fail("usage", "levels", {
    rule,
    got: level + 1,
    remedy: "Ask for fewer levels, or raise outputCutFactor or shortcutCutFactor",
    fields: ["scope", "outputCutFactor", "shortcutCutFactor"],
  });
}
