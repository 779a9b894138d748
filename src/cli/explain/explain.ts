/** `tombola explain`: the graph, the program, the memory and the cost of a model's training step at a density. */

import type { Command } from "commander";
import { checkMemory } from "../../app/memory.ts";
import { type DatasetDescription, describeDataset } from "../../dataset/load.ts";
import { createEngine } from "../../engine/choose.ts";
import { printGraph } from "../../graph/print.ts";
import type { Model } from "../../model/model.ts";
import { parseModel } from "../../model/registry.ts";
import { dataFor } from "../../plugin/load-bert.ts";
import { formatBytes, printProgram } from "../../program/print.ts";
import type { Program } from "../../program/program.ts";
import { census } from "../../prune/census.ts";
import { uniformMask } from "../../prune/uniform.ts";
import { integer, number, oneOf } from "../../study/option.ts";
import { dataOf } from "../../study/shared/defaults.ts";
import { taskOf } from "../../task/registry.ts";
import type { Task } from "../../task/task.ts";
import { compileExperiment, evaluationGraph, scalingsOf, trainingGraph } from "../../train/experiment.ts";
import { type OptimizerOptions, optimizerNames, optimizerOf } from "../../train/optimizer.ts";
import { addOption, addShared, askedData } from "../talk/options.ts";
import { print, printJson } from "../talk/output.ts";
import { table } from "../talk/table.ts";
import { activationPasses, addCosts, costTable, describeRoofline, kernelCosts, measureRoofline } from "./cost.ts";
import { type ArenaBytes, arenaBytes, kernelChoices, type SectionWork, workOf } from "./program.ts";

/** The optimizers as they are by default, and SGD with momentum. */
const OPTIMIZERS: Readonly<Record<string, OptimizerOptions>> = {
  ...Object.fromEntries(optimizerNames().map((name) => [name, optimizerOf(name)])),
  momentum: optimizerOf("sgd", { momentum: 0.9 }),
};

interface ExplainOptions {
  readonly density?: number;
  readonly data?: string;
  readonly batch?: number;
  readonly threads?: number;
  readonly optimizer?: string;
  readonly json?: boolean;
  readonly all?: boolean;
}

/** Adds the verb `explain`. */
export function addExplain(program: Command): void {
  const command = program
    .command("explain")
    .argument("<model>", "such as lenet-300-100")
    .description(
      "print predicted cost, work and memory of a training step, on the model's own data unless another is named",
    );
  const density = number({ rule: "a number above 0, at most 1", holds: (value) => value > 0 && value <= 1 });
  addOption(command, "--density <fraction>", "of the weights kept, in every layer, at random (default: 1)", density);
  addOption(command, "--batch <n>", "images an iteration (default: 60)", integer(1));
  addOption(command, "--threads <n>", "that the least times are for (default: 1)", integer(1, 64));
  const names = Object.keys(OPTIMIZERS);
  addOption(command, "--optimizer <name>", `${names.join(", ")} (default: adam)`, oneOf(names));
  addOption(command, "--all", "list the chosen kernels, the cost of each, graphs and program too");
  addShared(command, "data", "json").action(async (name: string, options: ExplainOptions) => {
    const data = askedData({ ...options, model: name }) ?? dataFor(name, dataOf(name));
    const explanation = await explain(name, options, await describeDataset(data));
    if (options.json) printJson(explanation);
    else print([...summaryOf(explanation), ...(options.all ? listingOf(explanation) : [MORE])].join("\n\n"));
  });
}

type Explanation = Awaited<ReturnType<typeof explain>>;

async function explain(
  name: string,
  { density = 1, batch = 60, threads = 1, optimizer = "adam" }: ExplainOptions,
  info: DatasetDescription,
) {
  const model = parseModel(name, info);
  const task = taskOf(info);
  const options = { task, optimizer: OPTIMIZERS[optimizer]!, batch, scalings: scalingsOf(unsettled(info)) };
  const mask = uniformMask(model.parameters, density, { seed: 1, replicate: 0, draw: 0 });
  const start = performance.now();
  const program = compileExperiment(model, { ...options, mask });
  checkMemory(program, { name });
  const compileMs = performance.now() - start;
  const { weights, prunable } = census(model.parameters, mask);
  return {
    ...{ model: name, data: info.name, batch, optimizer, density, weights, prunable },
    graphs: graphsOf(model, { task, optimizer: OPTIMIZERS[optimizer]! }),
    program: printProgram(program),
    compileMs,
    bytes: arenaBytes(program),
    kernels: kernelChoices(program),
    work: worksOf(program),
    dense: worksOf(compileExperiment(model, options)),
    cost: await costsOf(program, threads),
  };
}

