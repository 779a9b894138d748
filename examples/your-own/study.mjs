/** A study of your own: how long the weights of fresh networks are, by initialiser.
 *     npx tombola run norms --plugin study.mjs --model mlp-64 --replicates 3 */
import { defineStudy, request, stepNamed } from "tombola-lab";

const norm = {
  name: "norm", // a step of its own: a pure function of what goes in, whose result is kept
  version: 1,
  async run(_, { network }) {
    const squares = [...network.tensors.values()].flatMap(({ data }) => Array.from(data, (w) => w * w));
    return { tensors: new Map(), result: { norm: Math.sqrt(squares.reduce((a, b) => a + b, 0)) } };
  },
};

function* plan({ model, data, inits, replicates }) {
  for (const init of inits)
    for (let replicate = 0; replicate < replicates; replicate++) {
      const params = { model, data, init, seed: 1, replicate, draw: 0 };
      const network = request(stepNamed("initialise"), params);
      const label = `${init}, replicate ${replicate}`;
      yield { request: request(norm, {}, { network }), label, rows: [{ init, replicate }] };
    }
}

const name = "norms";
const summary = "how long the weights of fresh networks are, by initialiser";
const defaults = { model: "mlp-8", data: "synthetic", inits: ["glorot-normal", "kaiming-normal"], replicates: 1 };
const columns = { init: ({ init }) => init, norm: ({ norm }) => norm.toFixed(3) };

export default { studies: [defineStudy({ name, summary, defaults, steps: [norm], plan, columns })] };
