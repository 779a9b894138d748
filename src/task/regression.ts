/** Least-squares regression: one number or several for every example. */
import type { DatasetDescription } from "../dataset/dataset.ts";
import { rowSize } from "../dataset/table.ts";
import { requireTarget } from "./require-target.ts";
import type { Measure, Pass, Task } from "./task.ts";

const rmse = { name: "rmse", title: "RMSE", direction: "down" } as const;
const r2: Measure = { name: "r2", title: "R²", unit: null, direction: "up" };

/** What its numbers are of: the target by its name, or all of them. */
function unitOf({ target }: Pick<DatasetDescription, "target">): string {
  return target.kind === "numbers" && target.names.length === 1 ? target.names[0]! : "targets";
}

function applied({ scope, model, x, y }: Pass, training: boolean) {
  const { output } = model.apply(scope, x, { training });
  return { output, loss: scope.graph.node("mean_squared_error", [output, y], {}) };
}

/**
 * Squared error of standardised targets. `rmse` is in the targets' own unit, the root of the mean of their squared errors;
 * `r2` is the mean over targets of 1 - (squared error / squared deviation from the mean of the scored rows).
 */
export const regression: Task = {
  name: "regression",
  losses: ["squared-error"],
  measures: (dataset) => [{ ...rmse, unit: unitOf(dataset) }, r2],
  target: (outputs) => ({ column: "targets", shape: [outputs] }),
  objective: (pass) => ({ loss: applied(pass, true).loss }),
  scores: (pass) => applied(pass, false),
  tally(dataset, { columns }) {
    requireTarget(regression.name, "numbers", dataset);
    const { standardised, outputs } = dataset;
    const targets = columns.targets!;
    const size = rowSize(targets);
    const { mean, std } = standardised!.targets!;
    const [errors, sums, squares, first] = [0, 0, 0, 0].map(() => new Float64Array(size)) as [F64, F64, F64, F64];
    let rows = 0;
    return {
      reads: ["output"],
      add(batch, { output }, lanes) {
        const row = batch[0]! * size;
        if (rows === 0) first.set(targets.data.subarray(row, row + size));
        rows += batch.length;
        for (let target = 0; target < outputs; target++)
          for (let n = 0; n < batch.length; n++) {
            const seen = targets.data[batch[n]! * size + target]!;
            const error = output![target * lanes + n]! * std[target]! + mean[target]! - seen;
            errors[target]! += error * error;
            // Around the first row, so that a large offset costs no digits and equal targets deviate by 0.
            const offset = seen - first[target]!;
            sums[target]! += offset;
            squares[target]! += offset * offset;
          }
      },
      measures() {
        const explained = Array.from(errors, (error, i) => 1 - error / (squares[i]! - (sums[i]! * sums[i]!) / rows));
        const value = explained.reduce((sum, one) => sum + one, 0) / size;
        const error = errors.reduce((sum, one) => sum + one, 0);
        return { rmse: Math.sqrt(error / (rows * size)), r2: Number.isFinite(value) ? value : null };
      },
    };
  },
};

type F64 = Float64Array;
