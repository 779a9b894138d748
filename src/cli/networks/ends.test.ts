import { expect, test } from "vitest";
import type { Dataset } from "../../dataset/dataset.ts";
import { syntheticDataset } from "../../dataset/synthetic.ts";
import { createEngine } from "../../engine/choose.ts";
import { initialise } from "../../model/initialise.ts";
import { parseModel } from "../../model/registry.ts";
import { type End, findEnd, namesOf, requireScores, scoredOn, subjectOf } from "./ends.ts";

const end = (name: string, known: End["known"] = {}): End => ({ name, known, read: () => expect.unreachable() });
const lenet = { model: "lenet-300-100", data: "mnist" };

test("artifacts say what they are; files need the options", () => {
  expect(subjectOf([end("aaaa", lenet), end("bbbb", lenet)], {})).toEqual({ ...lenet, validation: 0 });
  expect(subjectOf([end("aaaa", lenet), end("b.safetensors")], {})).toEqual({ ...lenet, validation: 0 });
  expect(subjectOf([end("a.safetensors"), end("b.safetensors")], lenet)).toEqual({ ...lenet, validation: 0 });
  expect(() => subjectOf([end("a"), end("b")], { model: "mlp-8" })).toThrow(
    "--data: is needed: files do not name a data",
  );
  expect(() => subjectOf([end("a"), end("b")], { data: "mnist" })).toThrow(
    "--model: is needed: files do not name a model",
  );
});

test("figures call networks by what they are, files without their folder, and what is alike by key too", () => {
  const ticket = { title: "ticket, level 3, replicate 0" };
  expect(
    namesOf([{ name: "0123456789abcdef", ...ticket }, { name: "far/away.pth" }, { name: "fedcba9876543210" }]),
  ).toEqual([ticket.title, "away.pth", "fedcba987654"]);
  expect(
    namesOf([
      { name: "0123456789", ...ticket },
      { name: "9876543210", ...ticket },
    ]),
  ).toEqual([`${ticket.title} (01234567)`, `${ticket.title} (98765432)`]);
});

test("the images that both were trained on are what is left of either", () => {
  const [a, b] = [
    end("aaaa", { ...lenet, validation: 5000, trainSize: 20_000 }),
    end("bbbb", { ...lenet, trainSize: 9 }),
  ];
  expect(subjectOf([a, b], {})).toEqual({ ...lenet, validation: 5000, trainSize: 9 });
});

test("networks of different models or data sets are refused, whoever says so", () => {
  const other = { ...lenet, data: "fashion-mnist" };
  expect(() => subjectOf([end("aaaa", lenet), end("bbbb", other)], {})).toThrow(
    'bbbb: both networks must have the same data set; aaaa has mnist, got "fashion-mnist"',
  );
  expect(() => subjectOf([end("aaaa", lenet), end("bbbb", lenet)], { model: "mlp-8" })).toThrow(
    '--model: both networks must have the same model; aaaa has lenet-300-100, got "mlp-8"',
  );
});

test("a name that is neither a file nor a key", async () => {
  await expect(findEnd("missing.safetensors", {})).rejects.toThrow(
    "missing.safetensors: the file must exist. An artifact of a store is named by 4 or more digits of its key",
  );
});

/** 20 rows of one feature, 0 to 19, and a target twice as large. */
const prices: Dataset = (() => {
  const part = (count: number) => {
    const data = Float32Array.from({ length: count }, (_, i) => i);
    const column = { type: "f32", shape: [1] } as const;
    return { count, columns: { features: { ...column, data }, targets: { ...column, data: data.map((x) => 2 * x) } } };
  };
  return { name: "prices", shape: [1], target: { kind: "numbers", names: ["price"] }, outputs: 1, ...parts(part) };
})();

function parts<T>(part: (count: number) => T): { train: T; test: T } {
  return { train: part(20), test: part(5) };
}

const mlp = { model: "mlp-2", data: "prices" };

/** What is scored, and the mean that features are standardised by. */
function meanOf(ends: readonly End[], trainImages?: number) {
  const asked = { most: 100, ...(trainImages !== undefined && { trainImages }) };
  const { dataset, train } = scoredOn(prices, { ends, subject: subjectOf(ends, mlp) }, asked);
  return [dataset.standardised!.features!.mean[0], train.length];
}

test("floats are standardised by the rows that artifacts were trained on, and for files by those of a run", () => {
  expect(meanOf([end("aaaa", { ...mlp, validation: 10 }), end("bbbb", { ...mlp, validation: 4 })])).toEqual([4.5, 10]);
  expect(meanOf([end("aaaa", { ...mlp, validation: 0, trainSize: 5 }), end("b.safetensors")])).toEqual([2, 5]);
  // A tenth of the rows is held back.
  expect(meanOf([end("a.safetensors"), end("b.safetensors")], 3)).toEqual([8.5, 3]);
  const images = syntheticDataset({ train: 20, test: 5 });
  const files = [end("a.safetensors", lenet), end("b.safetensors", lenet)];
  const scored = scoredOn(images, { ends: files, subject: subjectOf(files, {}) }, { most: 100 });
  expect([scored.dataset, scored.train.length]).toEqual([images, 20]);
});

test("an end that scores no finite loss is named", async () => {
  const engine = await createEngine("auto");
  const ends = [end("aaaa", { ...mlp, validation: 0 })];
  const { dataset, train } = scoredOn(prices, { ends, subject: subjectOf(ends, {}) }, { most: 100 });
  const model = parseModel("mlp-2", dataset);
  const weights = initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: 0 });
  const broken = new Map([...weights].map(([name, values]) => [name, values.map(() => 1e38)]));
  const [good, bad] = [weights, broken].map((own) => ({ weights: own, mask: null }));
  const options = { model, dataset, train, statistics: null };
  await requireScores(engine, options, [["good", good!]]);
  await expect(
    requireScores(engine, options, [
      ["good", good!],
      ["cccc", bad!],
    ]),
  ).rejects.toMatchObject({
    code: "diverged",
    message: expect.stringMatching(/^cccc: must score a finite loss/),
  });
});
