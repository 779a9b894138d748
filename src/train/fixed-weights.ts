/** Weights that masks are learnt for: as they were drawn, or of one magnitude in each layer. */
import { fail } from "../base/errors.ts";
import type { Model } from "../model/model.ts";
import type { Parameter, Weights } from "../model/network.ts";

/**
 * What becomes of the weights of a fresh network. `initial`: nothing. `constant`: their signs times the standard deviation
 * of their layer's, of the population (Zhou et al. 2019). `signed-constant`: their signs times sqrt(2 / fan in) (Ramanujan et
 * al. 2020). `signed-bound`: their signs times sqrt(6 / fan in) (Koster et al. 2022).
 */
export type FixedWeights = "initial" | "constant" | "signed-constant" | "signed-bound";

/** The network with all prunable weights made so, times `factor`; biases and the rest stay as they are. */
export function fixedWeights({ parameters }: Model, weights: Weights, how: FixedWeights, factor = 1): Weights {
  const prunable = new Map(parameters.filter(({ prunable }) => prunable).map((each) => [each.name, each]));
  return new Map(
    [...weights].map(([name, values]) => {
      const parameter = prunable.get(name);
      return [name, parameter ? fixed(parameter, values, how, factor) : values];
    }),
  );
}

function fixed(parameter: Parameter, values: Float32Array, how: FixedWeights, factor: number): Float32Array {
  if (how === "initial") return factor === 1 ? values : values.map((value) => value * factor);
  const magnitude = factor * magnitudeOf(parameter, values, how);
  return values.map((value) => Math.sign(value) * magnitude);
}

function magnitudeOf(parameter: Parameter, values: Float32Array, how: Exclude<FixedWeights, "initial">): number {
  if (how === "constant") return deviation(parameter, values);
  return Math.sqrt((how === "signed-constant" ? 2 : 6) / parameter.fanIn);
}

function deviation({ name }: Parameter, values: Float32Array): number {
  let [sum, squares] = [0, 0];
  for (const value of values) sum += value;
  const mean = sum / values.length;
  for (const value of values) squares += (value - mean) * (value - mean);
  if (squares > 0) return Math.sqrt(squares / values.length);
  return fail("usage", name, {
    rule: "weights must differ to have a deviation",
    got: values[0],
    remedy: "Use another init",
  });
}
