/** Bad input of every kind: a sentence with the rule and the value, the right exit code, and nothing lost or touched. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { newFolder, tombola } from "./tombola.ts";

const TINY = "run imp --data synthetic --model mlp-8 --validation 100 --levels 1 --arms ticket --steps 60it";

describe("usage errors exit with 2 and make no store", { timeout: 60_000 }, () => {
  test.each([
    ["run imp --levls 3", "unknown option '--levls'\n(Did you mean --levels?)"],
    ["rum imp", "unknown command 'rum'\n(Did you mean one of rm, run?)"],
    ["run lenet-mnits", "unknown command 'lenet-mnits'\n(Did you mean lenet-mnist?)"],
    ["run", "Usage: tombola run [options] [command]"],
    ["run imp --model resnet20", 'got "resnet20". Did you mean "resnet-20"?'],
    [
      "run imp --data cifar",
      "--data: must be one of mnist, fashion-mnist, cifar10, synthetic, synthetic-rgb, usps, cifar100,",
    ],
    ["run imp --steps 100", 'got "100". Write 100it or 100ep'],
    ["run imp --cut 1.5", '--cut: must be a number between 0 and 1, such as 0.2, got "1.5"'],
    ["run imp --momentum 0.9", "--momentum: does nothing without --optimizer sgd or sgdw, got 0.9"],
    ["run imp --data mnist --std 1e-40", "--std: must be a number from 1e-10 to 10000000000"],
    [
      "run imp --data mnist --normalise imagenet",
      "--normalise: mean must be one number, or one for each of the 1 channels",
    ],
    ["compare x --arms ticket,ticket", '--arms: must name two different arms, got "ticket"'],
    ["rum\u001b[2J", "unknown command 'rum\\u001b[2J'"],
    ["run imp --engine cuda", '--engine: must be one of auto, native, native:ISA, wasm, reference, got "cuda"'],
    [
      "run smoke --validation 10000",
      "--validation: must be a whole number of rows from 0 on or a fraction below 1, and leave a row to train on, got 10000",
    ],
    ["run smoke --rewind 200it", '--rewind: must come before the end of training (200it), got "200it"'],
    ["run figure1 --preset lap", '--preset: of figure1 must be one of laptop, short, smoke, paper, got "lap"'],
    ["run figure1 --lr 0.1", "unknown option '--lr'"],
    ["run imp --prune-to 5ep", "unknown option '--prune-to'"],
    ["run transfer --densities 0.5,1", '--densities: must be between 0 and 1, such as 0.2, got "1"'],
    ["run transfer --optimizers sgd,lion", "--optimizers: must be one of sgd, sgdw,"],
    ["run transfer --tasks mnist;cifar10:classes=3", "classes: must be two or more"],
    ["run transfer --tasks synthetic,synthetic-rgb", "--tasks: must have inputs of one shape"],
    ["figure imp --band sem", '--band: must be one of minmax, sd, ci, got "sem"'],
    ["run smoke --band range", '--band: must be one of minmax, sd, ci, got "range"'],
    ["figure imp --name acuracy", "--name: must be one of accuracy, accuracy-early-stop"],
  ])("%s", async (command, message) => {
    const cwd = newFolder();
    const { code, stdout, stderr } = await tombola(command, { cwd });
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: expect.stringContaining(message) });
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe("failures exit with 1", { timeout: 60_000 }, () => {
  const fails = async (command: string, message: string | RegExp) => {
    const { code, stdout, stderr } = await tombola(command, { cwd: newFolder() });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
  };

  test("a data folder without the files", () =>
    fails(`run imp --data-dir ${newFolder()}`, "a data folder must hold the files of mnist"));

  test("a truncated data file", async () => {
    const dir = newFolder();
    for (const part of ["train", "t10k"])
      for (const kind of ["images-idx3", "labels-idx1"])
        writeFileSync(join(dir, `${part}-${kind}-ubyte`), new Uint8Array(100));
    await fails(`run imp --data-dir ${dir}`, /ubyte: must hold \d+ bytes, got 100\. Replace the file/);
  });

  test("a file in place of the store", async () => {
    const path = join(newFolder(), "file");
    writeFileSync(path, "mine");
    await fails(`${TINY} --store ${path}`, "a file stands where a folder is needed");
    expect(readFileSync(path, "utf8")).toBe("mine");
  });

  test("a folder of other things", async () => {
    const dir = newFolder();
    writeFileSync(join(dir, "thesis.txt"), "mine");
    await fails(`${TINY} --store ${dir}`, 'a store needs an empty folder, got "thesis.txt"');
    expect(readdirSync(dir)).toEqual(["thesis.txt"]);
  });

  test.skipIf(process.getuid?.() === 0)("a store that cannot be written (root can write everything)", async () => {
    const dir = newFolder();
    chmodSync(dir, 0o555);
    await fails(`${TINY} --store ${join(dir, "store")}`, "permission denied");
    chmodSync(dir, 0o755);
  });

  test("a store of a newer version, which stays as it is", async () => {
    const dir = newFolder();
    const mark = JSON.stringify({ format: "tombola-store", version: 3 });
    mkdirSync(join(dir, "partial"));
    writeFileSync(join(dir, "store.json"), mark);
    await fails(`${TINY} --store ${dir}`, "this tombola knows store versions to 2, got 3. Install a newer tombola-lab");
    await fails(`runs --store ${dir}`, "this tombola knows store versions to 2, got 3");
    expect(readdirSync(dir)).toEqual(["partial", "store.json"]);
    expect(readFileSync(join(dir, "store.json"), "utf8")).toBe(mark);
  });

  test("no store to look into, and none is made", async () => {
    const dir = join(newFolder(), "store");
    await fails(`runs --store ${dir}`, "no store is here");
    await fails(`show imp --store ${dir}`, "no store is here");
    expect(readdirSync(join(dir, ".."))).toEqual([]);
  });

  test("a learning rate that diverges, named with its network; the run can be looked at", async () => {
    const store = newFolder();
    const command = `${TINY} --store ${store} --optimizer sgd --lr 1e9`;
    await fails(
      command,
      /error: ticket level 0, replicate 0: training at iteration \d+: the loss must stay finite, got .*Lower the learning rate/,
    );
    const [run] = JSON.parse((await tombola(`runs --json --store ${store}`)).stdout).runs;
    expect(run).toMatchObject({ status: "interrupted" });
    const shown = JSON.parse((await tombola(`show ${run.id} --json --store ${store}`)).stdout);
    expect(shown.rows).toMatchObject([{ diverged: expect.any(Number), measure: { name: "accuracy", value: null } }]);
    const drawn = await tombola(`figure ${run.id} --name accuracy --format svg --store ${store}`);
    expect(drawn.code).toBe(0);
  });
});

describe("rewinding", { timeout: 60_000 }, () => {
  test("keeps the iterations of the whole training and the weights of the rewind point", async () => {
    const store = newFolder();
    const steps = "--steps 600it --rewind 500it --evaluate-every 100it";
    const { code, stdout } = await tombola(`${TINY} ${steps} --store ${store} --json`.replace("--steps 60it ", ""));
    expect(code).toBe(0);
    const { rows, spec } = JSON.parse(stdout);
    expect(spec.rewind).toBe("500it");
    expect(rows).toMatchObject([
      { level: 0, steps: 600 },
      { level: 1, steps: 600 },
    ]);
    const ticket = JSON.parse((await tombola(`show ${rows[1].artifact} --store ${store} --json`)).stdout);
    expect(ticket.params).toMatchObject({ from: 500, to: 600 });
    const start = JSON.parse((await tombola(`show ${ticket.inputs.network} --store ${store} --json`)).stdout);
    expect(start.params).toMatchObject({ from: 0, to: 500 });
  });
});
