/** Every instruction set's vector operations give the bits of their scalar definitions (native/test/simd_test.cpp). */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";
import { commonFlags, execute, findCompiler, isaFlags, root } from "../../scripts/toolchain.mjs";

const compiler = await findCompiler();
const folder = join(root, "build", "test");
const tests = join(root, "native", "test");
const missing = 77;

describe("vectors", () => {
  it.concurrent.for(Object.entries(isaFlags()))(
    "of %s",
    { timeout: 60_000 },
    async ([isa, flags], { skip, expect }) => {
      if (!compiler) return skip("no C++ compiler was found");
      const program = join(folder, `simd-${isa}`);
      const header = [`-DTOMBOLA_ISA=${isa}`, `-DTOMBOLA_HEADER="../simd/${isa}.h"`];
      mkdirSync(folder, { recursive: true });
      const args = [...commonFlags, ...flags, ...header, join(tests, "simd_test.cpp"), "-o", program, "-lm"];
      expect(await execute(compiler.command, args)).toMatchObject({ ok: true });
      const run = await execute(program, []);
      if (run.code === missing) skip(`this CPU lacks ${isa}`);
      expect(run).toMatchObject({ code: 0, stdout: "" });
    },
  );

  const wasm = { plain: ["-msimd128"], relaxed: ["-msimd128", "-mrelaxed-simd"] };
  it.for(Object.entries(wasm))("of wasm, %s", { timeout: 60_000 }, async ([_, flags], { skip, expect }) => {
    const run = await execute(process.execPath, ["--no-warnings", join(tests, "simd_wasm.mjs"), ...flags]);
    if (run.code === missing) skip("this host has no relaxed SIMD");
    expect(run).toMatchObject({ code: 0, stdout: "" });
  });
});
