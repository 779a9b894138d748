/** Scores of your own: how much a weight's magnitude grew while it was trained (Zhou et al. 2019). The lowest go first.
 *     npx tombola run imp --plugin score.mjs --scores increase --data synthetic --steps 300it --levels 3 */

/** A number for every weight, by parameter name, laid out as the weights are. */
function increase({ weights, initial }) {
  const each = (name, values) => values.map((w, i) => Math.abs(w) - Math.abs(initial.get(name)[i]));
  return new Map([...weights].map(([name, values]) => [name, each(name, values)]));
}

export default { scores: { increase } };
