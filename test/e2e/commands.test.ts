/**
 * Every command of the README and of each study's `--help`: as it stands where it takes seconds, else with `--dry-run`. Where its
 * data are elsewhere its words are read and its steps are planned on data of their shapes. Help keeps to a screen.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planStudy } from "../../src/app/plan.ts";
import { dataOf } from "../../src/app/subjects.ts";
import { specOf } from "../../src/cli/run/fixtures/words.ts";
import { addRun } from "../../src/cli/run/run.ts";
import { syntheticDataset, syntheticRgbDataset } from "../../src/dataset/synthetic.ts";
import { addPretraining } from "../../src/pretrain/tasks.ts";
import { addSequenceModels } from "../../src/sequence/families.ts";
import { studyKinds, studyNamed } from "../../src/study/registry.ts";
import { registerTextTasks } from "../../src/task/text/tasks.ts";
import { newFolder, tombola } from "./tombola.ts";

addSequenceModels();
registerTextTasks();
addPretraining();

/** Lines that help has at most. */
const SCREEN = 60;

/** What the README names in place of what a reader has. */
const names: Record<string, string> = { "theirs.pth": "theirs.safetensors" };
let cwd: string;

beforeAll(async () => {
  cwd = newFolder(afterAll);
  const run = await tombola("run smoke --model mlp-16 --arms ticket,reinit --json", { cwd });
  const { run: id, rows } = JSON.parse(run.stdout);
  const [A, B, C] = rows.map(({ artifact }: { readonly artifact: string }) => artifact);
  Object.assign(names, { RUN: id, ARTIFACT: B, A, B, C });
  const sweep = await tombola("run smoke --model mlp-16 --arms ticket --sweep lr=0.01,0.1 --json", { cwd });
  Object.assign(names, { SWEEP: JSON.parse(sweep.stdout).sweep, FILE: `tombola-store/runs/${id}/figures/spec.json` });
  await tombola(`export ${A} --format safetensors --to theirs.safetensors`, { cwd });
  await tombola(`export ${id} --ticket --level 3 --to ticket.safetensors`, { cwd });
  const table = Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * 5) % 11},${(i % 7) + ((i * 5) % 11)}`);
  writeFileSync(join(cwd, "housing.csv"), `rooms,age,price\n${table.join("\n")}\n`);
});

/** Words as a shell has them: without comments, one command of several that follow each other. */
function commandsIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const [command] = line.split(/\s{2,}#/);
    return command!.split("&&").flatMap((part) => /(?:npx )?tombola (.+?)\s*$/.exec(part)?.[1] ?? []);
  });
}

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8").replace(/\\\n\s*/g, "");
const shown = commandsIn(readme.split("\n").filter((line) => /^ {4}np[xm] /.test(line)));
const inText = [...readme.matchAll(/`npx tombola ([^`]+)`/g)].map(([, words]) => words!);

/** Commands that are not carried out here, and why. */
const ELSEWHERE: readonly (readonly [RegExp, why: string])[] = [
  [/^data get /, "downloads: src/cli/machine and src/dataset/fetch have its tests"],
  [/--model bert:FOLDER/, "needs a folder of transformers: test/e2e/bert-folder.test.ts"],
  [/^bench$/, "takes minutes: test/e2e/verbs.test.ts and src/bench"],
  [/\bSTUDY\b/, "is about any study: below"],
];

/** Names of what is there, and small data of the same kind. */
function made(words: string): string {
  const all = words.split(" ").map((word) => names[word] ?? word);
  return all
    .join(" ")
    .replace(/(--weights|--trained)( \S+) --data cifar10/, "$1$2 --data synthetic")
    .replace("--data fashion-mnist", "--data mnist")
    .replace("figure ", "figure --to drawn ")
    .replace(/^gc$/, "gc --yes");
}

