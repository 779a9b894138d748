/** A sweep that is killed and started again ends with the bits of one that was left alone. */
import { expect, test } from "vitest";
import { newFolder, start } from "../e2e/tombola.ts";
import { bitsOf, finishedFiles } from "./store-files.ts";

const SWEEP =
  "run imp --data synthetic --model mlp-16 --validation 100 --levels 2 --steps 200it --evaluate-every 50it --arms ticket,reinit --workers 2 --sweep lr=0.002,0.02 --sweep cut=0.4,0.6 --json";

const sweep = (store: string) => start([...SWEEP.split(" "), "--store", store]);

/** The bits of every cell. */
function cellsOf(stdout: string, store: string): object[] {
  const { runs } = JSON.parse(stdout) as { runs: { run: string }[] };
  return runs.map((cell) => ({ run: cell.run, bits: bitsOf(JSON.stringify(cell), store) }));
}

test("kill -9 in a sweep, and the same command again", { timeout: 240_000 }, async () => {
  const [alone, killed] = [newFolder(), newFolder()];
  const undisturbed = await sweep(alone).outcome;
  expect(undisturbed.code).toBe(0);
  for (const networks of [2, 6]) {
    const { child, outcome } = sweep(killed);
    child.stderr!.on("data", (text) => {
      if ([...String(text).matchAll(/\[(\d+)\//g)].some(([, told]) => Number(told) >= networks)) child.kill("SIGKILL");
    });
    expect((await outcome).code).toBe(null);
  }
  const before = finishedFiles(killed);
  expect(before.size).toBeGreaterThan(2);
  const { code, stdout } = await sweep(killed).outcome;
  expect(code).toBe(0);
  expect(cellsOf(stdout, killed)).toEqual(cellsOf(undisturbed.stdout, alone));
  expect([...finishedFiles(killed)].filter(([name, file]) => before.has(name) && before.get(name) !== file)).toEqual(
    [],
  );
});
