/** Classification: one of several classes for every example. */
import type { Builder, Node } from "../graph/types.ts";
import { requireTarget } from "./require-target.ts";
import type { Measure, Pass, Task } from "./task.ts";
import { ACCURACY } from "./words.ts";

const top5: Measure = { name: "top5", title: "top-5 accuracy", unit: "fraction", direction: "up" };

/** From so many classes on, whether the class is among the five likeliest is told too. */
const CLASSES_FOR_TOP5 = 20;

const hasTop5 = (outputs: number) => outputs >= CLASSES_FOR_TOP5;

/** Cross-entropy of the softmax, or squared error against one-hot targets. */
function lossOf({ loss, y }: Pass, graph: Builder, output: Node): Node {
  if (loss === "cross-entropy") return graph.node("softmax_cross_entropy", [output, y], {});
  const target = graph.node("one_hot", [y], { classes: output.type.shape[0]! });
  return graph.node("mean_squared_error", [output, target], {});
}

export const classification: Task = {
  name: "classification",
  losses: ["cross-entropy", "squared-error"],
  measures: ({ outputs }) => (hasTop5(outputs) ? [ACCURACY, top5] : [ACCURACY]),
  target: () => ({ column: "labels", shape: [] }),
  objective(pass) {
    const { output } = pass.model.apply(pass.scope, pass.x, { training: true });
    return { loss: lossOf(pass, pass.scope.graph, output) };
  },
  scores(pass) {
    const { scope, model, x, y } = pass;
    const { graph } = scope;
    const { output } = model.apply(scope, x, { training: false });
    const loss = lossOf(pass, graph, output);
    const among = (top: number) => graph.node("correct", [output, y], { top });
    return { output, loss, correct: among(1), ...(hasTop5(model.outputs) ? { correct5: among(5) } : {}) };
  },
  tally(dataset) {
    requireTarget(classification.name, "classes", dataset);
    const reads = hasTop5(dataset.outputs) ? ["correct", "correct5"] : ["correct"];
    const right = reads.map(() => 0);
    let rows = 0;
    return {
      reads,
      add(batch, values) {
        rows += batch.length;
        for (const [i, name] of reads.entries()) for (let n = 0; n < batch.length; n++) right[i]! += values[name]![n]!;
      },
      measures: () => ({
        accuracy: right[0]! / rows,
        ...(right.length > 1 ? { top5: right[1]! / rows } : {}),
      }),
    };
  },
};
