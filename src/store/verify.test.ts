/** Over twenty kinds of damage to a store, each of which its verification finds and names. */

import { execFileSync } from "node:child_process";
import { appendFile, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStore } from "./open.ts";
import { type Artifact, artifactKey, type Store } from "./store.ts";
import { verifyStore } from "./verify.ts";

let dir: string;
let store: Store;
let id: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tombola-verify-"));
  store = await openStore(dir);
  for (const [i, key] of keys.entries()) {
    await store.write(key, artifacts[i]!, [{ step: 100, trainLoss: i + 0.25 }]);
  }
  await store.writePartial(KEY, Uint8Array.of(1, 2, 3));
  const request = { study: "imp", command: "tombola run imp", environment: {} };
  for (const levels of [3, 4]) {
    const run = await store.createRun({ ...request, spec: { levels } });
    await store.writeRows(run.id, [{ level: levels, density: 0.5, artifact: KEY }]);
    await store.appendKeys(run.id, keys);
    id = run.id;
  }
});
afterEach(() => rm(dir, { recursive: true }));

const artifacts = [0.1, 0.2].map((lr): Artifact => {
  const meta = { step: "train", version: 1, params: { lr }, inputs: {}, result: { testAccuracy: 0.98 } };
  return { meta, tensors: new Map([["w", { dtype: "F32", shape: [2], data: Float32Array.of(lr, 2) }]]) };
});
const keys = artifacts.map(({ meta }) => artifactKey(meta)) as [string, string];
const [KEY, OTHER] = keys;
const artifact = (key: string) => `artifacts/${key.slice(0, 2)}/${key}.safetensors`;
const curve = (key: string) => `metrics/${key.slice(0, 2)}/${key}.json`;

async function change(file: string, edit: (text: string) => string): Promise<void> {
  const before = await readFile(join(dir, file), "latin1");
  const after = edit(before);
  expect(after).not.toBe(before);
  await writeFile(join(dir, file), after, "latin1");
}

async function swap(a: string, b: string): Promise<void> {
  await rename(join(dir, a), join(dir, "between"));
  await rename(join(dir, b), join(dir, a));
  await rename(join(dir, "between"), join(dir, b));
}

const run = (name: string) => `runs/${id}/${name}`;
const flip = (text: string) => text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) ^ 1);

