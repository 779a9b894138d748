/** Model names as the command line and stored specs write them. */
import { fail } from "../base/errors.ts";
import { type Activation, mlp } from "./mlp.ts";
import type { Model } from "./model.ts";

/** What of a data set a model depends on. */
export interface ModelContext {
  readonly shape: readonly [number, number, number];
  readonly classes: number;
}

/** The grammar of model names, for help and errors. */
export const MODEL_NAMES = ["lenet-300-100", "mlp-H1-H2-...[-tanh|-sigmoid][-dropoutRATE]"] as const;

const MLP = /^(?:lenet|mlp)((?:-[1-9]\d{0,5})+)(?:-(relu|tanh|sigmoid))?(?:-dropout(0?\.\d+))?$/;

/**
 * The model of a name such as `lenet-300-100` or `mlp-512-256-tanh-dropout0.5`, fitted to a data set's images and
 * classes. Throws with code `usage` for a name outside the grammar.
 */
export function parseModel(name: string, { shape, classes }: ModelContext): Model {
  const match = MLP.exec(name);
  if (!match) fail("usage", "--model", { rule: `must be one of ${MODEL_NAMES.join(", ")}`, got: name });
  const hidden = match[1]!.slice(1).split("-").map(Number);
  return mlp({
    name,
    input: shape,
    hidden,
    classes,
    activation: (match[2] ?? "relu") as Activation,
    dropout: Number(match[3] ?? 0),
  });
}
