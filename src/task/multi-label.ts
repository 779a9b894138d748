/** Several labels per example, each of which applies or does not. */
import { rowSize } from "../dataset/table.ts";
import { requireTarget } from "./require-target.ts";
import type { Measure, Pass, Task } from "./task.ts";

const accuracy: Measure = { name: "label-accuracy", title: "accuracy per label", unit: "fraction", direction: "up" };
const exact: Measure = { name: "exact-match", title: "exact match", unit: "fraction", direction: "up" };

function applied({ scope, model, x, y }: Pass, training: boolean) {
  const { output } = model.apply(scope, x, { training });
  return { output, loss: scope.graph.node("binary_cross_entropy", [output, y], {}) };
}

/**
 * Binary cross-entropy, the mean over labels. A label is told to apply where its logit is above 0; `label-accuracy` is over
 * all labels of all rows, `exact-match` the fraction of rows whose labels are all right.
 */
export const multiLabel: Task = {
  name: "multi-label",
  losses: ["binary-cross-entropy"],
  measures: () => [accuracy, exact],
  target: (outputs) => ({ column: "labels", shape: [outputs] }),
  objective: (pass) => ({ loss: applied(pass, true).loss }),
  scores: (pass) => applied(pass, false),
  tally(dataset, { columns }) {
    requireTarget(multiLabel.name, "labels", dataset);
    const labels = columns.labels!;
    const size = rowSize(labels);
    let [rows, right, whole] = [0, 0, 0];
    return {
      reads: ["output"],
      add(batch, { output }, lanes) {
        rows += batch.length;
        for (let n = 0; n < batch.length; n++) {
          let wrong = 0;
          for (let label = 0; label < size; label++) {
            const applies = labels.data[batch[n]! * size + label]! === 1;
            if (output![label * lanes + n]! > 0 !== applies) wrong++;
          }
          right += size - wrong;
          if (wrong === 0) whole++;
        }
      },
      measures: () => ({ "label-accuracy": right / (rows * size), "exact-match": whole / rows }),
    };
  },
};
