/** The commands on a store that version 1 wrote: what reads goes on working, what writes names another folder. */
import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { newFolder, tombola } from "./tombola.ts";

const fixture = fileURLToPath(new URL("../../src/store/fixtures/version-1", import.meta.url));
const RUN = "imp-7700155452";
const NETWORK = "56c9a89cb646";

function oldStore(): string {
  const store = join(newFolder(), "store");
  cpSync(fixture, store, { recursive: true });
  return store;
}

describe("a store of version 1", { timeout: 60_000 }, () => {
  test("is listed, shown, drawn and exported", async () => {
    const store = oldStore();
    const elsewhere = newFolder();
    const words = [
      "runs",
      "doctor",
      `show ${RUN}`,
      "show instability",
      `show ${NETWORK}`,
      `figure ${RUN} --format svg,csv --to ${elsewhere}`,
      `figure instability --format svg,csv --to ${elsewhere}`,
      `export ${NETWORK} --format safetensors --to ${elsewhere}/network.safetensors`,
    ];
    const outcomes = await Promise.all(words.map((each) => tombola(`${each} --store ${store}`)));
    for (const [i, { code, stderr }] of outcomes.entries())
      expect({ code, stderr }, words[i]).toMatchObject({ code: 0 });
    expect(outcomes[0]!.stdout).toContain(RUN);
    expect(outcomes[1]!.stdout).toContain(`${store}, 2 runs, of version 1: it can only be read`);
    expect(outcomes[2]!.stdout).toContain("11.95");
    const { rows } = JSON.parse((await tombola(`show ${RUN} --json --store ${store}`)).stdout);
    expect(rows[0]).toMatchObject({ testAccuracy: 0.1195, measure: { name: "accuracy", value: 0.1195 } });
  });

  test("is not written to: run, its dry run and levels name the remedy", async () => {
    const store = oldStore();
    const before = readdirSync(store, { recursive: true });
    const smoke = "run smoke --model mlp-1 --quiet";
    const drawn = await tombola(`figure ${RUN} --store ${store}`);
    expect(drawn).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--to: figures are written into stores of version 2"),
    });
    for (const words of [smoke, `${smoke} --dry-run`, `levels ${RUN}`]) {
      const { code, stdout, stderr } = await tombola(`${words} --store ${store}`);
      expect({ code, stdout }, words).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain(
        `error: ${store}: a store to write to must be of version 2, an older one can only be read, got 1. Choose another folder with --store`,
      );
    }
    expect(readdirSync(store, { recursive: true })).toEqual(before);
  });
});