type Kind = readonly [kind: string, damage: () => Promise<unknown>, file: () => string, message: RegExp];
const KINDS: readonly Kind[] = [
  ["a bit of a tensor", () => change(artifact(KEY), flip), () => artifact(KEY), /sha256: contents must match/],
  [
    "a digit of an artifact's result",
    () => change(artifact(KEY), (text) => text.replace("0.98", "0.99")),
    () => artifact(KEY),
    /metadata must match/,
  ],
  ["an artifact cut", () => change(artifact(KEY), (text) => text.slice(0, -4)), () => artifact(KEY), /damaged/],
  ["an artifact that goes on", () => change(artifact(KEY), (text) => `${text}x`), () => artifact(KEY), /damaged/],
  ["an empty artifact", () => change(artifact(KEY), () => ""), () => artifact(KEY), /damaged/],
  ["two artifacts swapped", () => swap(artifact(KEY), artifact(OTHER)), () => artifact(KEY), /key: must be that of/],
  [
    "an artifact of another step under a key",
    () => store.write(KEY, artifacts[1]!, [{ step: 100, trainLoss: 0.25 }]),
    () => artifact(KEY),
    /its step has the key/,
  ],
  [
    "an artifact in a foreign folder",
    async () => {
      await mkdir(join(dir, "artifacts/zz"));
      await rename(join(dir, artifact(KEY)), join(dir, `artifacts/zz/${KEY}.safetensors`));
    },
    () => `artifacts/zz/${KEY}.safetensors`,
    /no file of a store has this name/,
  ],
  ["a curve deleted", () => rm(join(dir, curve(KEY))), () => artifact(KEY), /is missing/],
  ["a curve cut", () => change(curve(KEY), (text) => text.slice(0, -9)), () => curve(KEY), /damaged/],
  [
    "a digit of a curve",
    () => change(curve(KEY), (text) => text.replace('"step":100', '"step":101')),
    () => curve(KEY),
    /damaged/,
  ],
  ["two curves swapped", () => swap(curve(KEY), curve(OTHER)), () => curve(OTHER), /must be the curve of/],
  [
    "an older curve of the step",
    async () => {
      const older = await readFile(join(dir, curve(KEY)));
      await store.write(KEY, artifacts[0]!, [{ step: 100, trainLoss: 7 }]);
      await writeFile(join(dir, curve(KEY)), older);
    },
    () => curve(KEY),
    /must be the one that was stored/,
  ],
  ["a partial state damaged", () => change(`partial/${KEY}`, flip), () => `partial/${KEY}`, /is damaged/],
  [
    "a partial state of another step",
    () => rename(join(dir, `partial/${KEY}`), join(dir, `partial/${OTHER}`)),
    () => `partial/${OTHER}`,
    /belongs to the step/,
  ],
  [
    "a digit of a specification",
    () => change(run("run.json"), (text) => text.replace('"levels": 4', '"levels": 5')),
    () => run("run.json"),
    /damaged/,
  ],
  [
    "the rows of another run",
    async () => {
      const [other] = (await store.listRuns()).filter((each) => each.id !== id);
      await swap(run("rows.json"), `runs/${other!.id}/rows.json`);
    },
    () => run("rows.json"),
    /must be the rows of/,
  ],
  ["an artifact of a row deleted", () => rm(join(dir, artifact(KEY))), () => run("rows.json"), /of a row is missing/],
  ["rows cut", () => change(run("rows.json"), (text) => text.slice(0, 80)), () => run("rows.json"), /damaged/],
  [
    "a list of keys overwritten",
    () => writeFile(join(dir, run("keys")), "nothing"),
    () => run("keys"),
    /1 lines are no/,
  ],
  [
    "a digit of a key that was asked for",
    () => change(run("keys"), (text) => (text[0] === "0" ? `1${text.slice(1)}` : `0${text.slice(1)}`)),
    () => run("keys"),
    /1 lines are no keys, or not as they were written/,
  ],
  [
    "the key of a row taken out of the list",
    () => change(run("keys"), (text) => text.replace(/^.*\n/, "")),
    () => run("keys"),
    /the keys of 1 rows are missing/,
  ],
  [
    "a digit of a session",
    () => change(run("sessions"), (text) => text.replace(/"pid":\d/, '"pid":0')),
    () => run("sessions"),
    /1 records are damaged/,
  ],
  ["a stray file", () => writeFile(join(dir, "notes.txt"), ""), () => "notes.txt", /no file of a store has this name/],
  [
    "a link in the place of an artifact",
    async () => {
      await rm(join(dir, artifact(KEY)));
      await symlink("/dev/zero", join(dir, artifact(KEY)));
    },
    () => artifact(KEY),
    /must be a regular file/,
  ],
  [
    "a folder in the place of an artifact",
    async () => {
      await rm(join(dir, artifact(KEY)));
      await mkdir(join(dir, artifact(KEY)));
      await writeFile(join(dir, artifact(KEY), "x"), "");
    },
    () => `${artifact(KEY)}/x`,
    /no file of a store has this name/,
  ],
  [
    "a pipe in the place of rows",
    async () => {
      await rm(join(dir, run("rows.json")));
      execFileSync("mkfifo", [join(dir, run("rows.json"))]);
    },
    () => run("rows.json"),
    /must be a regular file/,
  ],
];

test("a store as it was written has no damage, whatever a kill may have left", async () => {
  await appendFile(join(dir, run("keys")), KEY.slice(0, 20));
  await appendFile(join(dir, run("sessions")), '0123456789 {"command":"tom');
  await mkdir(join(dir, "leases"), { recursive: true });
  await writeFile(join(dir, "leases", KEY), "");
  await writeFile(join(dir, dirname(artifact(KEY)), "x.123.0123abcd.tmp"), "");
  await mkdir(join(dir, run("figures")));
  await writeFile(join(dir, run("figures/accuracy.svg")), "<svg/>");
  expect(await verifyStore(store)).toEqual({ files: 13, damage: [] });
});

describe("is found and named:", () => {
  test.each(KINDS)("%s", async (_, damage, file, message) => {
    await damage();
    const found = (await verifyStore(store)).damage;
    expect(found.map((each) => each.file)).toContain(file());
    expect(found.find((each) => each.file === file())!.message).toMatch(message);
    for (const each of found) expect(each.message).toMatch(/\. \S/);
  });
});
