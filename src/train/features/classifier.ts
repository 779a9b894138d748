/** What enters the classifier of a network, of every row of a part of a data set. */
import { fail } from "../../base/errors.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import type { Engine } from "../../engine/engine.ts";
import { type Node, sizeOf } from "../../graph/types.ts";
import type { Heads, Model } from "../../model/model.ts";
import type { Network } from "../../model/tensors.ts";
import { checkAll } from "../open.ts";
import { eachRow } from "./rows.ts";

/** Features of rows in their order, `[rows][width]`. */
export interface Features {
  readonly width: number;
  readonly features: Float32Array;
}

/**
 * The head `features` of a model that has one, else what its last linear layer reads. Throws `usage` for a model that ends in
 * no linear layer.
 */
export async function classifierFeatures(
  engine: Engine,
  network: Network,
  { model, dataset, part }: { model: Model; dataset: Dataset; part: "train" | "test" },
): Promise<Features> {
  checkAll({ model, dataset }, { network });
  let found: Features | undefined;
  const outputs = (heads: Heads) => ({ features: heads.features ?? readBy(model, heads.output) });
  await eachRow(engine, { model, dataset, part, outputs }, network, (row, { features: own }) => {
    const { shape, values } = own!;
    const width = sizeOf(shape);
    found ??= { width, features: new Float32Array(dataset[part].count * width) };
    found.features.set(values, row * width);
  });
  return found!;
}

/** What the linear layer behind a head reads. */
function readBy({ name }: Model, head: Node): Node {
  const product = head.op === "bias" ? head.inputs[0]! : head;
  if (product.op === "linear") return product.inputs[0]!;
  const remedy = "Give the model a head of the name features";
  return fail("usage", "model", { rule: `${name} must end in a linear layer, whose inputs are features`, remedy });
}
