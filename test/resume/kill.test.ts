/** A run that is killed, or interrupted, and started again ends with the bits of one that was left alone. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { randomStream } from "../../src/base/random.ts";
import { newFolder, type Running, start } from "../e2e/tombola.ts";
import { bitsOf, finishedFiles } from "./store-files.ts";

const SEED = 7;
const KILLS = 4;

const plugin = (path: string) => `--plugin ${fileURLToPath(new URL(`../../${path}.mjs`, import.meta.url))}`;
const DATA_MODEL_SCORES = ["data", "model", "score"].map((name) => plugin(`examples/your-own/${name}`)).join(" ");
const NAMES = "--data spirals --model skip-32 --scores increase";
const TRAINING = `${plugin("examples/your-own/task")} ${plugin("test/fixtures/plugins/training")}`;
const BROUGHT = `${DATA_MODEL_SCORES} ${TRAINING} ${NAMES} --task tanh --schedule saw --optimizer plain`;
const BROUGHT_STUDY = `${DATA_MODEL_SCORES} ${plugin("test/fixtures/plugins/survivors")} ${NAMES}`;

const run = (words: string, store: string) =>
  start(["run", ...words.split(" "), ..."--json --workers 2".split(" "), "--store", store]);

async function undisturbed(words: string): Promise<object[]> {
  const store = newFolder();
  const { stdout } = await run(words, store).outcome;
  return bitsOf(stdout, store);
}

/** Resolves when so many networks are told of or more, since lines may skip a number; a busy machine only takes longer. */
async function reach({ child }: Running, networks: number): Promise<void> {
  let text = "";
  if (networks === 0) return;
  await new Promise<void>((resolve) => {
    child.on("close", () => resolve());
    child.stderr!.on("data", (piece) => {
      text += piece;
      if ([...text.matchAll(/\[(\d+)\//g)].some(([, told]) => Number(told) >= networks)) resolve();
    });
  });
}

describe("kill -9", { timeout: 240_000 }, () => {
  test.each([
    { kind: "linear layers", words: "smoke --model mlp-64-32 --steps 300it", networks: 22 },
    // Convolutions, batch normalisation with its running statistics, augmented images, and chains that rewind.
    { kind: "a residual network", words: "figure1 --preset smoke --replicates 1 --steps 240it", networks: 18 },
    // Scores whose masks change at every iteration, drawn masks, and freezing on the way.
    {
      kind: "masks over weights that never change",
      words:
        "edge-popup --preset smoke --arms edge-popup,learned,gem-miner,gem-shuffled --steps 240it --freeze-every 30it",
      networks: 14,
    },
    // A trunk that goes on with its optimizer's state, copies that part from it, and lines between them.
    { kind: "copies and the lines between them", words: "instability --preset smoke --steps 240it", networks: 19 },
    { kind: "what plug-ins bring", words: `imp ${BROUGHT} --steps 400it --levels 3 --replicates 2`, networks: 22 },
    { kind: "a study of a plug-in", words: `survivors ${BROUGHT_STUDY} --steps 20000 --replicates 8`, networks: 16 },
    // A queue and a network that follows, which are parts of the state of a training, and draws of views.
    {
      kind: "pre-training without labels",
      words:
        "pretraining-tickets --preset smoke --replicates 1 --sources moco,simclr --model resnet-8-4-projected64 --steps 120it",
      networks: 19,
    },
    // Targets, networks that are built inside random ones, masks by edge-popup, and measurements without a network.
    { kind: "constructions", words: "strong --preset smoke --constructions pensia --draws 10", networks: 56 },
  ])(`at ${KILLS} moments drawn with seed ${SEED}: $kind`, async ({ words, networks: count }) => {
    const begun = performance.now();
    const bits = await undisturbed(words);
    // A kill later than one network takes may come after the end of a fast run.
    const latest = Math.min(300, (performance.now() - begun) / count);
    const store = newFolder();
    const random = randomStream({ seed: SEED, stream: "noise", replicate: 0, step: 0, item: 0 });
    let finished = new Map<string, string>();
    for (let kill = 0; kill < KILLS; kill++) {
      const networks = Math.floor((count * (kill + random.uniform())) / (KILLS + 1));
      const delay = Math.floor(latest * random.uniform());
      const running = run(words, store);
      await reach(running, networks);
      await sleep(delay);
      running.child.kill("SIGKILL");
      const { code } = await running.outcome;
      const now = finishedFiles(store);
      console.log(`killed ${delay} ms after ${networks} of ${count} networks; ${now.size} artifacts`);
      expect(code).toBe(null);
      expect(Object.fromEntries(now)).toMatchObject(Object.fromEntries(finished));
      finished = now;
    }
    expect(finished.size).toBeGreaterThan(count / 2);
    const { code, stdout } = await run(words, store).outcome;
    expect(code).toBe(0);
    expect(bitsOf(stdout, store)).toEqual(bits);
    expect(Object.fromEntries(finishedFiles(store))).toMatchObject(Object.fromEntries(finished));
  });
});

const LONG = "--evaluate-every 1000it --arms dense";

describe("Ctrl-C", { timeout: 240_000 }, () => {
  test.each([
    { kind: "linear layers", words: `smoke --model mlp-64-32 --steps 6000it ${LONG}`, fresh: 2 },
    // Both panels begin with the same fresh network.
    { kind: "a residual network", words: `figure1 --preset smoke --replicates 1 --steps 2000it ${LONG}`, fresh: 1 },
  ])(
    "saves half-trained networks, says so, and the same command continues with them: $kind",
    async ({ words, fresh }) => {
      const bits = await undisturbed(words);
      const store = newFolder();
      const { child, outcome } = run(words, store);
      // Training begins once all replicates are initialised.
      while (finishedFiles(store).size < fresh) await sleep(20);
      await sleep(200);
      child.kill("SIGINT");
      const { code, stdout, stderr } = await outcome;
      expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
      expect(stderr).toContain("interrupted: the state is saved; the same command continues");
      expect(readdirSync(join(store, "partial"))).toHaveLength(2);
      const again = await run(words, store).outcome;
      expect(again.code).toBe(0);
      expect(bitsOf(again.stdout, store)).toEqual(bits);
      expect(readdirSync(join(store, "partial"))).toEqual([]);
    },
  );
});