async function costsOf(program: Program, threads: number) {
  const engine = await createEngine("auto", { threads });
  const roofline = await measureRoofline(engine);
  const kernels = kernelCosts(program, roofline);
  const ceilings = describeRoofline(roofline, engine);
  return { ceilings, roofline, kernels, total: kernels.reduce(addCosts), passes: activationPasses(program) };
}

function graphsOf(model: Model, options: { readonly task: Task; readonly optimizer: OptimizerOptions }) {
  return { train: printGraph(trainingGraph(model, options)), evaluate: printGraph(evaluationGraph(model, options)) };
}

/** Floats standardised by nothing yet: a program that is looked at needs the places of its constants alone. */
function unsettled(info: DatasetDescription): Parameters<typeof scalingsOf>[0] {
  const none = (size: number) => ({ mean: Array<number>(size).fill(0), std: Array<number>(size).fill(1) });
  const standardised = {
    ...(info.shape.length === 1 && info.vocabulary === undefined && { features: none(info.shape[0]!) }),
    ...(info.target.kind === "numbers" && { targets: none(info.outputs) }),
  };
  return { ...info, standardised };
}

function worksOf({ sections }: Program) {
  return { train: workOf(sections.train!), evaluate: workOf(sections.evaluate!) };
}

const MORE = "--all lists the kernels, the cost of each, graphs and program.";

function summaryOf(explanation: Explanation): string[] {
  const { model, data, batch, optimizer, density, weights, prunable, bytes } = explanation;
  return [
    `${model} on ${data}, batch ${batch}, ${optimizer}, density ${density}: ${weights} of ${prunable} prunable weights`,
    remark(explanation),
    section("Predicted work of a run", workTable(explanation)),
    section("Memory", memoryTable(bytes)),
  ];
}

function listingOf({ graphs, program, kernels, cost }: Explanation): string[] {
  const choices = kernels.map((each) => [each.parameter, each.direction, each.kernel, each.reason]);
  return [
    section("Kernels", table(["layer", "direction", "kernel", "because"], choices)),
    section("A training step by kernel", costTable(cost.kernels)),
    section("Graph of a training step", graphs.train),
    section("Graph of an evaluation", graphs.evaluate),
    section("Program", program),
  ];
}

const section = (title: string, body: string) => `${title}\n${body.replace(/^(?=.)/gm, "  ")}`;

function memoryTable({ temporaries, total, scratch, ...parts }: ArenaBytes): string {
  const stretches = Object.entries(temporaries).map(([name, bytes]) => [`temporaries of ${name}`, bytes] as const);
  const sums = [["arena", total] as const, ["scratch of each thread", scratch] as const];
  const lines = [...Object.entries(parts), ...stretches, ...sums];
  return table(
    ["what", "bytes", ""],
    lines.map(([name, bytes]) => [name, String(bytes), formatBytes(bytes)]),
  );
}

function workTable({ work, dense }: Explanation): string {
  const line = (name: "train" | "evaluate") => {
    const [here, there] = [work[name], dense[name]];
    const share = (part: keyof SectionWork) => `${((100 * here[part]) / there[part]).toFixed(1)} %`;
    const mega = (value: number) => (value / 1e6).toFixed(3);
    return [
      name,
      mega(here.flops),
      mega(there.flops),
      share("flops"),
      mega(here.bytes),
      mega(there.bytes),
      share("bytes"),
    ];
  };
  return table(["section", "MFLOP", "dense", "share", "MB", "dense", "share"], [line("train"), line("evaluate")]);
}

function remark({ cost: { ceilings, total, passes }, compileMs }: Explanation): string {
  return [
    ceilings,
    `A step takes at least ${total.ms.toFixed(3)} ms: arithmetic alone ${total.arithmetic.toFixed(3)}, memory alone ${total.memory.toFixed(3)}.`,
    `It passes over each activation or gradient of one ${passes.toFixed(1)} times on average.`,
    `Compiled in ${(compileMs / 1000).toFixed(3)} s.`,
  ].join("\n");
}
