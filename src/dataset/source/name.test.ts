/** Proves that names of data sets are read as written, in one spelling, and that misspelt ones find what was meant. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OFFICIAL_NAMES } from "../official/sets.ts";
import { datasetNames } from "../registry.ts";
import { dataNameOf } from "./asked.ts";
import { checkDatasetName, DATA_FORMS } from "./check.ts";
import { dataTitle, decoded, formatDataName, parseDataName } from "./name.ts";
import { SOURCES } from "./sources.ts";

const read = (name: string) => {
  const { source, ...rest } = parseDataName(name);
  return { prefix: source.prefix, ...rest };
};

const MODIFIED = {
  classes: fc.constantFrom("0-4", "1,3"),
  half: fc.constantFrom("a", "b"),
  size: fc.constantFrom("1", "5000"),
};

describe("a name", () => {
  test.each([
    ["folder:pictures", { prefix: "folder", place: "pictures", size: 32 }],
    ["folder:/a b/c@64", { prefix: "folder", place: "/a b/c", size: 64 }],
    ["folder:me@home@8", { prefix: "folder", place: "me@home", size: 8 }],
    ["folder:x@16#0123456789ab", { prefix: "folder", place: "x", size: 16, digest: "0123456789ab" }],
    ["folder:x#y", { prefix: "folder", place: "x#y", size: 32 }],
    ["folder:x@28:grey", { prefix: "folder", place: "x", size: 28, words: ["grey"] }],
    ["folder:x:allow-missing:grey", { prefix: "folder", place: "x", size: 32, words: ["grey", "allow-missing"] }],
    ["folder:a?b@32?std=2", { prefix: "folder", place: "a?b", size: 32, options: { std: "2" } }],
    ["npz:C:/x.npz:nchw#0123456789ab", { prefix: "npz", place: "C:/x.npz", words: ["nchw"], digest: "0123456789ab" }],
    ["npz:x.npz?task=regression&mean=0", { prefix: "npz", place: "x.npz", options: { task: "regression", mean: "0" } }],
    ["npy:x.npy,y.npy", { prefix: "npy", place: "x.npy,y.npy" }],
    ["idx:mnist", { prefix: "idx", place: "mnist" }],
    ["csv:a.csv", { prefix: "csv", place: "a.csv" }],
    [
      "csv:a.data:headerless?target=1",
      { prefix: "csv", place: "a.data", words: ["headerless"], options: { target: "1" } },
    ],
    ["mnist?mean=0,0", { prefix: "", place: "mnist", options: { mean: "0" } }],
    ["mnist@32:rgb", { prefix: "", place: "mnist", size: 32, words: ["rgb"] }],
    [
      "own@0123abc.0123:classes=0-4:half=a?std=2",
      { prefix: "", place: "own@0123abc.0123", modifiers: { classes: "0-4", half: "a" }, options: { std: "2" } },
    ],
    [
      "folder:x@28:grey:size=50#0123456789ab",
      { prefix: "folder", place: "x", size: 28, words: ["grey"], modifiers: { size: "50" }, digest: "0123456789ab" },
    ],
    [
      "usps@28#0123456789ab?std=2",
      { prefix: "", place: "usps", size: 28, digest: "0123456789ab", options: { std: "2" } },
    ],
    ["tiny-imagenet:grey", { prefix: "", place: "tiny-imagenet", size: 64, words: ["grey"] }],
    ["usps@0123abc.0123", { prefix: "", place: "usps@0123abc.0123" }],
    ["npz:a:half=b/x.npz@16", { prefix: "npz", place: "a:half=b/x.npz", size: 16 }],
  ])("is taken apart: %s", (name, expected) => {
    expect(read(name)).toEqual({ words: [], modifiers: {}, options: {}, ...expected });
  });

  test.each([
    ["folder:", "data set: must be folder:PATH@SIZE"],
    ["folder:x@0", "the size behind @ must be from 1 to 1024 pixels"],
    ["folder:x@2000", "the size behind @ must be from 1 to 1024 pixels"],
    [
      "folder:x@28:gray",
      'may stand :grey, :allow-missing, :classes=, :half=, :size=, got "gray". Correct folder:x@28:gray',
    ],
    ["mnist:grey", 'behind the name may stand :rgb, :classes=, :half=, :size=, got "grey". Correct mnist:grey'],
    ["svhn:grey", 'behind the name may stand :rgb, :classes=, :half=, :size=, got "grey"'],
    ["mnist@32:clases=0-4", 'may stand :rgb, :classes=, :half=, :size=, got "clases=0-4"'],
    ["npz:", "must be npz:FILE"],
    ["csv:", "must be csv:PATH"],
    ["csv:a.csv?target=a&mean=0", 'options of csv:PATH are target, task, test, each once, got "mean"'],
    ["npz:a.npz?task=regression&task=regression", "options of npz:PATH are task, mean, std, each once"],
    [
      "csv:a.csv?target=a&header=none",
      'got "header". Correct csv:a.csv?target=a&header=none. There may stand :headerless,',
    ],
    [
      "folder:x@8?grey=1",
      'options of folder:PATH are mean, std, task, each once, got "grey". Correct folder:x@8?grey=1',
    ],
    ["mnist?size=8", 'options of a registered data set are mean, std, task, each once, got "size"'],
    ["npz:a.npz?std=0", "std: must be a number from 1e-10"],
  ])("is refused: %s", (name, message) => {
    expect(() => parseDataName(name)).toThrow(message);
    expect(() => parseDataName(name)).toThrow(expect.objectContaining({ code: "usage" }));
  });

  test("is read back as it was written, of every kind of source", () => {
    const digest = fc.option(fc.stringMatching(/^[0-9a-f]{12}$/), { nil: undefined });
    const numbers = fc.constantFrom("0", "0.5,0.25,1", undefined);
    const text = fc.string({ minLength: 1, unit: "grapheme" }).map(encodeURIComponent);
    const count = fc.constantFrom("1", "128", undefined);
    const parts = {
      ...{ target: text, task: text, test: text, mean: numbers, std: fc.constantFrom("1", "0.5", undefined) },
      ...{
        vocab: text,
        text,
        length: count,
        vocabulary: count,
        tokens: count,
        stride: count,
        train: count,
        dev: count,
      },
    };
    for (const source of SOURCES) {
      const name = fc.record({
        place: fc.stringMatching(/^[a-z/. ]+$/),
        digest,
        size: source.size ? fc.integer({ min: 1, max: source.size.most }) : fc.constant(undefined),
        words: fc.subarray([...source.words]),
        modifiers: source.isModified ? fc.record(MODIFIED, { requiredKeys: [] }) : fc.constant({}),
        options: fc.record(Object.fromEntries(source.options.map((option) => [option, parts[option]]))),
      });
      fc.assert(
        fc.property(name, ({ place, digest, size, words, modifiers, options }) => {
          const told = { source, place, ...(size && { size }), words, modifiers, ...(digest && { digest }), options };
          const said = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
          expect(parseDataName(formatDataName(told))).toEqual({ ...told, options: said });
        }),
      );
    }
  });
});

describe("what is asked for beside the name", () => {
  test.each([
    ["csv:a.csv", { target: ["a b", "c"] }, "csv:a.csv?target=a%20b,c&task=classification"],
    ["csv:a.csv?target=x", { target: ["y"], test: "b.csv" }, "csv:a.csv?target=y&task=classification&test=b.csv"],
    ["npz:a.npz", { task: "classification" }, "npz:a.npz"],
    ["npz:a.npz", { task: "regression", std: [1] }, "npz:a.npz?task=regression&std=1"],
    ["npz:a.npz", { normalise: "half" }, "npz:a.npz?mean=0.5&std=0.5"],
    ["folder:x", { allowMissing: true }, "folder:x@32:allow-missing"],
    ["mnist", { task: "own@1", mean: [0] }, "mnist?mean=0&task=own@1"],
    ["mnist?task=own@1", { task: "own@2" }, "mnist?task=own@2"],
    ["folder:x", { task: "own@1", std: [1] }, "folder:x@32?std=1&task=own@1"],
    ["idx:x", { task: "own@1" }, "idx:x?task=own@1"],
    ["cifar10", { normalise: "cifar10" }, "cifar10"],
    ["cifar10:size=5000:classes=0,1", { mean: [0] }, "cifar10:classes=0-1:size=5000?mean=0"],
    ["mnist@32:rgb", { normalise: "mnist" }, "mnist@32:rgb"],
    ["idx:x:half=a", {}, "idx:x:half=a"],
    ["cifar10", { normalise: "imagenet" }, "cifar10?mean=0.485,0.456,0.406&std=0.229,0.224,0.225"],
  ])("%s with %o is %s", (name, asked, expected) => {
    expect(dataNameOf(name, asked)).toBe(expected);
  });

  test.each([
    ["mnist", { target: ["a"] }, "target: does nothing without data csv:PATH"],
    ["mnist", { task: "regression" }, "task: does nothing without data csv:PATH or npz:PATH or npy:PATH or texts:PATH"],
    ["npz:a.npz", { test: "b" }, "test: does nothing without data csv:PATH"],
    ["csv:a.csv", { normalise: "half" }, "normalise: mean does nothing for a table"],
    ["csv:a.csv", { mean: [0] }, "mean: does nothing for a table"],
    ["cifar10", { normalise: "half", mean: [0] }, 'normalise: says mean and deviation both, got "half"'],
    ["cifar10", { normalise: "imagenett" }, "Did you mean imagenet?"],
    [
      "mnist",
      { normalise: "imagenet" },
      "normalise: mean must be one number, or one for each of the 1 channels of mnist",
    ],
    ["mnist", { allowMissing: true }, "allowMissing: does nothing without data folder:PATH"],
  ])("%s with %o is refused", (name, asked, message) => {
    expect(() => dataNameOf(name, asked)).toThrow(message);
  });
});

test.each([
  ["csv:/a/housing.csv?target=price", "price of housing.csv"],
  ["npz:/a/b/digits.npz:nchw#0123456789ab?mean=0", "digits.npz (mean 0)"],
  ["npy:/a/x.npy,/a/y.npy", "x.npy, y.npy"],
  ["mnist?mean=0&std=1", "mnist (mean 0, std 1)"],
  ["mnist@32:rgb:half=a:size=5000?mean=0", "mnist (at 32 x 32, as RGB, half a, 5,000 images trained on, mean 0)"],
  ["folder:/a/b@32:classes=0,2", "b at 32 x 32 (classes 0, 2)"],
  [`mnist?mean=0&task=own@${"0123abcd".repeat(8)}`, "mnist (mean 0, task own@0123abcd)"],
])("%s has a title", (name, title) => {
  expect(dataTitle(name)).toBe(title);
});

test("an escape that is none is told", () => {
  expect(() => decoded("%zz")).toThrow("escapes must be those of addresses");
});

describe("checkDatasetName", () => {
  test.each([
    ["minst", "mnist"],
    ["cifar-10", "cifar10"],
    ["CIFAR10", "cifar10"],
    ["fashion_mnist", "fashion-mnist"],
    ["svhm", "svhn"],
    ["places365", undefined],
  ])("refuses %s", (name, meant) => {
    const forms = DATA_FORMS.map((form) => `; ${form}`).join("");
    const rule = `--data: must be one of ${[...datasetNames, ...OFFICIAL_NAMES].join(", ")}${forms}`;
    const remedy = meant ? `. Did you mean ${meant}?` : "";
    expect(() => checkDatasetName(name, "--data")).toThrow(`${rule}, got "${name}"${remedy}`);
  });

  test("knows folders and all data sets", () => {
    for (const name of [...datasetNames, ...OFFICIAL_NAMES, "folder:x", "usps@28:half=a#0123456789ab"])
      expect(checkDatasetName(name, "--data")).toBe(name);
  });
});
