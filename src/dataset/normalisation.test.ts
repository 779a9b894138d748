/** What pixels are normalised by is part of a data set's name where it differs, in one spelling, and nowhere else. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sha256Hex } from "../base/hash.ts";
import { scalingsOf } from "../train/experiment.ts";
import { parseIdentity } from "./identity.ts";
import { describeDataset, loadDataset } from "./load.ts";
import { normalised } from "./normalisation.ts";
import { dataNameOf } from "./source/asked.ts";
import { checkDatasetName } from "./source/check.ts";
import { dataTitle, normalisationOfName, parseDataName } from "./source/name.ts";
import { syntheticDataset } from "./synthetic.ts";

test.each([
  ["mnist", {}, "mnist"],
  ["mnist", { mean: [0], std: [1] }, "mnist?mean=0&std=1"],
  ["mnist?std=1", { mean: [0] }, "mnist?mean=0&std=1"],
  ["mnist?std=1&mean=0", { std: [0.5] }, "mnist?mean=0&std=0.5"],
  ["mnist", { mean: [0.1307], std: [0.3081] }, "mnist"],
  ["mnist?mean=0.1307&std=1", {}, "mnist?std=1"],
  ["cifar10", { mean: [0, 0, 0], std: [1] }, "cifar10?mean=0&std=1"],
  ["cifar10", { mean: [0.4914, 0.4822, 0.4465] }, "cifar10"],
  ["cifar10", { mean: [0.4, 0.5, 0.6] }, "cifar10?mean=0.4,0.5,0.6"],
  ["folder:a?b@32", { mean: [0] }, "folder:a?b@32?mean=0"],
])("%s by %o is called %s", (name, by, expected) => {
  expect(dataNameOf(name, by)).toBe(expected);
});

test("a name says back what it was told", () => {
  const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-6, max: 9 }), {
    minLength: 2,
    maxLength: 4,
  });
  fc.assert(
    fc.property(numbers, numbers, (mean, std) => {
      const name = parseDataName(dataNameOf("folder:x", { mean, std }));
      const first = (values: readonly number[]) => (new Set(values).size === 1 ? values.slice(0, 1) : values);
      expect(name.place).toBe("x");
      expect(normalisationOfName(name)).toEqual({ mean: first(mean), std: first(std) });
    }),
  );
});

describe("a data set by name", async () => {
  const raw = await loadDataset("synthetic?mean=0&std=1");

  test("has the same images under its own name, and pixels become 0..1", async () => {
    const published = syntheticDataset();
    const { train, test: _, ...told } = raw;
    const { train: images, test: _test, ...own } = published;
    expect(told).toEqual({ ...own, name: "synthetic?mean=0&std=1", mean: [0], std: [1] });
    const bytes = (table: typeof train) => sha256Hex(table.columns.images!.data as Uint8Array);
    expect(bytes(train)).toBe(bytes(images));
    expect(await describeDataset("synthetic?mean=0&std=1")).toMatchObject({ name: raw.name, mean: [0], std: [1] });
    const { scale, shift } = scalingsOf(raw).images!;
    expect([scale[0], Math.abs(shift[0]!)]).toEqual([Math.fround(1 / 255), 0]);
  });

  test("with the published numbers is the published one", async () => {
    expect((await loadDataset("synthetic?mean=0.2883&std=0.1583")).name).toBe("synthetic");
  });

  test("has a title that a reader understands", () => {
    expect(dataTitle(raw.name)).toBe("synthetic (mean 0, std 1)");
  });
});

test("a folder's identity has them as options", () => {
  const name = `folder@32#${"ab".repeat(32)}`;
  const raw = normalised({ ...syntheticDataset({ train: 10, test: 10 }), name }, { mean: [0] });
  expect(raw.name).toBe(`${name}?mean=0`);
  expect(parseIdentity(raw.name)?.options).toEqual({ mean: ["0"] });
});

test.each([
  ["mnist?mean=a", 'mean: must be a number from -10000000000 to 10000000000, or one for each channel, got "a"'],
  ["mnist?mean=1e11", "mean: must be a number from"],
  ["mnist?std=0", 'std: must be a number from 1e-10 to 10000000000, or one for each channel, got "0"'],
  // 0 and infinity as 32-bit floats, with which a training would begin.
  ["mnist?std=1e-40", "std: must be a number from 1e-10 to 10000000000"],
  ["mnist?std=1e300", "std: must be a number from 1e-10 to 10000000000"],
  ["mnist?mean=0&mean=1", 'data set: options of a registered data set are mean, std, task, each once, got "mean"'],
  ["mnits?mean=0", "must be one of mnist"],
])("%s is refused", (name, message) => {
  expect(() => checkDatasetName(name, "data")).toThrow(message);
});

test.each([
  ["mnist", { mean: [0, 1] }, 'mean: must be one number, or one for each of the 1 channels of mnist, got "0,1"'],
  ["csv:a.csv?target=b", { std: [1] }, "std: does nothing for a table"],
])("%s by %o is refused", (name, by, message) => {
  expect(() => dataNameOf(name, by)).toThrow(message);
});
