/** Proves that folder names are read as written and that misspelt names find what was meant. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvName, folderName, parseCsvName, parseFolderName } from "./names.ts";
import { checkDatasetName, datasetNames } from "./registry.ts";

describe("parseFolderName", () => {
  test.each([
    ["folder:pictures", { path: "pictures", size: 32 }],
    ["folder:/a b/c@64", { path: "/a b/c", size: 64 }],
    ["folder:me@home@8", { path: "me@home", size: 8 }],
    ["folder:x@16#0123456789ab", { path: "x", size: 16, digest: "0123456789ab" }],
    ["folder:x#y", { path: "x#y", size: 32 }],
    ["mnist", undefined],
  ])("reads %s", (name, expected) => {
    expect(parseFolderName(name)).toEqual(expected);
  });

  test("reads back what folderName writes", () => {
    const digest = fc.option(fc.stringMatching(/^[0-9a-f]{12}$/), { nil: undefined });
    const folder = fc.record({ path: fc.string({ minLength: 1 }), size: fc.integer({ min: 1, max: 1024 }), digest });
    fc.assert(
      fc.property(folder, ({ path, size, digest }) => {
        const name = { path, size, ...(digest ? { digest } : {}) };
        expect(parseFolderName(folderName(name))).toEqual(name);
      }),
    );
  });

  test.each(["folder:", "folder:x@0", "folder:x@2000"])("refuses %s", (name) => {
    expect(() => parseFolderName(name)).toThrow(expect.objectContaining({ code: "usage" }));
  });
});

describe("checkDatasetName", () => {
  test.each([
    ["minst", "mnist"],
    ["cifar-10", "cifar10"],
    ["CIFAR10", "cifar10"],
    ["fashion_mnist", "fashion-mnist"],
    ["imagenet", undefined],
  ])("refuses %s", (name, meant) => {
    const rule = `--data: must be one of ${datasetNames.join(", ")}, folder:PATH for a folder of images, or csv:PATH for a table`;
    const remedy = meant ? `. Did you mean ${meant}?` : "";
    expect(() => checkDatasetName(name, "--data")).toThrow(`${rule}, got "${name}"${remedy}`);
  });

  test("knows folders and all data sets", () => {
    for (const name of [...datasetNames, "folder:x"]) expect(checkDatasetName(name, "--data")).toBe(name);
  });
});

describe("names of CSV files", () => {
  test("are read back, whatever the columns are called", () => {
    const text = fc.string({ minLength: 1 });
    const name = fc.record(
      { path: fc.stringMatching(/^[a-z/. ]+$/), target: fc.array(text, { minLength: 1 }), task: text, test: text },
      { requiredKeys: ["path", "target", "task"] },
    );
    fc.assert(
      fc.property(name, (name) => {
        expect(parseCsvName(csvName(name))).toEqual(name);
      }),
    );
  });

  test.each([
    ["csv:a.csv", "target: is needed"],
    ["csv:", "must be csv:PATH?target=COLUMN"],
  ])("%s is refused", (name, message) => {
    expect(() => parseCsvName(name)).toThrow(message);
  });
});
