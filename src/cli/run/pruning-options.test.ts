/** The command line of studies of pruning: defaults, presets, and what is refused. */
import { describe, expect, test } from "vitest";
import { findStudy, studyKinds, studyNamed } from "../../study/registry.ts";
import { specOf as spec } from "./fixtures/words.ts";

test("the default is the paper's LeNet", () => {
  expect(spec("imp")).toEqual({
    study: "imp",
    model: "lenet-300-100",
    data: "mnist",
    validation: 5000,
    batch: 60,
    loss: "cross-entropy",
    optimizer: { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
    lr: 0.0012,
    schedule: { name: "constant" },
    warmup: "0",
    steps: "50000it",
    evaluateEvery: "100it",
    init: "glorot-normal",
    levels: 20,
    cut: 0.2,
    outputCutFactor: 0.5,
    scope: "layer",
    rewind: "0",
    arms: ["ticket", "reinit", "random"],
    replicates: 1,
    seed: 1,
  });
});

test("how many rows are held out of a corpus is known once it is read, whatever else has its name", () => {
  expect(spec("imp", "--model lstm-1-16 --data corpus:synthetic --arms ticket")).not.toHaveProperty("validation");
  expect(spec("imp", "--model mlp-20 --data synthetic")).toMatchObject({ validation: 5000 });
});

test("OpenLTH's run is one command", () => {
  const command =
    "--model lenet-300-100 --data mnist --levels 18 --cut 0.2 --output-cut-factor 0 --steps 12ep --batch 128 " +
    "--optimizer sgd --lr 0.1 --init kaiming-normal --validation 0 --arms ticket,reinit --seed 1";
  expect(spec("imp", command)).toMatchObject({
    optimizer: { name: "sgd", momentum: 0, nesterov: false, weightDecay: 0 },
    levels: 18,
    outputCutFactor: 0,
    steps: "12ep",
    evaluateEvery: "1ep",
    validation: 0,
    arms: ["ticket", "reinit"],
  });
});

describe("defaults depend on", () => {
  test("the model", () => expect(spec("imp", "--model mlp-20")).toMatchObject({ outputCutFactor: 1 }));
  test("the optimizer", () => {
    expect(spec("imp", "--optimizer sgd")).toMatchObject({ lr: 0.1 });
    expect(spec("imp", "--optimizer adamw")).toMatchObject({ optimizer: { name: "adamw", weightDecay: 0.01 } });
  });
});

describe("deep networks have the defaults of their papers", () => {
  test.each([
    ["resnet-20", { init: "kaiming-normal", scope: "global", outputCutFactor: 1 }],
    ["vgg-16", { init: "kaiming-normal", scope: "global", outputCutFactor: 0 }],
  ])("%s", (model, own) => {
    expect(spec("imp", `--model ${model}`)).toMatchObject({
      ...own,
      data: "cifar10",
      augment: { crop: 4, flip: true },
      batch: 128,
      optimizer: { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 1e-4 },
      lr: 0.1,
      schedule: { name: "step", milestones: ["80ep", "120ep"], factor: 0.1 },
      steps: "160ep",
      evaluateEvery: "1ep",
    });
  });
  test.each([
    ["conv-2", { lr: 2e-4, steps: "20000it", convCutFactor: 0.5 }],
    ["conv-4-dropout0.5", { lr: 3e-4, steps: "25000it", convCutFactor: 0.5 }],
    ["conv-6", { lr: 3e-4, steps: "30000it", convCutFactor: 0.75 }],
  ])("%s", (model, own) => {
    const found = spec("imp", `--model ${model}`);
    expect(found).toMatchObject({
      ...own,
      data: "cifar10",
      batch: 60,
      optimizer: { name: "adam" },
      outputCutFactor: 0.5,
    });
    expect(found).not.toHaveProperty("augment");
  });
  test("but not those of another optimizer, nor a factor that the scope has no use for", () => {
    const other = spec("imp", "--model resnet-20 --optimizer adam");
    expect(other).toMatchObject({ lr: 0.0012, optimizer: { name: "adam", weightDecay: 0 } });
    expect(spec("imp", "--model conv-2 --scope global")).not.toHaveProperty("convCutFactor");
  });
});

describe("studies of panels", () => {
  test("figure1 without a preset is its laptop", () => {
    expect(spec("figure1")).toEqual(spec("figure1", "--preset laptop"));
    const arms = ["ticket", "reinit", "rewound"];
    expect(spec("figure1")).toMatchObject({ pruning: "imp", arms, replicates: 10, shortcutCutFactor: 0 });
  });
  test("set the learning rate", () => {
    expect(() => spec("figure1", "--lr 0.5")).toThrow("unknown option '--lr'");
  });
});

describe("presets", () => {
  const prunes = (options: readonly { name: string }[]) => options.some(({ name }) => name === "cut");
  const pruning = studyKinds().filter(({ parts, options }) => parts === undefined && prunes(options));
  const presets = pruning.flatMap(({ name: study, presets }) => presets.map((preset) => ({ ...preset, study })));
  test.each(presets)("$study --preset $name is a complete specification", ({ study, name, options }) => {
    const { augment, optimizer, momentum, weightDecay, schedule, ...rest } = options;
    // Learned masks are a part of their own of specifications.
    const fields = Object.fromEntries(Object.entries(rest).filter(([field]) => !field.startsWith("learned")));
    const found = spec(study, `--preset ${name}`);
    expect(found).toMatchObject({ study, ...inSpec(fields) });
    expect(studyNamed(study).parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
  });
  test("of imp are commands themselves", () => {
    for (const name of ["demo", "lenet-mnist", "smoke"]) {
      expect(spec(name)).toEqual(spec("imp", `--preset ${name}`));
    }
  });
  test("may be overridden", () => {
    expect(spec("smoke", "--replicates 5 --optimizer sgd")).toMatchObject({
      replicates: 5,
      lr: 0.1,
      data: "synthetic",
    });
  });
  test("with arms that make their own options idle", () => {
    expect(spec("smoke", "--arms dense")).toMatchObject({ arms: ["dense"] });
  });
});

/** Options as the specification has them. */
function inSpec({ milestones, ...fields }: object & { milestones?: readonly string[] }): object {
  return milestones ? { ...fields, schedule: { name: "step", milestones, factor: 0.1 } } : fields;
}

describe("refused, naming the option", () => {
  test.each([
    ["--momentum 0.9", "--momentum: does nothing without --optimizer sgd or sgdw, got 0.9"],
    [
      "--optimizer sgd --nesterov",
      "--nesterov: does nothing without --optimizer sgd or sgdw with --momentum, got true",
    ],
    ["--milestones 100it", "--milestones: does nothing without --schedule step"],
    ["--schedule cosine --lr-factor 0.5", "--lr-factor: does nothing without --schedule step, got 0.5"],
    ["--schedule step", "--milestones: schedule step needs them"],
    ["--arms dense --levels 3", "--levels: does nothing without an arm other than dense, got 3"],
    ["--cut 1", '--cut: must be a number between 0 and 1, such as 0.2, got "1"'],
    ["--arms tickets", "--arms: must be one of ticket, rewound, oneshot, lr-rewind, finetune, reinit, scratch-b,"],
    ["--arms rewound", "--rewind-to: arm rewound needs it: the iteration to go back to. Write it like 500it"],
    ["--rewind-to 5it", '--rewind-to: does nothing without an arm rewound, oneshot, lr-rewind or finetune, got "5it"'],
    ["--conv-cut-factor 0.5", "--conv-cut-factor: does nothing without --scope layer and convolutions, got 0.5"],
    ["--preset laptop", '--preset: of imp must be one of demo, lenet-mnist, smoke, got "laptop"'],
    ["--preset lenet-mnits", 'got "lenet-mnits". Did you mean lenet-mnist?'],
    ["--arms tickets", 'got "tickets". Did you mean ticket?'],
  ])("%s", (command, message) => {
    expect(() => spec("imp", command)).toThrow(message);
    expect(() => spec("imp", command)).toThrow(expect.objectContaining({ code: "usage" }));
  });

  test("an unknown study", () => {
    expect(findStudy("imq")).toBeUndefined();
    expect(() => studyNamed("imq")).toThrow(
      'study: must be one of imp, oneshot, figure1, forgetting, scratch, instability, figure2, figure3, methods, supermask, edge-popup, strong, bert-tickets, transfer-matrix, transfer, odd-targets, lstm-tickets, ticket, pretraining-tickets, got "imq"',
    );
  });

  test("an option of another study", () => {
    for (const words of ["--pruning oneshot", "--at 5it", "--prune-to 5ep", "--preset2 x"])
      expect(() => spec("imp", words)).toThrow("unknown option");
  });
});

test("a step schedule is complete", () => {
  const schedule = { name: "step", milestones: ["20000it", "25000it"], factor: 0.1 };
  expect(spec("imp", "--schedule step --milestones 20000it,25000it")).toMatchObject({ schedule });
});
