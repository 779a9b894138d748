/** What `tombola explain` tells of a compiled model: where its bytes go, which kernels run and why, what a step costs. */

import { parameterOf } from "../../bench/profile.ts";
import type { Buffer, Storage } from "../../program/buffers.ts";
import { CROSSOVER, type Crossover, type Direction, productOf } from "../../program/choose.ts";
import { bufferBytes, callBytes, sectionFlops } from "../../program/print.ts";
import type { Program, Section } from "../../program/program.ts";

/** Bytes of the arena by what they hold. */
export interface ArenaBytes {
  readonly weights: number;
  /** Optimizer state. */
  readonly slots: number;
  /** Which weights are kept, by rows and by columns. */
  readonly index: number;
  /** What the host writes for each batch, and the constants of normalisation. */
  readonly inputs: number;
  /** Activations, gradients and copies of each section, which share one stretch, since one section runs at a time. */
  readonly temporaries: Readonly<Record<string, number>>;
  readonly total: number;
  /** Beside the arena, of every thread. */
  readonly scratch: number;
}

/** The kernel of one direction of a layer, and what decided it. */
export interface KernelChoice {
  readonly parameter: string;
  readonly direction: Direction;
  readonly kernel: string;
  readonly density: number;
  readonly reason: string;
}

/** Floating-point operations of one run of a section, and the bytes that it touches at least. */
export interface SectionWork {
  readonly flops: number;
  readonly bytes: number;
}

const ELEMENT_BYTES = 4;

const bytesOf = (buffers: Iterable<Buffer>) => [...buffers].reduce((sum, buffer) => sum + bufferBytes(buffer), 0);

/** Splits a program's arena by what it holds; alignment makes the total a little more than its parts. */
export function arenaBytes(program: Program): ArenaBytes {
  const { parameters, constants, sections, arenaElements, scratchElements } = program;
  const places = [...parameters.values()];
  const index = [...constants.keys()].filter(({ type }) => type === "i32");
  const rest = [...constants.keys()].filter(({ type }) => type !== "i32");
  const hosts = new Set(Object.values(sections).flatMap(({ inputs }) => [...inputs.values()]));
  return {
    weights: bytesOf(places.map(({ buffer }) => buffer)),
    slots: bytesOf(places.flatMap(({ slots }) => [...slots.values()])),
    index: bytesOf(index),
    inputs: bytesOf([...hosts, ...rest]),
    temporaries: Object.fromEntries(
      Object.entries(sections).map(([name, section]) => [name, stretch(section, program)]),
    ),
    total: arenaElements * ELEMENT_BYTES,
    scratch: scratchElements * ELEMENT_BYTES,
  };
}

/** Bytes from the first to the last temporary of a section. */
function stretch({ calls }: Section, { offsets }: Program): number {
  const all = calls.flatMap(({ operands }) => Object.values(operands).filter((buffer) => buffer !== null));
  const temporaries = [...new Set(all)].filter(({ temporary }) => temporary);
  const first = Math.min(...temporaries.map((buffer) => offsets.get(buffer)!));
  const last = Math.max(...temporaries.map((buffer) => offsets.get(buffer)! + buffer.elements));
  return (last - first) * ELEMENT_BYTES;
}

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  linear_forward: "forward",
  linear_input_gradient: "inputGradient",
  linear_weight_gradient: "weightGradient",
  convolution_forward: "forward",
  convolution_input_gradient: "inputGradient",
  convolution_weight_gradient: "weightGradient",
};

/** The kernels that the layers of the training step got, in the order they run. */
export function kernelChoices(program: Program): KernelChoice[] {
  return program.sections.train!.calls.flatMap((call) => {
    const direction = DIRECTIONS[call.kernel.replace(/_(dense|sparse)$/, "")];
    if (!direction) return [];
    const parameter = parameterOf(call, program);
    const { storage } = program.parameters.get(parameter)!;
    const [density, reason] = [densityOf(storage), reasonFor(storage, productOf(call.kernel), direction)];
    return [{ parameter, direction, kernel: call.kernel, density, reason }];
  });
}

function densityOf(storage: Storage): number {
  return storage.kind === "dense" ? 1 : storage.index.kept / (storage.index.rows * storage.index.columns);
}

function reasonFor(storage: Storage, product: keyof Crossover, direction: Direction): string {
  if (storage.kind === "dense") return "nothing is pruned";
  const [density, crossover] = [densityOf(storage), CROSSOVER[product][direction]];
  return `density ${Number(density.toFixed(4))} ${density < crossover ? "<" : ">="} crossover ${crossover}`;
}

/** What one run of a section costs. */
export function workOf(section: Section): SectionWork {
  return { flops: sectionFlops(section), bytes: section.calls.reduce((sum, call) => sum + callBytes(call), 0) };
}
