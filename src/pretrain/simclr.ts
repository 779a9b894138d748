/** SimCLR: the two views of a picture are to be told from the views of all others of the batch (Chen et al. 2020). */
import type { Builder, Node } from "../graph/types.ts";
import type { Measure, Pass, Scores, Tally } from "../task/task.ts";
import { CONTRASTIVE } from "./recipes.ts";
import { headIn, rowOf, type ViewTask, viewsIn } from "./task.ts";

/** How often the nearest of all other views is the other one of the same picture. */
export const VIEW_ACCURACY: Measure = {
  name: "view-accuracy",
  title: "views whose nearest is of their picture",
  unit: "fraction",
  direction: "up",
};

/** The projections of views, of unit length. */
export function projected(pass: Pass, x: Node, training: boolean): Node {
  const { scope, model } = pass;
  return scope.graph.node("unit_length", [headIn(model.apply(scope, x, { training }), model, "projection")], {});
}

/** NT-Xent (Chen et al. 2020, equation 1) over vectors of unit length; lanes n and n + count / 2 are views of one picture. */
export function ntXent(
  graph: Builder,
  z: Node,
  temperature: number,
): { readonly loss: Node; readonly statistics: Node } {
  const statistics = graph.node("nt_xent_statistics", [z], { temperature });
  return { loss: graph.node("nt_xent", [z, statistics], { temperature }), statistics };
}

/** What is computed of two views of every picture: the loss, and 1 where no view of another picture is nearer than the other of its own. */
export function viewScores(pass: Pass, temperature: number): Scores {
  const { graph } = pass.scope;
  const output = projected(pass, viewsIn(pass, "scored"), false);
  const { loss, statistics } = ntXent(graph, output, temperature);
  return { output, loss, nearest: graph.node("is_below", [rowOf(graph, statistics, 2)], { limit: 0.5 }) };
}

/** The mean over scored rows of a score of 0 or 1, as a measure of this name. */
export function meanTally(score: string, measure: Measure): Tally {
  let [sum, rows] = [0, 0];
  return {
    reads: [score],
    add(batch, { [score]: values }) {
      rows += batch.length;
      for (let n = 0; n < batch.length; n++) sum += values![n]!;
    },
    measures: () => ({ [measure.name]: sum / rows }),
  };
}

/** The task with a temperature, above 0: .5 in the paper's CIFAR experiments. */
export function simclrTask({ temperature }: { readonly temperature: number }): ViewTask {
  return {
    name: "simclr",
    losses: ["nt-xent"],
    measures: () => [VIEW_ACCURACY],
    target: () => ({ column: "labels", shape: [] }),
    objective: (pass) => ({ loss: ntXent(pass.scope.graph, projected(pass, viewsIn(pass), true), temperature).loss }),
    scores: (pass) => viewScores(pass, temperature),
    tally: () => meanTally("nearest", VIEW_ACCURACY),
    views: { recipe: CONTRASTIVE, form: "beside" },
  };
}
