/** Parts on threads, as they are built: worker threads load dist/, which `npm run build` makes. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { assemble, buildPart, type CompileOptions, partsOf, STRONG_ARMS } from "../strong/compile.ts";
import type { Part } from "../strong/parts.ts";
import { randomTarget } from "../strong/trials.ts";
import { compileStep } from "../study/strong/steps/compile.ts";

const built = new URL("../../dist/runner/parts.js", import.meta.url);
const isBuilt = existsSync(fileURLToPath(built));
const { partsOn } = isBuilt ? ((await import(built.href)) as typeof import("./parts.ts")) : { partsOn: null! };

const optionsOf = (construction: CompileOptions["construction"]): CompileOptions => ({
  ...{ construction, epsilon: 0.1, bound: 1, signed: true, draw: { seed: 5, replicate: 1 } },
  ...{ units: construction === "malach" ? 40 : 8, copies: 2 },
});

/** The hash of plain data, arrays by their bytes: comparing them number by number takes longer than building them. */
function bytesOf(value: unknown): string {
  const hash = createHash("sha256");
  const text = JSON.stringify(value, (_, part: unknown) => {
    if (!ArrayBuffer.isView(part)) return part;
    hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    return part.byteLength;
  });
  return hash.update(text).digest("hex");
}

describe.skipIf(!isBuilt)(isBuilt ? "parts on threads" : "parts, which need dist/: run `npm run build`", () => {
  test.each(STRONG_ARMS)("of %s are those of one thread, in order", async (construction) => {
    const target = randomTarget([300, 250, 30], { seed: 2, biases: construction === "burkholz" });
    const options = optionsOf(construction);
    const jobs = partsOf(target, options);
    expect(jobs.length).toBeGreaterThanOrEqual(8);
    const alone = jobs.map(buildPart);
    const shared = (await partsOn(2)(compileStep, jobs)) as Part[];
    expect(bytesOf(shared)).toBe(bytesOf(alone));
    expect(bytesOf(assemble(target, options, shared))).toBe(bytesOf(assemble(target, options, alone)));
  });

  test("a part that fails rejects with its code and its words", async () => {
    const options = { ...optionsOf("linear-relaxation"), units: 45 };
    const jobs = partsOf(randomTarget([300, 250], { seed: 2, biases: false }), options);
    await expect(partsOn(2)(compileStep, jobs)).rejects.toMatchObject({ code: "usage", where: "subset" });
  });
});
