/** Data of your own: points on two spirals, told apart by their angle.
 *     npx tombola run imp --plugin data.mjs --data spirals --model mlp-16-16 --steps 300it --levels 3 */
import { datasetOf, randomStream } from "tombola-lab";

const [ROWS, TEST] = [2000, 500];

/** Rows of a part: two coordinates each, and the arm that they lie on. */
function points(count, replicate) {
  const random = randomStream({ seed: 1, stream: "noise", replicate, step: 0, item: 0 });
  const [x, y] = [new Float32Array(2 * count), new Uint8Array(count)];
  for (let row = 0; row < count; row++) {
    const [turn, arm] = [random.uniform(), row % 2];
    x[2 * row] = (arm ? turn : -turn) * (1 - 4 * turn * turn) + 0.05 * random.uniform();
    x[2 * row + 1] = (arm ? turn : -turn) * (3 * turn - 2) + 0.05 * random.uniform();
    y[row] = arm;
  }
  return { x, y };
}

const spirals = () =>
  datasetOf({ shape: [2], target: ["left", "right"], train: points(ROWS, 0), test: points(TEST, 1) });

export default { datasets: { spirals } };
