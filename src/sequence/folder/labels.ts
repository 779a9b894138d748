/** Which output of a classifier is which class of a data set: by what both are called. */
import type { DatasetDescription } from "../../dataset/dataset.ts";

/**
 * For every output that a data set asks for, the output of a head that tells it; undefined where the head has another number
 * of outputs or calls them otherwise. Labels that say nothing, `LABEL_0` and the like, are in the data set's order.
 */
export function headOrder(
  labels: readonly string[] | null,
  width: number,
  { target, outputs }: Pick<DatasetDescription, "target" | "outputs">,
): readonly number[] | undefined {
  if (width !== outputs) return undefined;
  const places = Array.from({ length: outputs }, (_, place) => place);
  if (labels === null || target.kind === "numbers" || isSilent(labels)) return places;
  if (labels.length !== width) return undefined;
  const own = labels.map(plain);
  const orders = [target.names, target.kind === "classes" ? target.also : undefined].map((names) =>
    names?.map((name) => own.indexOf(plain(name))),
  );
  return orders.find((order) => order && new Set(order).size === outputs && !order.includes(-1));
}

const isSilent = (labels: readonly string[]) => labels.every((label, place) => plain(label) === `label_${place}`);

/** One spelling of `Not equivalent`, `not-equivalent` and `NOT_EQUIVALENT`. */
const plain = (label: string) => label.toLowerCase().replace(/[\s_-]+/g, "_");
