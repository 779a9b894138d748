/** A model of your own: an MLP whose layers are joined by shortcuts, of any width.
 *     npx tombola run imp --plugin model.mjs --model skip-32 --data synthetic --steps 300it --levels 3 */

/** Adds the layers; `outputs` is what the data set asks for, `parts` what the name says. */
function build(layers, x, { outputs }, { width }) {
  const flat = x.type.shape.length > 1 ? layers.flatten(x) : x;
  const first = layers.relu(layers.linear(flat, Number(width), "first"));
  const second = layers.relu(layers.linear(first, Number(width), "second"));
  return layers.linear(layers.add(first, second), outputs, "head", { output: true });
}

const skip = { grammar: "skip-WIDTH", pattern: /^skip-(?<width>[1-9]\d{0,3})$/, build };

export default { models: { skip } };
