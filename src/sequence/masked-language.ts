/**
 * Masked language modelling (Devlin et al. 2019, section 3.1): what was there before words were masked is told, at the places that
 * the column `places` names.
 */

import { fail } from "../base/errors.ts";
import { scoredPlaces } from "../dataset/text/corpus/masking.ts";
import { raggedRows } from "../dataset/text/sequences.ts";
import type { Node } from "../graph/types.ts";
import type { Pass, Tally, Task } from "../task/task.ts";
import { MASKED_LANGUAGE, maskedMeasures } from "../task/text/measures.ts";
import { tokenCrossEntropy, tokenScores, tokenTally } from "./tasks.ts";

/** The labels of places that are told: a column holds ids and 1 more, so that what stands behind the last is none. */
const toldOf = ({ scope: { graph }, y }: Pass): Node => graph.node("affine", [y], { factor: 1, offset: -1 });

/** What was there before words were masked. */
export const maskedLanguage: Task = {
  name: "masked-language",
  losses: ["cross-entropy"],
  measures: () => MASKED_LANGUAGE,
  target: (_, [time]) => ({ column: "labels", shape: [scoredPlaces(time!)] }),
  objective(pass) {
    const { scope, model, x } = pass;
    const { output } = model.apply(scope, x, { training: true });
    return { loss: tokenCrossEntropy(scope.graph, output, toldOf(pass)) };
  },
  scores: (pass) => tokenScores(pass, toldOf(pass)),
  tally({ name, masking }, table) {
    const mask = masking?.special.mask ?? fail("data", name, { rule: "must say what its rows are masked by" });
    const hidden = hiddenTally({
      shown: raggedRows(table, "tokens"),
      places: raggedRows(table, "places"),
      labels: raggedRows(table, "labels"),
      mask,
    });
    const all = tokenTally((sums) => maskedMeasures({ ...sums, ...hidden.sums() }));
    return {
      reads: [...all.reads, "correct"],
      add(rows, values, lanes) {
        all.add(rows, values, lanes);
        hidden.add(rows, values, lanes);
      },
      measures: all.measures,
    };
  },
};

type Rows = (row: number) => ArrayLike<number>;

/** Counts over the places of rows that show [MASK], and of their words the commonest. */
function hiddenTally({ shown, places, labels, mask }: { shown: Rows; places: Rows; labels: Rows; mask: number }) {
  const counts = new Map<number, number>();
  let [hidden, hiddenRight] = [0, 0];
  const add: Tally["add"] = (rows, { correct }, lanes) => {
    for (const [n, row] of rows.entries()) {
      const [tokens, at, words] = [shown(row), places(row), labels(row)];
      for (let k = 0; k < at.length; k++) {
        if (tokens[at[k]!] !== mask) continue;
        hidden++;
        hiddenRight += correct![k * lanes + n]!;
        counts.set(words[k]!, (counts.get(words[k]!) ?? 0) + 1);
      }
    }
  };
  const commonest = () => [...counts.values()].reduce((most, count) => Math.max(most, count), 0);
  return { add, sums: () => ({ hidden, hiddenRight, commonest: commonest() }) };
}
