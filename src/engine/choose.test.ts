import { describe, expect, test } from "vitest";
import { createEngine } from "./choose.ts";
import { loadAddon } from "./native/addon.ts";
import { wasmState } from "./wasm/node.ts";

const { addon } = loadAddon();
const wasm = await wasmState();

test("the reference engine is always there", async () => {
  expect(await createEngine("reference")).toMatchObject({ name: "reference", threads: 1 });
});

describe.skipIf(!addon)("the native engine", () => {
  const [best] = addon?.isas() ?? [];

  test("takes the best instruction set unless told which, and as many threads as asked", async () => {
    expect(await createEngine("native")).toMatchObject({ name: `native:${best}`, threads: 1 });
    expect(await createEngine("native", { threads: 2 })).toMatchObject({ threads: 2 });
    for (const isa of addon!.isas()) expect((await createEngine(`native:${isa}`)).name).toBe(`native:${isa}`);
  });

  test.skipIf(best === "sse2")("is the choice where it is fast", async () => {
    expect((await createEngine("auto")).name).toBe(`native:${best}`);
  });

  test.each(["avx1024", "avx512:2"])("has no instruction set %s", async (isa) => {
    await expect(createEngine(`native:${isa}`)).rejects.toMatchObject({
      code: "engine",
      message: `native engine: this CPU runs ${addon!.isas().join(", ")}, got "${isa}"`,
    });
  });
});

test.skipIf(!wasm.works)("WebAssembly says whether it fuses", async () => {
  const expected = wasm.works && wasm.relaxed ? "wasm:relaxed" : "wasm";
  expect(await createEngine("wasm")).toMatchObject({ name: expected, threads: 1 });
});

test.each(["", "cuda", "Native", "native:", "wasm:relaxed", "reference:avx2", "auto:avx2"])(
  "%j is no engine's name",
  async (name) => {
    await expect(createEngine(name)).rejects.toMatchObject({
      code: "usage",
      message: `engine: must be one of auto, native, native:ISA, wasm, reference, got ${JSON.stringify(name)}`,
    });
  },
);
