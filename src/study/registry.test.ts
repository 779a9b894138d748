/** The registry of studies: names are of one study and one step each. */
import { expect, test } from "vitest";
import { imp } from "./pruning/kind.ts";
import { findStudy, registerStudy, studyKinds, studyNamed } from "./registry.ts";

test("has the studies of this package, each under its name", () => {
  const names = [
    ...["imp", "oneshot", "figure1", "forgetting", "scratch", "instability", "figure2", "figure3", "methods"],
    ...["supermask", "edge-popup", "strong", "bert-tickets", "transfer-matrix", "transfer", "odd-targets"],
    ...["lstm-tickets", "ticket", "pretraining-tickets"],
  ];
  expect(studyKinds().map(({ name }) => name)).toEqual(names);
  for (const name of names) expect(studyNamed(name).name).toBe(name);
  expect(findStudy("figure4")).toBeUndefined();
  expect(() => studyNamed("figure4")).toThrow(
    "study: must be one of imp, oneshot, figure1, forgetting, scratch, instability,",
  );
});

test("options of one study have names of their own, and a preset sets those alone", () => {
  for (const { name, options, presets } of studyKinds()) {
    const fields = options.map((option) => option.name);
    expect([name, new Set(fields).size]).toEqual([name, fields.length]);
    for (const preset of presets)
      expect([...fields, "model", "data"]).toEqual(expect.arrayContaining(Object.keys(preset.options)));
  }
});

test("refuses two studies of one name, and a name that is none", () => {
  registerStudy(imp);
  expect(() => registerStudy({ ...imp })).toThrow('study: two studies must not have one name, got "imp"');
  expect(() => registerStudy({ ...imp, name: "My study" })).toThrow("name must be of lower-case letters");
});
