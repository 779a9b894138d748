/** Op cases of pre-training without labels. */
import { DRAWN } from "../src/graph/ops/views.ts";
import { installViews } from "../src/pretrain/install.ts";
import { imageInput, imagesOf, type OpCase, parameter, plain, squared, vector, weighted } from "./cases-parts.ts";

installViews();

/** Channels, height and width of pictures that views are made of: square, or not. */
export const viewShape = (inputs: number) => [3, 5, 5 + (inputs % 2)] as const;

const view = (name: string, shapeOf: (inputs: number) => readonly number[], column?: string) =>
  plain(name, (graph, { inputs }) => {
    const draws = graph.node("input", [], { name: "draws", shape: [DRAWN], layout: "vector" });
    return { outputs: { x: graph.node("views", [draws], { shape: shapeOf(inputs), ...(column && { column }) }) } };
  });

export const VIEWS: readonly OpCase[] = [
  view("views", viewShape),
  view("views in grey", (inputs) => [1, ...viewShape(inputs).slice(1)]),
  view("views of floats", viewShape, "shades"),
  plain("unit_length", (graph, { inputs }) => {
    const x = vector(graph, inputs + 1);
    const y = graph.node("unit_length", [x], {});
    return { outputs: { y }, loss: squared(graph, y), targets: { x } };
  }),
  plain("nt_xent", (graph, { inputs }) => {
    const x = vector(graph, inputs + 1);
    const z = graph.node("unit_length", [x], {});
    const statistics = graph.node("nt_xent_statistics", [z], { temperature: 0.4 });
    return {
      outputs: { z, statistics },
      loss: graph.node("nt_xent", [z, statistics], { temperature: 0.4 }),
      targets: { x },
    };
  }),
  ...weighted("follow_update", (graph, { inputs, outputs }) => {
    const [w, x] = [parameter(graph, "w", outputs, inputs), parameter(graph, "x", outputs, inputs)];
    return { updates: [graph.node("follow_update", [w, x], { momentum: 0.9 })] };
  }).filter(({ name }) => !name.endsWith("sparse") && !name.endsWith("expanded")),
  plain("enqueue_update", (graph, { inputs, outputs, batch }) => {
    const queue = parameter(graph, "queue", batch + outputs, inputs);
    const place = graph.node("input", [], { name: "place", shape: [1], layout: "plain" });
    return { updates: [graph.node("enqueue_update", [queue, vector(graph, inputs), place], {})] };
  }),
  plain("half_norm", (graph, sizes) => {
    const x = imageInput(graph, imagesOf(sizes));
    const [gamma, beta] = ["gamma", "beta"].map((name) => parameter(graph, name, x.type.shape[0]!));
    return { outputs: { y: graph.node("half_norm", [x, gamma!, beta!], { epsilon: 0.1 }) } };
  }),
];
