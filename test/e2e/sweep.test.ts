/** Runs as data: a sweep, what the other verbs make of its runs, and what is written beside them. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bitsOf, finishedFiles } from "../resume/store-files.ts";
import { newFolder, type Outcome, start, tombola } from "./tombola.ts";

const BASE =
  "imp --data synthetic --model mlp-8 --validation 100 --levels 2 --cut 0.5 --steps 60it --evaluate-every 30it --arms ticket,reinit --workers 2";
const SWEEP = `run ${BASE} --sweep lr=0.002,0.02 --sweep batch=30,60`;

const cwd = newFolder(afterAll);
const store = join(cwd, "tombola-store");
let swept: Outcome;
let sweep: string;
let runs: { run: string; options: Record<string, unknown>; rows: { artifact: string }[] }[] = [];

describe("a sweep", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    const notes = ["--name", "a \u001b[2Jname", "--tag", "grid", "--note", 'it, "said"\n=1'];
    swept = await start([...SWEEP.split(" "), ...notes, "--log", "losses.jsonl", "--json"], { cwd }).outcome;
    expect(swept).toMatchObject({ code: 0 });
    ({ sweep, runs } = JSON.parse(swept.stdout));
  }, 120_000);

  test("is listed with its cells and their options", () => {
    const [, ...lines] = readFileSync(join(store, "sweeps", `${sweep}.json`), "utf8").split("\n");
    const file = JSON.parse(lines.slice(0, -2).join("\n"));
    expect(file).toMatchObject({ id: sweep, study: "imp", swept: { lr: [0.002, 0.02], batch: [30, 60] } });
    expect(file.cells.map((cell: object) => cell)).toEqual(runs.map(({ run, options }) => ({ options, run })));
    expect(runs.map(({ options }) => options)).toEqual(
      [0.002, 0.02].flatMap((lr) => [30, 60].map((batch) => ({ lr, batch }))),
    );
  });

  test("has in every cell the run that it would be alone: the same id and the same bits", async () => {
    const alone = newFolder();
    const { stdout } = await tombola(`run ${BASE} --lr 0.02 --batch 30 --json --store ${alone}`);
    expect(JSON.parse(stdout).run).toBe(runs[2]!.run);
    expect(bitsOf(JSON.stringify(runs[2]), store)).toEqual(bitsOf(stdout, alone));
  });

  test("again trains nothing", async () => {
    const before = finishedFiles(store);
    const again = await tombola(`${SWEEP} --json --quiet`, { cwd });
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(again.stdout).sweep).toBe(sweep);
    expect(finishedFiles(store)).toEqual(before);
  });

  test("logs losses of every network, and what it scores at the end", () => {
    const lines = readFileSync(join(cwd, "losses.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const trained = new Set(runs.flatMap(({ rows }) => rows.map(({ artifact }) => artifact)));
    const last = lines.filter(({ iteration, testLoss }) => iteration === 60 && testLoss !== undefined);
    expect(new Set(last.map(({ artifact }) => artifact))).toEqual(trained);
    expect(last[0]).toMatchObject({
      network: expect.stringMatching(/^lr .*, batch .*: (ticket|reinit) level 0/),
      trainLoss: expect.any(Number),
    });
    expect(lines.some(({ iteration, testLoss }) => iteration === 50 && testLoss === undefined)).toBe(true);
  });

  test("runs shows what differs and what was reached, and is filtered", async () => {
    const { stdout } = await tombola("runs", { cwd });
    expect(stdout).toMatch(/^id +name +tags +model +data +batch +lr +best +last +size +status +started +note\n/);
    expect(stdout).toMatch(/ %( at level \d) .* kB +complete /);
    expect(stdout).toContain("a \\u001b[2Jname");
    expect(stdout).toContain(`${sweep}: 4 runs of imp, lr 0.002;0.02, batch 30;60`);
    const found = async (words: string) => JSON.parse((await tombola(`runs --json ${words}`, { cwd })).stdout);
    const all = await found(sweep);
    expect(all).toMatchObject({ store, runs: [{}, {}, {}, {}] });
    expect(all.runs[0]).toMatchObject({
      ...{
        study: "imp",
        name: "a \u001b[2Jname",
        tags: ["grid"],
        note: 'it, "said"\n=1',
        options: { lr: 0.002, batch: 30 },
      },
      ...{ reached: { unit: "points", axis: "level", arm: "ticket", last: { at: 2, n: 1, mean: expect.any(Number) } } },
      ...{ bytes: expect.any(Number) },
    });
    expect((await found("--where lr=0.02 --where batch=60")).runs.map(({ id }: { id: string }) => id)).toEqual([
      runs[3]!.run,
    ]);
    expect((await found("--where arms=ticket,reinit --study imp --tag grid")).runs).toHaveLength(4);
    expect((await found("--where lr=0.5")).runs).toEqual([]);
  });

  test("compare sets its runs beside one another, in a table and a figure", async () => {
    const { code, stdout } = await tombola(`compare ${sweep} --arms ticket --json`, { cwd });
    expect(code).toBe(0);
    const { lines, files, unit } = JSON.parse(stdout);
    expect(unit).toBe("points");
    expect(lines.map(({ label }: { label: string }) => label)).toEqual(
      ["0.002", "0.02"].flatMap((lr) => ["30", "60"].map((batch) => `batch ${batch}, lr ${lr}`)),
    );
    expect(lines[0].points).toHaveLength(3);
    const [svg, png, csv] = files.map((file: string) => readFileSync(file, "utf8"));
    expect(svg).toContain("batch 30, lr 0.002");
    expect(png.slice(1, 4)).toBe("PNG");
    expect(csv.split("\r\n")).toHaveLength(1 + 4 * 3 + 1);
    expect((await tombola(`compare ${sweep}`, { cwd })).stdout).toMatch(/batch 30, lr 0.02, reinit +2 +25 +\d/);
  });

  test("rows writes them as one table", async () => {
    const { code } = await tombola(`rows ${sweep} --to all.parquet`, { cwd });
    expect([code, readFileSync(join(cwd, "all.parquet"), "latin1").slice(0, 4)]).toEqual([0, "PAR1"]);
    const { stdout } = await tombola(`rows ${sweep} --format jsonl`, { cwd });
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows.map(({ artifact }) => artifact)).toEqual(
      runs.flatMap((run) => run.rows.map(({ artifact }) => artifact)),
    );
    expect(rows[0]).toMatchObject({
      run: runs[0]!.run,
      "option.lr": 0.002,
      "option.batch": 30,
      "measure.name": "accuracy",
    });
  });

  test("a specification that was written beside figures is run again, with other options over it", async () => {
    const file = join(store, "runs", runs[1]!.run, "figures", "spec.json");
    const same = await tombola(`run --spec ${file} --json --quiet`, { cwd });
    expect(JSON.parse(same.stdout)).toMatchObject({ run: runs[1]!.run });
    const other = await tombola(`run --spec ${file} --batch 30 --lr 0.02 --json --quiet`, { cwd });
    expect(JSON.parse(other.stdout)).toMatchObject({ run: runs[2]!.run });
    const wrong = join(newFolder(), "spec.json");
    writeFileSync(wrong, '{"study":"imp"}');
    expect(await tombola(`run --spec ${wrong}`, { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('must hold {"study":NAME,"spec":{...}}'),
    });
    expect(await tombola(`run oneshot --spec ${file}`, { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('must be of the study oneshot, got "imp". Write run imp'),
    });
  });

  test("notes are changed later, and change no run", async () => {
    const [id] = runs.map(({ run }) => run);
    const { stdout } = await tombola(`note ${id} --name other --tag two --untag grid --json`, { cwd });
    expect(JSON.parse(stdout)).toEqual({ run: id, name: "other", tags: ["two"], note: 'it, "said"\n=1' });
    const refused = await tombola(`note ${id} --tag a,b`, { cwd });
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--tag: must be a word or more, without a comma, got "a,b"'),
    });
    expect((await tombola("verify", { cwd })).code).toBe(0);
  });

  test("rm removes a run, and gc then what no run asks for; both keep the rest", async () => {
    const other = newFolder();
    const of = (words: string) => tombola(`${words} --store ${other}`);
    const run = async (lr: string) => JSON.parse((await of(`run ${BASE} --lr ${lr} --json --quiet`)).stdout);
    const [kept, gone] = [await run("0.01"), await run("0.03")];
    expect(await of("gc")).toMatchObject({ code: 0, stderr: expect.stringContaining("is of a run") });
    expect((await of(`rm ${gone.run}`)).stdout).toBe(`removed ${gone.run}\n`);
    expect(existsSync(join(other, "runs", gone.run))).toBe(false);
    const asked = await of("gc");
    expect(asked).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/\d+ files, .*B\n.*--yes: is needed/s),
    });
    const { found, removed } = JSON.parse((await of("gc --yes --json")).stdout);
    expect(removed).toEqual(found);
    expect(found.files).toBeGreaterThan(10);
    const left = finishedFiles(other);
    expect((await of("verify")).code).toBe(0);
    expect(JSON.parse((await of(`run ${BASE} --lr 0.01 --json --quiet`)).stdout).rows).toEqual(kept.rows);
    expect(finishedFiles(other)).toEqual(left);
  });
});

describe("a cell that fails", { timeout: 120_000 }, () => {
  test("is told, the rest goes on, and the command fails in the end", async () => {
    const own = newFolder();
    const words = `run ${BASE.replace("--arms ticket,reinit", "--arms ticket")} --optimizer sgd --sweep lr=1e9,0.1 --json --store ${own}`;
    const { code, stdout, stderr } = await tombola(words);
    expect(code).toBe(1);
    expect(stderr).toMatch(/warning: lr 1000000000 failed, in imp-\w+: .*the loss must stay finite/);
    const [bad, good] = JSON.parse(stdout).runs;
    expect(bad).toMatchObject({ options: { lr: 1e9 }, error: expect.stringContaining("finite") });
    expect(good.rows).toHaveLength(3);
    const statuses = JSON.parse((await tombola(`runs --json --store ${own}`)).stdout).runs;
    expect(statuses.map(({ status }: { status: string }) => status).sort()).toEqual(["complete", "interrupted"]);
    const { stderr: told, stdout: table } = await tombola(`compare ${JSON.parse(stdout).sweep} --store ${own}`);
    expect([told, table]).toEqual([
      expect.stringContaining("is interrupted, and left out"),
      expect.stringContaining("95 % interval"),
    ]);
  });
});

describe("the time is over", { timeout: 120_000 }, () => {
  test("as Ctrl-C it saves and exits with 130, whatever it was at", async () => {
    const own = newFolder();
    const endless = `--data synthetic --model mlp-8 --levels 0 --arms ticket --steps 9000000it --evaluate-every 9000000it`;
    const { code, stdout, stderr } = await tombola(`run imp ${endless} --stop-after 6s --store ${own}`);
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toContain("the time of --stop-after is over");
    expect(stderr).toContain("interrupted: the state is saved; the same command continues");
    const { runs } = JSON.parse((await tombola(`runs --json --store ${own}`)).stdout);
    expect(runs).toMatchObject([{ status: "interrupted" }]);
  });
});

describe("bad input", { timeout: 60_000 }, () => {
  test.each([
    [`run ${BASE} --sweep lrr=1`, '--sweep: must name an option of the study, got "lrr". Did you mean lr?'],
    [`run ${BASE} --sweep lr=`, '--sweep: must be NAME=VALUE, NAME an option of the study, got "lr="'],
    [`run ${BASE} --sweep lr=1,1`, "--sweep: must name each value once, and 1 is there twice"],
    [`run ${BASE} --sweep cut=0.1,0.2`, "--sweep: cut is swept, and given beside"],
    [
      "run imp --data synthetic --model mlp-8 --sweep momentum=0.5,0.9",
      "--momentum: does nothing without --optimizer sgd",
    ],
    [`run ${BASE} --stop-after 0`, '--stop-after: must be a time above 0, at most 24 days, got "0"'],
    [`run ${BASE} --tag a,b`, "--tag: must be a word or more, without a comma"],
    [`run ${BASE} --log .`, '--log: must be a file, or nothing yet, got "a folder"'],
    ["run smoke --spec x", "unknown option '--spec'"],
    ["runs --where lr", "--where: must be NAME=VALUE"],
  ])("%s", async (words, message) => {
    const own = newFolder();
    const { code, stderr } = await tombola(words, { cwd: own });
    expect({ code, stderr }).toEqual({ code: expect.any(Number), stderr: expect.stringContaining(message) });
    expect(code).toBeGreaterThan(0);
    expect(existsSync(join(own, "tombola-store", "runs"))).toBe(false);
  });

  test("a filter by an option that no study has, in a store", async () => {
    const { code, stderr } = await tombola("runs --where speed=1", { cwd });
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--where: must name an option of the study, got "speed"'),
    });
  });
});
