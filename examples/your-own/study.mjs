/** A study of your own: how long the weights of fresh networks are, by initialiser.
 *     npx tombola run norms --plugin study.mjs --model mlp-64 --replicates 3 */
import { integer, request, stepNamed, text } from "tombola-lab";

const norm = {
  name: "norm", // a step of its own: a pure function of what goes in, kept under its key
  version: 1,
  async run(_, { network }) {
    const squares = [...network.tensors.values()].flatMap(({ data }) => Array.from(data, (w) => w * w));
    return { tensors: new Map(), result: { norm: Math.sqrt(squares.reduce((a, b) => a + b, 0)) } };
  },
};
function* plan({ model, data, replicates }) {
  for (const init of ["glorot-normal", "kaiming-normal"])
    for (let replicate = 0; replicate < replicates; replicate++) {
      const params = { model, data, init, seed: 1, replicate, draw: 0 };
      const network = request(stepNamed("initialise"), params);
      yield { request: request(norm, {}, { network }), label: `${init} ${replicate}`, rows: [{ init, replicate }] };
    }
}
const rowOf = async (place, { request }, artifacts) => ({ ...place, ...(await artifacts.result(request)), artifact: artifacts.key(request) });
export default {
  studies: [{
    name: "norms", summary: "how long fresh weights are", presets: [], examples: [], figures: [], steps: [norm],
    options: [{ name: "model", value: "name", description: "a model", read: text },
      { name: "data", value: "name", description: "a data set", read: text },
      { name: "replicates", value: "n", description: "repetitions", fallback: "1", read: integer(1) }],
    specOf: (options) => ({ study: "norms", model: "mlp-8", data: "synthetic", replicates: 1, ...options }),
    parse: (spec) => spec, plan, title: ({ model }) => `norms of ${model}`, say: ({ init, norm }) => `${init}: ${norm}`,
    rows: (_, finished, artifacts) => Promise.all(finished.flatMap((step) => step.rows.map((place) => rowOf(place, step, artifacts)))),
    columns: [{ header: "init", cell: ([row]) => row.init }, { header: "norm", cell: ([row]) => row.norm.toFixed(3) }],
  }],
};
