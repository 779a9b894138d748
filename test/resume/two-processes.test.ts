/** Two processes on one store share its work, and kills of either change no bit; kills.mjs measures what they cost. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const KILLS = 2;
const SEED = 3;
const OPTIONS = { data: "synthetic", model: "mlp-64-32", levels: 1, replicates: 2, steps: "1000it", arms: ["ticket"] };

test("two processes do no training twice, and end with the bits of one, undisturbed and killed", async () => {
  const script = fileURLToPath(new URL("kills.mjs", import.meta.url));
  const words = [
    "--kills",
    String(KILLS),
    "--seed",
    String(SEED),
    "--between",
    "0.5",
    "--options",
    JSON.stringify(OPTIONS),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...words]);
  const told = JSON.parse(stdout);
  // Of each replicate the fresh network, and two trained with a mask between them.
  expect(told).toMatchObject({ artifacts: 8, differ: 0, twice: 0, iterations: { alone: 4000, together: 4000 } });
  expect(told.kills).toBe(KILLS);
}, 480_000);
