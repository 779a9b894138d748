/** `run --dry-run` tells a plan and its cost without fetching or writing anything. */
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { newFolder, tombola } from "./tombola.ts";

test("a data set that is not here is planned by blank images of its form, and neither fetched nor asked for", async () => {
  const [cwd, cache] = [newFolder(), newFolder()];
  const env = { XDG_CACHE_HOME: cache, HOME: cache };
  const words = "run imp --model conv-2 --data cifar10 --levels 1 --arms ticket --steps 10it --dry-run --json";
  const { code, stdout, stderr } = await tombola(words, { cwd, env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("goes by blank images") });
  const { networks, stored, seconds } = JSON.parse(stdout);
  expect({ networks, stored }).toEqual({ networks: 2, stored: 0 });
  expect(seconds).toBeGreaterThan(0);
  expect([readdirSync(cwd), readdirSync(cache)]).toEqual([[], []]);
});

test("one that has no form without its files is refused, with where to put them", async () => {
  const [cwd, cache] = [newFolder(), newFolder()];
  const env = { XDG_CACHE_HOME: cache, HOME: cache };
  const { code, stderr } = await tombola("run imp --data usps --levels 1 --dry-run", { cwd, env });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("downloading is off") });
  expect([readdirSync(cwd), readdirSync(cache)]).toEqual([[], []]);
});
