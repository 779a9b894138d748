/** How an engine rounds, measured: results of one class have the same bits, and belong to the identity of what is stored. */
import { createGraph } from "../graph/graph.ts";
import { compile } from "../program/compile.ts";
import type { HostEngine } from "./engine.ts";

/**
 * `fused`: float32, a multiply-add rounded once. `plain`: float32, rounded twice. `float64`: doubles, as the reference
 * engine keeps them. Other ways to round, such as a GPU's, have names of their own.
 */
export type Arithmetic = "fused" | "plain" | "float64";

/** One multiply-add whose second rounding shows, and one addition that float32 loses. */
const FACTOR = 1 + 2 ** -12;
const LOST = 2 ** -30;

/** Runs the two on an engine that is being opened. */
export function measureArithmetic(open: HostEngine["open"]): Arithmetic {
  const graph = createGraph();
  const x = graph.node("input", [], { name: "x", shape: [1], layout: "plain" });
  const affine = (value: typeof x, factor: number, offset: number) => graph.node("affine", [value], { factor, offset });
  // (1 + 2^-12)^2 is 1 + 2^-11 + 2^-24, whose last bit a product of its own rounds away.
  const rest = affine(affine(x, FACTOR, 0), FACTOR, -(1 + 2 ** -11));
  const small = affine(affine(x, 1, LOST), 1, -1);
  const program = compile({ measure: { graph: graph.finish({ rest, small }), batch: 1 } });
  const instance = open(program);
  try {
    const { inputs, outputs } = program.sections.measure!;
    instance.write(inputs.get("x")!, [1]);
    instance.run("measure");
    const value = (name: string) => instance.read(outputs.get(name)!)[0]!;
    if (value("small") !== 0) return "float64";
    return value("rest") === 0 ? "plain" : "fused";
  } finally {
    instance.close();
  }
}
