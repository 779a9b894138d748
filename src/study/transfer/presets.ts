/** The presets of studies that carry masks from task to task. */
import type { Preset } from "../kind.ts";
import type { TransferOptions } from "./options.ts";

type Named = Preset & { readonly options: TransferOptions };

const SMALL = { model: "bert-4x128", length: 64, batch: 32, lr: 1e-4 } as const;

export const MATRIX_PRESETS: readonly Named[] = [
  {
    name: "smoke",
    summary: "a try without data, on pictures, in a few seconds",
    options: {
      ...{ model: "mlp-16", tasks: ["synthetic", "synthetic?mean=0&std=1"], level: [2], cut: 0.3, lr: 0.002 },
      ...{ steps: "40it", batch: 60, optimizer: "adam", init: "glorot-normal", replicates: 2 },
    },
  },
  {
    name: "laptop",
    summary: "four tasks of GLUE and masked words on a small BERT, in hours on two cores; add --vocab FOLDER",
    options: {
      ...SMALL,
      tasks: ["glue:mrpc", "glue:sts-b", "glue:cola", "glue:sst-2", "mlm:wikitext-2?train=16000&dev=500"],
      ...{ steps: "3ep", taskSteps: { mlm: "1000it" }, searchSteps: { mlm: "500it" }, trainSizes: { "sst-2": 8000 } },
      ...{ level: [7], searches: true },
    },
  },
  {
    name: "paper",
    summary: "Chen et al. 2020: BERT-base at 70 %, in weeks on two cores; add --model bert:FOLDER --vocab FOLDER",
    options: {
      ...{ model: "bert-12x768", length: 128, batch: 32, lr: 2e-5 },
      tasks: [
        ...[
          "glue:mnli",
          "glue:qqp",
          "glue:sts-b",
          "glue:wnli",
          "glue:qnli",
          "glue:mrpc",
          "glue:rte",
          "glue:sst-2",
          "glue:cola",
        ],
        ...["squad:v1.1?length=384", "mlm:wikitext-2?length=512"],
      ],
      ...{ steps: "3ep", taskSteps: { squad: "4ep", mlm: "20000it" }, searchSteps: { mlm: "10000it" } },
      ...{ level: [7], searches: true, headRule: "kept", replicates: 3 },
    },
  },
];

export const TICKETS_PRESETS: readonly Named[] = [
  {
    name: "smoke",
    summary: "a network of two blocks and two levels, in seconds; add --data and --vocab",
    options: { model: "bert-2x16x2", length: 16, batch: 8, lr: 0.003, steps: "6it", levels: 2, cut: 0.3 },
  },
  {
    name: "laptop",
    summary: "MRPC on a small BERT, all arms, down to 30 % of the weights, in an hour on two cores; add --vocab FOLDER",
    options: { ...SMALL, data: "glue:mrpc", steps: "3ep", levels: 7, searches: true, replicates: 3 },
  },
  {
    name: "paper",
    summary: "Chen et al. 2020 on MRPC, in days on two cores; add --model bert:FOLDER --vocab FOLDER",
    options: {
      ...{
        model: "bert-12x768",
        length: 128,
        batch: 32,
        lr: 2e-5,
        data: "glue:mrpc",
        mlm: "mlm:wikitext-2?length=512",
      },
      ...{ steps: "3ep", taskSteps: { mlm: "20000it" }, searchSteps: { mlm: "10000it" } },
      ...{ levels: 9, searches: true, headRule: "kept", replicates: 3 },
    },
  },
];
