/** Specifications are changed by options as their studies would make them, or not at all. */
import { describe, expect, test } from "vitest";
import { addPretraining } from "../pretrain/tasks.ts";
import { addSequenceModels } from "../sequence/families.ts";
import { registerTextTasks } from "../task/text/tasks.ts";
import { optionsOf, specWith } from "./asked.ts";
import type { StudySpec } from "./kind.ts";
import { studyKinds, studyNamed } from "./registry.ts";

addSequenceModels();
addPretraining();
registerTextTasks();

/** The specification as a file keeps it. */
const kept = (spec: StudySpec): StudySpec => JSON.parse(JSON.stringify(spec));

/** Studies whose specifications have more than their options say: each task its own lengths. */
const ONLY_WHOLE = [
  ...["pretraining-tickets smoke", "pretraining-tickets laptop", "pretraining-tickets paper"],
  ...["bert-tickets smoke", "bert-tickets laptop", "bert-tickets paper"],
  ...["transfer-matrix undefined", "transfer-matrix smoke", "transfer-matrix laptop", "transfer-matrix paper"],
  ...[undefined, "smoke", "laptop", "optimizers", "halves", "classes", "sizes", "paper"].map(
    (name) => `transfer ${name}`,
  ),
  ...[undefined, "smoke", "laptop", "icons", "paper"].map((name) => `odd-targets ${name}`),
];

/** What it asks for is read from a file of a ticket, without which there is no specification. */
const OF_A_FILE = "ticket";

const kinds = studyKinds().filter(({ name }) => name !== OF_A_FILE);
const cases = kinds.flatMap((kind) =>
  [undefined, ...kind.presets.map(({ name }) => name)].map((preset) => [kind, preset] as const),
);

describe.each(cases.map(([kind, preset]) => [kind.name, preset, kind] as const))("%s %s", (name, preset, kind) => {
  const spec = kept(kind.specOf({}, preset));

  test("without options it is as it was", () => {
    expect(specWith(kind, spec, {})).toEqual(spec);
  });

  test("an option beside it gives what it gives beside the preset, or is refused", () => {
    const asked = { seed: 7, replicates: 3 };
    const change = () => kept(specWith(kind, spec, asked));
    if (ONLY_WHOLE.some((each) => each === `${name} ${preset}`))
      return expect(change).toThrow("options beside it cannot change");
    return expect(change()).toEqual(kept(kind.specOf(asked, preset)));
  });
});

test("options are read from where a specification has them", () => {
  const kind = studyNamed("imp");
  const given = { optimizer: "sgd", lr: 0.05, momentum: 0.8, schedule: "step", milestones: ["3it"], arms: ["ticket"] };
  expect(optionsOf(kind, { ...kind.specOf(given) })).toMatchObject({ ...given, nesterov: false, lrFactor: 0.1 });
});

test("of several networks, what differs is the list of its values", () => {
  const kind = studyNamed("figure2");
  expect(optionsOf(kind, { ...kind.specOf({}, "smoke") })).toMatchObject({ batch: [60, 32], copies: 2 });
});
