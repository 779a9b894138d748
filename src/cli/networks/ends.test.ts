import { expect, test } from "vitest";
import { type End, findEnd, subjectOf } from "./ends.ts";

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
