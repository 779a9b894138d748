/** The examples run as they are printed, on small settings. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { syntheticDataset } from "../../src/dataset/synthetic.ts";
import { parseModel } from "../../src/model/registry.ts";
import { networkFromSafetensors } from "../../src/model/tensors.ts";
import { newFolder } from "./tombola.ts";

const run = promisify(execFile);

/** The lines that an example prints. */
async function example(name: string, ...words: string[]): Promise<string[]> {
  const path = fileURLToPath(new URL(`../../examples/${name}.mjs`, import.meta.url));
  const { stdout } = await run(process.execPath, [path, ...words]);
  return stdout.trimEnd().split("\n");
}

const last = (line: string) => Number(/([\d.]+)$/.exec(line)![1]);

describe("examples", { timeout: 60_000 }, () => {
  test("train: a curve, a good network, and its weights in a file", async () => {
    const file = join(newFolder(), "network.safetensors");
    const lines = await example("train", "synthetic", "200", file);
    const points = lines.filter((line) => line.startsWith("iteration")).map((line) => Number(/\d+/.exec(line)![0]));
    expect(points).toEqual([0, 40, 80, 120, 160, 200]);
    expect(last(lines.at(-1)!)).toBeGreaterThan(0.8);
    const model = parseModel("lenet-300-100", syntheticDataset({ train: 1, test: 1 }));
    expect(networkFromSafetensors(readFileSync(file), model.parameters).weights.get("fc1.weight")).toHaveLength(235200);
  });

  test.each(["train", "find-a-ticket", "edge-popup", "strong-ticket", "supermask", "two-copies", "your-own-score"])(
    "%s tells a wrong path in words alone",
    async (name) => {
      const failure = await example(name, "csv:nowhere.csv").catch((error) => error);
      expect([failure.code, failure.stdout]).toEqual([1, ""]);
      expect(failure.stderr).toMatch(/^nowhere\.csv\S*: cannot be read \(ENOENT[^\n]*\)\. Check its path[^\n]*\n$/);
    },
  );

  test("find a ticket: as many weights as the cut leaves, and a ticket that still learns", async () => {
    const lines = await example("find-a-ticket", "synthetic", "150", "1");
    // 0.6 of the hidden layers and 0.8 of the output layer stay.
    expect(lines.map((line) => / ([\d.]+) % of/.exec(line)![1])).toEqual(["100.0", "60.1"]);
    for (const line of lines) {
      const [ticket, reinit] = /ticket ([\d.]+), reinit ([\d.]+)$/.exec(line)!.slice(1).map(Number);
      expect(ticket).toBeGreaterThan(0.8);
      expect(reinit).toBeGreaterThan(0.8);
    }
  });

  test("your own score: prunes as many weights as magnitude does, but others", async () => {
    const lines = await example("your-own-score", "synthetic", "100", "1");
    const own = lines.filter((line) => line.startsWith("magnitude increase,"));
    const plain = lines.filter((line) => line.startsWith("magnitude,"));
    const weights = (line: string) => / (\d+) weights/.exec(line)![1];
    expect(own).toHaveLength(2);
    expect(own.map(weights)).toEqual(plain.map(weights));
    expect(own.map(weights)).toEqual(["266200", "133350"]);
    expect(last(own[0]!)).toBe(last(plain[0]!));
    expect(own.map(last)).not.toEqual(plain.map(last));
  });

  test("two copies: an error at every point of the line, and what comes of it", async () => {
    const lines = await example("two-copies", "synthetic", "mlp-16", "60", "20");
    const errors = lines.slice(0, -1).map((line) => Number(/error +([\d.]+) %/.exec(line)![1]));
    expect(errors).toHaveLength(11);
    const lii = Number(/^LII ([\d.]+) %: (?:not )?stable from iteration 20$/.exec(lines.at(-1)!)![1]);
    expect(lii).toBeCloseTo(Math.max(...errors) - (errors[0]! + errors[10]!) / 2, 1);
  });

  test("edge-popup: half of the weights, as they were drawn, are a better network than before", async () => {
    const lines = await example("edge-popup", "synthetic", "150");
    const [before, after] = lines.map((line) =>
      /(\d+) weights, test accuracy ([\d.]+)$/.exec(line)?.slice(1).map(Number),
    );
    expect(before![0]).toBe(133_100);
    expect(after![0]).toBe(133_100);
    expect(after![1]).toBeGreaterThan(before![1]! + 0.3);
    expect(lines.at(-1)).toBe("weights are as they were drawn: true");
  });

  test("supermask: masks that are drawn score, and the likely weights too", async () => {
    const lines = await example("supermask", "synthetic?mean=0&std=1", "150", "50");
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(last(line)).toBeGreaterThan(0.5);
    const kept = lines.map((line) => / ([\d.]+) % of/.exec(line)![1]);
    expect(new Set(kept.slice(0, 3)).size).toBeGreaterThan(1);
  });

  test("strong ticket: a network inside a random one that scores as the trained one does", async () => {
    const [network, trained, inside] = await example("strong-ticket", "synthetic", "300", "16");
    const [kept, random] = /: (\d+) of (\d+) random weights kept/.exec(network!)!.slice(1).map(Number);
    expect(network).toMatch(/^mlp-32928-16-672-nobias: /);
    expect(random).toBe(32928 * (784 + 16) + 672 * (16 + 10));
    expect(kept! / random!).toBeLessThan(0.01);
    expect(last(trained!)).toBeGreaterThan(60);
    expect(Math.abs(last(inside!) - last(trained!))).toBeLessThan(1);
  });
});
