/** Values at the edges of float32: every engine gives the reference's infinities, zeros and NaN. */
import { expect, test } from "vitest";
import type { HostEngine } from "../../src/engine/engine.ts";
import { createGraph } from "../../src/graph/graph.ts";
import { compile } from "../../src/program/compile.ts";
import { eachEngine, FAST_ENGINES, ORACLE } from "../engines.ts";

type Unary = "exp" | "log" | "square_root";

const EDGES = [
  ...[-Infinity, -200, -104, -100, -90, -88, -87.4, -80.1, -1, -1e-40, -0, 0, 1e-45, 1e-40, 1.2e-38, 1],
  ...[80.1, 87.9, 88.5, 88.7, 89, 200, 3e38, Infinity, NaN],
].map(Math.fround);

function valuesOf(engine: HostEngine, op: Unary): Float32Array {
  const graph = createGraph();
  const x = graph.node("input", [], { name: "x", shape: [EDGES.length], layout: "vector" });
  const program = compile({ only: { graph: graph.finish({ y: graph.node(op, [x], {}) }), batch: 1 } });
  const instance = engine.open(program);
  const { inputs, outputs, lanes } = program.sections.only!;
  instance.write(
    inputs.get("x")!,
    EDGES.flatMap((value) => new Array<number>(lanes).fill(value)),
  );
  instance.run("only");
  const values = instance.read(outputs.get("y")!).filter((_, place) => place % lanes === 0);
  instance.close();
  return values;
}

eachEngine(FAST_ENGINES, (engine) => {
  test.each(["exp", "log", "square_root"] as const)("%s", (op) => {
    const [found, expected] = [valuesOf(engine, op), valuesOf(ORACLE, op)];
    EDGES.forEach((edge, i) => {
      const [got, wanted] = [found[i]!, expected[i]!];
      if (!Number.isFinite(wanted) || wanted === 0) expect([edge, got + 0]).toEqual([edge, wanted + 0]);
      // Below its normal numbers float32 has a step of 1.4e-45, whatever the value.
      else expect(Math.abs(got - wanted), `at ${edge}`).toBeLessThan(4e-7 * Math.abs(wanted) + 3e-45);
    });
  });
});
