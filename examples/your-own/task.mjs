/** A task of your own: classes told apart by the squared error of hyperbolic tangents, one for each class.
 *     npx tombola run imp --plugin task.mjs --task tanh --data synthetic --steps 300it --levels 3 */
import { classification } from "tombola-lab";

/** The loss of every example: the mean of (tanh(output) - target)^2 over classes, targets being 0 or 1. */
function lossOf({ scope: { graph }, y }, output) {
  const target = graph.node("one_hot", [y], { classes: output.type.shape[0] });
  return graph.node("mean_squared_error", [graph.node("tanh", [output], {}), target], {});
}

const tanh = {
  ...classification, // its targets, its measure and how that is summed
  name: "tanh",
  losses: ["tanh-error"],
  objective(pass) {
    const { output } = pass.model.apply(pass.scope, pass.x, { training: true });
    return { loss: lossOf(pass, output) };
  },
  scores(pass) {
    const { output } = pass.model.apply(pass.scope, pass.x, { training: false });
    const correct = pass.scope.graph.node("correct", [output, pass.y], { top: 1 });
    return { output, loss: lossOf(pass, output), correct };
  },
};

export default { tasks: [tanh] };
