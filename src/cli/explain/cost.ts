/** What a training step costs, kernel by kernel: work, bytes, how often activations are passed over, and the least time. */

import { ceilingsSource } from "../../bench/ceilings.ts";
import { markdown } from "../../bench/markdown.ts";
import { parameterNamed } from "../../bench/profile.ts";
import { leastTime, type Roofline, rooflineOf } from "../../bench/roofline.ts";
import type { BenchRow } from "../../bench/rows.ts";
import type { HostEngine } from "../../engine/engine.ts";
import type { Buffer } from "../../program/buffers.ts";
import type { KernelName } from "../../program/kernels.ts";
import { bufferBytes, callBytes } from "../../program/print.ts";
import type { Call, Program } from "../../program/program.ts";

/** All calls of a kernel in a training step. */
export interface KernelCost {
  readonly kernel: KernelName;
  readonly calls: number;
  readonly flops: number;
  /** Of all operands, each once a call. */
  readonly bytes: number;
  /** Of these, of operands that are neither a parameter nor made of one, nor a weight's gradient. */
  readonly activations: number;
  /** The least milliseconds under the ceilings, and how many of them arithmetic and memory would each take. */
  readonly ms: number;
  readonly arithmetic: number;
  readonly memory: number;
}

/** Milliseconds that each ceiling is measured for at a time, and how many times. */
const [SLICE, ROUNDS] = [15, 5];

/** Measures what an engine can do at best, in half a second; on a busy machine the best is what others left of it. */
export async function measureRoofline(engine: HostEngine): Promise<Roofline> {
  const measure = ceilingsSource(engine, SLICE);
  const rows: BenchRow[] = [];
  for (let round = 0; round < ROUNDS; round++) rows.push(...(await measure()));
  const fastestFirst = rows.toSorted((a, b) => a.ms - b.ms);
  return rooflineOf(fastestFirst, { engine: engine.name, threads: engine.threads })!;
}

/** The costs of a program's training step by kernel, in the order of first use. */
export function kernelCosts(program: Program, roofline: Roofline): KernelCost[] {
  const costs = new Map<KernelName, KernelCost>();
  for (const call of program.sections.train!.calls) {
    const cost = costOf(call, program, roofline);
    const before = costs.get(call.kernel);
    costs.set(call.kernel, before ? addCosts(before, cost) : cost);
  }
  return [...costs.values()];
}

function costOf(call: Call, program: Program, roofline: Roofline): KernelCost {
  const [flops, bytes] = [call.flops, callBytes(call)];
  const { arithmetic, memory } = leastTime(roofline, { flops, bytes });
  const activations = activationsOf(call, program).reduce((sum, buffer) => sum + bufferBytes(buffer), 0);
  const ms = Math.max(arithmetic, memory);
  return { kernel: call.kernel, calls: 1, flops, bytes, activations, ms, arithmetic, memory };
}

/** Adds up what two costs count and take; the kernel is the first one's. */
export function addCosts(a: KernelCost, b: KernelCost): KernelCost {
  return {
    kernel: a.kernel,
    calls: a.calls + b.calls,
    flops: a.flops + b.flops,
    bytes: a.bytes + b.bytes,
    activations: a.activations + b.activations,
    ms: a.ms + b.ms,
    arithmetic: a.arithmetic + b.arithmetic,
    memory: a.memory + b.memory,
  };
}

function activationsOf({ operands }: Call, { parameters }: Program): Buffer[] {
  const buffers = new Set(Object.values(operands).filter((buffer) => buffer !== null));
  return [...buffers].filter(({ temporary, name }) => temporary && parameterNamed(name, parameters) === undefined);
}

/** How often a training step passes over an activation or its gradient, on average over their bytes. */
export function activationPasses(program: Program): number {
  const touched = program.sections.train!.calls.flatMap((call) => activationsOf(call, program));
  const bytes = (buffers: Iterable<Buffer>) => [...buffers].reduce((sum, buffer) => sum + bufferBytes(buffer), 0);
  return bytes(touched) / bytes(new Set(touched));
}

/** The costs as a table with their sum below. */
export function costTable(costs: readonly KernelCost[]): string {
  const mega = (value: number) => (value / 1e6).toFixed(3);
  const line = (name: string, { calls, flops, bytes, activations, ms, arithmetic, memory }: KernelCost) => [
    ...[name, String(calls), mega(flops), mega(bytes), mega(activations), ms.toFixed(3)],
    arithmetic > memory ? "arithmetic" : "memory",
  ];
  const lines = [...costs.map((cost) => line(cost.kernel, cost)), line("all", costs.reduce(addCosts))];
  return markdown(["kernel", "calls", "MFLOP", "MB", "of activations", "at least ms", "bound by"], lines);
}

/** The ceilings in a sentence. */
export function describeRoofline({ flops, bytes, threads }: Roofline, { name }: HostEngine): string {
  const giga = (rate: number) => (rate / 1e6).toFixed(0);
  const rates = `${giga(flops)} GFLOP/s, ${giga(bytes.L2)} GB/s in L2, ${giga(bytes.L3)} in L3, ${giga(bytes.memory)} beyond`;
  return `Least times at the ceilings measured just now, ${name} on ${threads} thread${threads > 1 ? "s" : ""}: ${rates}.`;
}
