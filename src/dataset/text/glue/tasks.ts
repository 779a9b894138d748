/** The tasks of GLUE (Wang et al. 2019): where their files lie, which cells are texts and targets, and how they are scored. */

import type { CellName } from "../tabs.ts";

/** A file of rows. */
export interface GluePart {
  readonly file: string;
  /** The cells of the texts, one or two, and that of the target. */
  readonly texts: readonly CellName[];
  readonly target: CellName;
}

/** A task of GLUE. */
export interface GlueTask {
  /** Other spellings of its name. */
  readonly also?: readonly string[];
  /** The folder of its archive. */
  readonly folder: string;
  readonly train: GluePart;
  /** The development set, which is scored. */
  readonly dev: GluePart;
  /** Test rows whose targets are public; absent where they are not. */
  readonly test?: GluePart;
  /** Targets as files write them, in the order of their classes; absent where they are numbers. */
  readonly classes?: readonly string[];
  /** What Hugging Face's data sets call the classes, where files number them. */
  readonly called?: readonly string[];
  /** The task of the [registry](../../../task/text/tasks.ts) that it is learnt by; absent for classification. */
  readonly task?: string;
  /** Whether the official files hold broken rows that everybody leaves out. */
  readonly hasBroken?: true;
}

const ENTAILMENT = ["entailment", "not_entailment"];
const BINARY = ["0", "1"];

function parts(texts: readonly CellName[], target: CellName): Pick<GlueTask, "train" | "dev"> {
  return { train: { file: "train.tsv", texts, target }, dev: { file: "dev.tsv", texts, target } };
}

function mnli(kind: "matched" | "mismatched"): GlueTask {
  const { train, dev } = parts(["sentence1", "sentence2"], "gold_label");
  const classes = ["entailment", "neutral", "contradiction"];
  const also = kind === "matched" ? ["mnli-matched", "mnli-m"] : ["mnli-mm"];
  return { also, folder: "MNLI", train, dev: { ...dev, file: `dev_${kind}.tsv` }, classes };
}

const mrpc = parts(["#1 String", "#2 String"], "Quality");
const stsb = parts(["sentence1", "sentence2"], "score");
const sst2 = parts(["sentence"], "label");

/** By name. The order of classes is that of Hugging Face's data sets, so that their heads mean the same. */
export const GLUE: Readonly<Record<string, GlueTask>> = {
  cola: {
    folder: "CoLA",
    ...parts([3], 1),
    classes: BINARY,
    task: "acceptability",
    called: ["unacceptable", "acceptable"],
  },
  "sst-2": {
    ...{ also: ["sst2"], folder: "SST-2", ...sst2, classes: BINARY, called: ["negative", "positive"] },
    test: { ...sst2.dev, file: "test-labeled.tsv" },
  },
  mrpc: {
    ...{ folder: "MRPC", ...mrpc, classes: BINARY, task: "paraphrase", called: ["not_equivalent", "equivalent"] },
    test: { ...mrpc.dev, file: "msr_paraphrase_test.txt" },
  },
  "sts-b": {
    ...{ also: ["stsb"], folder: "STS-B", ...stsb, task: "similarity" },
    test: { file: "sts-test.tsv", texts: [5, 6], target: 4 },
  },
  qqp: {
    ...{ folder: "QQP", ...parts(["question1", "question2"], "is_duplicate"), classes: BINARY },
    ...{ task: "paraphrase", hasBroken: true, called: ["not_duplicate", "duplicate"] },
  },
  mnli: mnli("matched"),
  "mnli-mismatched": mnli("mismatched"),
  qnli: { folder: "QNLI", ...parts(["question", "sentence"], "label"), classes: ENTAILMENT },
  rte: { folder: "RTE", ...parts(["sentence1", "sentence2"], "label"), classes: ENTAILMENT },
  wnli: {
    folder: "WNLI",
    ...parts(["sentence1", "sentence2"], "label"),
    classes: BINARY,
    called: [...ENTAILMENT].reverse(),
  },
};

/** The name that a task of GLUE is called by here, whatever its spelling; undefined where there is none. */
export function glueName(spelt: string): string | undefined {
  const name = spelt.toLowerCase();
  return Object.keys(GLUE).find((task) => task === name || GLUE[task]!.also?.includes(name));
}