/** Carries a command out that is not `run`, and of that one plans what is to do. */
async function carriedOut(words: string): Promise<void> {
  const isPlanned = /^run (?!.*--help)/.test(words);
  const { code, stdout, stderr } = await tombola(isPlanned ? `${made(words)} --dry-run` : made(words), { cwd });
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringContaining("error") });
  expect(stdout + stderr).not.toBe("");
}

/** Data that every clone has, or that the command has a file of. */
const PRESENT = /^(mnist|synthetic|synthetic-rgb|corpus:synthetic.*)(\?.*)?$/;
const rows = { train: 16_000, test: 100 };
/** In the place of data that a clone may have to download. */
const standIns = [
  { ...syntheticRgbDataset(rows), name: "cifar10" },
  { ...syntheticDataset(rows), name: "mnist" },
];

/** The study of a command and what is asked of it, without the options that all commands share. */
function askedOf(words: string): readonly [study: string, words: string] | null {
  const [, study, rest] = /^run (\S+) ?(.*)$/.exec(words) ?? [];
  return study === undefined ? null : [study, rest!.replace(/ ?--(store|data-dir|engine|workers|band) \S+/g, "")];
}

/** Of `run STUDY WORDS`: whether its data are there; true where they are files that it names. */
function isHere(words: string): boolean {
  const asked = askedOf(words);
  if (!asked || /housing.csv|--trained|--from|--help|--sweep|--spec/.test(words)) return true;
  const spec = specOf(...asked);
  return dataOf(studyNamed(spec.study), spec).every((data) => PRESENT.test(data));
}

/** Reads the words, and plans the steps where the data are pictures. */
function planned(words: string): void {
  const spec = specOf(...askedOf(words)!);
  const kind = studyNamed(spec.study);
  if (dataOf(kind, spec).every((data) => standIns.some(({ name }) => name === data)))
    expect(planStudy(kind, spec, { datasets: standIns, arithmetic: "fused" }).networks.size).toBeGreaterThan(1);
  else expect(kind.parse(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
}

const isElsewhere = (words: string) => ELSEWHERE.some(([pattern]) => pattern.test(words));
const checked = (words: string) => (isHere(words) ? carriedOut(words) : planned(words));

describe("the README's commands", { timeout: 60_000 }, () => {
  test("are found", () => {
    expect(shown.length).toBeGreaterThan(20);
    expect(inText).toContain("run --help");
  });

  test.each([...new Set([...shown, ...inText])].filter((words) => !isElsewhere(words)))("%s", checked);
});

/** What `tombola run STUDY --help` prints, with more words behind it. */
function helpOf(study: string, ...more: readonly string[]): string {
  let text = "";
  const program = new Command("tombola").exitOverride().configureOutput({ writeOut: (part) => (text += part) });
  addRun(program);
  const { argv } = process;
  process.argv = [...argv, ...more];
  expect(() => program.parse(["run", study, "--help", ...more], { from: "user" })).toThrow("(outputHelp)");
  process.argv = argv;
  return text;
}

describe.each(studyKinds())("run $name --help", { timeout: 60_000 }, ({ name, options }) => {
  const help = helpOf(name);
  const examples = commandsIn(help.split("\n").filter((line) => line.startsWith("  tombola ")));

  test("fits a screen, names every option, and all of it explains them", () => {
    expect(help.split("\n").length).toBeLessThan(SCREEN);
    const flags = [...helpOf(name, "--all").matchAll(/^ {2}(?:-\w, )?(--[a-z0-9-]+)/gm)].map(([, flag]) => flag!);
    expect(flags.length).toBeGreaterThan(options.length);
    const told = new Set(help.match(/--[a-z0-9-]+/g));
    expect(flags.filter((flag) => !told.has(flag) && flag !== "--help")).toEqual([]);
  });

  test("has examples", () => expect(examples.length).toBeGreaterThan(0));
  test.each(examples.map((words) => [words]))("%s", checked);
});
