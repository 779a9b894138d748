/** Which of four ways up a picture is (Gidaris et al. 2018). */
import type { Measure, Pass } from "../task/task.ts";
import { ROW_OF_QUARTERS } from "./draws.ts";
import { TURNED } from "./recipes.ts";
import { meanTally } from "./simclr.ts";
import { drawsIn, headIn, rowOf, type ViewTask, viewsIn } from "./task.ts";

const ROTATION_ACCURACY: Measure = {
  name: "rotation-accuracy",
  title: "rotations told right",
  unit: "fraction",
  direction: "up",
};

function told(pass: Pass, training: boolean) {
  const { scope, model } = pass;
  const { graph } = scope;
  const which = training ? 0 : "scored";
  const output = headIn(model.apply(scope, viewsIn(pass, which), { training }), model, "rotation");
  const y = pass.x.op === "input" ? pass.y : rowOf(graph, drawsIn(pass, which), ROW_OF_QUARTERS);
  return { output, y, loss: graph.node("softmax_cross_entropy", [output, y], {}) };
}

export const rotation: ViewTask = {
  name: "rotation",
  losses: ["cross-entropy"],
  measures: () => [ROTATION_ACCURACY],
  target: () => ({ column: "labels", shape: [] }),
  objective: (pass) => ({ loss: told(pass, true).loss }),
  scores(pass) {
    const { output, y, loss } = told(pass, false);
    return { output, loss, right: pass.scope.graph.node("correct", [output, y], { top: 1 }) };
  },
  tally: () => meanTally("right", ROTATION_ACCURACY),
  views: { recipe: TURNED, form: "one" },
};
