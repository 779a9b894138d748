/** The study `ticket`: what a recipe makes, what options change of it, and recipes that are refused. */
import { describe, expect, test } from "vitest";
import { sha256OfTensors } from "../../model/identity.ts";
import { plainTraining, recipeIn } from "../../step/recipe.ts";
import type { TrainParams } from "../../step/train.ts";
import type { ArtifactStore } from "../../store/store.ts";
import { tinySpec } from "../fixtures/studies.ts";
import { type PruningSpec, parsePruningSpec } from "../shared/spec.ts";
import { digest, from, metadata, params } from "./fixtures/file.ts";
import { ticket } from "./kind.ts";
import { remarks, type TicketRow } from "./rows.ts";

const specOf = (options: object = {}) => ticket.specOf({ from, ...options });

describe("a specification", () => {
  test("is what the recipe says", () => {
    expect(specOf()).toMatchObject({
      ...{ model: "mlp-6", data: "synthetic", validation: 20, batch: 40, optimizer: params.optimizer },
      ...{ lr: 0.1, warmup: "2it", steps: "9it", rewind: "3it", evaluateEvery: "3it", init: "kaiming-normal" },
      schedule: { name: "step", milestones: ["5it", "7it"], factor: 0.1 },
      ...{ seed: 3, replicate: 1, level: 4, arms: ["ticket"], replicates: 1 },
    });
    expect(ticket.parse(JSON.parse(JSON.stringify(specOf())))).toEqual(specOf());
  });

  test("changes by what is asked for alone", () => {
    const { schedule, optimizer, ...rest } = specOf({ lr: 0.5, weightDecay: 0, lrFactor: 0.2 });
    expect(optimizer).toEqual({ ...params.optimizer, weightDecay: 0 });
    expect(schedule).toEqual({ name: "step", milestones: ["5it", "7it"], factor: 0.2 });
    const { schedule: _, optimizer: __, ...before } = specOf();
    expect(rest).toEqual({ ...before, lr: 0.5 });
    expect(specOf({ optimizer: "adam" }).optimizer).toMatchObject({ name: "adam", weightDecay: 0 });
  });

  test.each<[string, object, RegExp]>([
    ["without a file", { from: undefined }, /^from: is needed/],
    ["an option without a use", { epsilon: 1e-7 }, /^epsilon: does nothing without/],
    ["an arm whose weights are not in the file", { arms: ["shuffle"] }, /^arms/],
    [
      "tensors of another file",
      { from: { ...from, sha256: digest("d") } },
      /^t.safetensors: its tensors must be those/,
    ],
  ])("%s is refused", (_, options, message) => {
    expect(() => specOf(options)).toThrow(message);
  });
});

test.each<[string, string | undefined, RegExp]>([
  ["none", undefined, /^f: recipe: the metadata must say how the ticket is trained, got "nothing". Write the file/],
  ["no JSON", "{", /^f: recipe: .* got "no JSON object"/],
  [
    "another format",
    metadata.recipe!.replace('"format":1', '"format":2'),
    /must be of format 1 .* got "format 2, version 1"/,
  ],
  [
    "another version",
    metadata.recipe!.replace('"version":1', '"version":7'),
    /Repeat it with the release of Tombola that wrote/,
  ],
  [
    "a batch of none",
    metadata.recipe!.replace('"batch":40', '"batch":0'),
    /^f: recipe.params.batch: .*Get the file again/,
  ],
  ["an optimizer that is none", metadata.recipe!.replace('"sgd"', '"sdg"'), /^f: recipe.params.optimizer/],
  ["a key that is none", metadata.recipe!.replace(digest("a"), "abc"), /^f: recipe.key: must be a SHA-256/],
  ["more than it may say", metadata.recipe!.replace('"seed":3', '"seed":3,"method":{}'), /^f: recipe.params/],
])("a recipe with %s is refused", (_, recipe, message) => {
  const told = recipe === undefined ? {} : { recipe };
  expect(() => recipeIn(told, "f")).toThrow(
    expect.objectContaining({ code: "data", message: expect.stringMatching(message) }),
  );
});

test("trainings that do more than train under one mask have no recipe", () => {
  const train = params as TrainParams;
  expect(plainTraining(train)).toEqual(params);
  expect(plainTraining({ ...train, cutWeights: "frozen" })).toEqual({ more: "cutWeights frozen" });
  expect(plainTraining({ ...train, stretch: {} })).toEqual({ more: "stretch longer" });
  const cosine = { ...params.schedule, shape: { name: "cosine", end: 8 } } as const;
  expect(plainTraining({ ...train, schedule: cosine })).toEqual({ more: "a schedule that ends at iteration 8" });
});

test("what repeats the file's training tells whether it has its bits, and by which arithmetic it has not", async () => {
  const tensors = new Map([["w", { dtype: "F32", shape: [1], data: Float32Array.of(1) } as const]]);
  const store = { read: async () => ({ tensors, meta: { arithmetic: "float64" } }) } as unknown as ArtifactStore;
  const row = (trained: string) => ({ artifact: digest("a"), repeats: { name: "t", trained, arithmetic: "fused" } });
  const tell = (trained: string) => remarks([row(trained) as TicketRow], store);
  const own = sha256OfTensors(tensors);
  expect(await tell(own)).toEqual([`This is the training of t, with the same bits: SHA-256 ${own}.`]);
  const other = `This is the training of t, with other bits: SHA-256 ${own} where the file has ${digest("c")}`;
  expect(await tell(digest("c"))).toEqual([`${other}, for it was trained by fused arithmetic and this by float64.`]);
  expect(await remarks([{ artifact: digest("a") } as TicketRow], store)).toEqual([]);
});

describe("weights of a file in a pruning study", () => {
  const start = { name: "t.safetensors", sha256: digest("b") };
  const spec = (changes: Partial<PruningSpec>) => parsePruningSpec(tinySpec({ from: start, ...changes }));

  test("are refused beside a trained network, and pruned ones where weights would be moved to places without any", () => {
    expect(() => spec({ trained: start, arms: ["finetune"], rewindTo: "1ep" })).toThrow(/^from: level 0 is trained/);
    expect(() => spec({ from: { ...start, masked: true }, arms: ["shuffle"] })).toThrow(/^arms: shuffle moves weights/);
    expect(spec({ arms: ["shuffle"] }).from).toEqual(start);
  });
});
