/** What op cases of random values do not meet: NaN passes through a max pool as in PyTorch, and of equals the first wins. */
import { describe, expect, test } from "vitest";
import { differentiate } from "../../src/graph/differentiate.ts";
import { createGraph } from "../../src/graph/graph.ts";
import type { PoolAttributes } from "../../src/graph/types.ts";
import { compile } from "../../src/program/compile.ts";
import { ENGINES, eachEngine } from "../engines.ts";

const PIXELS = 16;
const pooling = { "of four pixels": { size: 2, padding: 0 }, overlapping: { size: 3, padding: 1 } } as const;

/** A pooling of 4 x 4 images, and the gradient of the sum of its results. */
function compiled({ size, padding }: { size: number; padding: number }) {
  const graph = createGraph();
  const windows: PoolAttributes = { kernel: [size, size], stride: [2, 2], padding: [padding, padding] };
  const x = graph.node("input", [], { name: "x", shape: [1, 4, 4], layout: "image" });
  const target = graph.node("input", [], { name: "target", shape: [4], layout: "vector" });
  const y = graph.node("flatten", [graph.node("max_pool", [x], windows)], {});
  const dx = differentiate(graph, graph.node("mean_squared_error", [y, target], {}), [x]).get(x)!;
  return compile({ train: { graph: graph.finish({ y, dx }), batch: 1 } });
}

eachEngine(ENGINES, (engine) => {
  describe.each(Object.entries(pooling))("%s", (_, windows) => {
    const program = compiled(windows);
    const run = (pixels: readonly number[]) => {
      const instance = engine.open(program);
      const { inputs, outputs } = program.sections.train!;
      const values = new Float32Array(PIXELS * 16);
      pixels.forEach((value, pixel) => {
        values[pixel * 16] = value;
      });
      instance.write(inputs.get("x")!, values);
      instance.write(inputs.get("count")!, [1]);
      instance.run("train");
      const firstLane = (name: string) => instance.read(outputs.get(name)!).filter((_, place) => place % 16 === 0);
      return { y: [...firstLane("y")], dx: [...firstLane("dx")] };
    };

    test("NaN is never hidden, wherever it lies", () => {
      for (let pixel = 0; pixel < PIXELS; pixel++) {
        const { y } = run(Array.from({ length: PIXELS }, (_, i) => (i === pixel ? Number.NaN : i)));
        const windowsAround = y.filter(Number.isNaN).length;
        expect(windowsAround, `pixel ${pixel}`).toBeGreaterThanOrEqual(1);
        expect(y[Math.floor(pixel / 8) * 2 + Math.floor((pixel % 4) / 2)], `pixel ${pixel}`).toBeNaN();
      }
    });

    test("infinities are ordinary values", () => {
      expect(run(Array.from({ length: PIXELS }, () => Number.NEGATIVE_INFINITY)).y).toEqual(Array(4).fill(-Infinity));
    });

    test("of equal values the first, by rows, has the whole gradient", () => {
      const { dx } = run(Array.from({ length: PIXELS }, () => 1));
      const first = windows.padding ? [0, 1, 4, 5] : [0, 2, 8, 10];
      expect(dx.map((value) => +(value !== 0))).toEqual(Array.from({ length: PIXELS }, (_, i) => +first.includes(i)));
    });
  });
});
