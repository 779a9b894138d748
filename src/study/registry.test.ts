/** The registry of studies: names are of one study and one step each, and modules bring more. */
import { expect, test } from "vitest";
import { stepNamed } from "../step/registry.ts";
import { loadStudies, studyModules } from "./load.ts";
import { imp } from "./pruning/kind.ts";
import { findStudy, registerStudy, studyKinds, studyNamed } from "./registry.ts";

test("has the studies of this package, each under its name", () => {
  const names =
    "imp oneshot figure1 forgetting scratch instability figure2 figure3 methods supermask edge-popup strong".split(" ");
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

test("a module brings a study and its step, once", async () => {
  const source = `
    const own = { name: "registry-step", version: 3, run: async () => ({ tensors: new Map(), result: {} }) };
    const lists = { options: [], presets: [], examples: [], columns: [], figures: [], steps: [own] };
    const does = { specOf() {}, parse() {}, plan() {}, rows() {}, say() {}, title() {} };
    export default [{ name: "registry-study", summary: "", ...lists, ...does }];`;
  const url = `data:text/javascript,${encodeURIComponent(source)}`;
  await loadStudies([url, url]);
  expect(studyModules().filter((each) => each === url)).toHaveLength(1);
  expect([studyNamed("registry-study").name, stepNamed("registry-step").version]).toEqual(["registry-study", 3]);
  const nothing = "data:text/javascript,export default {}";
  await expect(loadStudies([nothing])).rejects.toMatchObject({ code: "usage", where: nothing });
  await expect(loadStudies([nothing])).rejects.toThrow('a kind of study or a list of them, got "name: undefined"');
  await expect(loadStudies(["/nowhere.mjs"])).rejects.toThrow("/nowhere.mjs: the module of a study must load");
});
