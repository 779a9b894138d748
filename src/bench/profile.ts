/** Where the time of a step goes: every kernel call of it run alone, in order, on the step's own memory. */
import type { HostInstance } from "../engine/engine.ts";
import { KERNELS, type KernelName } from "../program/kernels.ts";
import { callBytes } from "../program/print.ts";
import type { Call, Program } from "../program/program.ts";
import { median } from "./rows.ts";

/** Engines look sections up by name, whatever the names are; only their type knows just two. */
const pieceName = (index: number) => `train ${index}`;
const NOTHING = "nothing";

/** The same program with one section more for every call of its training step, and one that does nothing. */
export function withPieces(program: Program): Program {
  const train = program.sections.train!;
  const pieces = train.calls.map((call, index) => [pieceName(index), { ...train, calls: [call] }]);
  const nothing = [NOTHING, { ...train, calls: [] }];
  return { ...program, sections: { ...program.sections, ...Object.fromEntries([...pieces, nothing]) } };
}

/** Entries into the engine that are timed beside each round of calls. */
const ENTRIES = 10;
/** Milliseconds below which no clock tells a call from nothing. */
const LEAST = 1e-4;

/** The calls of a kernel on one parameter, together: median milliseconds, and what is known of them beforehand. */
export interface CallTime {
  readonly kernel: KernelName;
  /** Such as `fc1.weight`; empty where the kernel works on none. */
  readonly parameter: string;
  readonly calls: number;
  readonly ms: number;
  readonly flops: number;
  readonly bytes: number;
}

/**
 * Times the calls of an instance that {@link withPieces} prepared, all of them `times` times, less what entering the
 * engine and waking its threads takes: within a step that is done once.
 * @param next writes the next batch, so that its images come from where a real one's come from
 */
export function profile(
  { program, run }: HostInstance,
  { times, next }: { times: number; next: () => void },
): CallTime[] {
  const { calls } = program.sections.train!;
  const measured = calls.map((): number[] => []);
  const entries: number[] = [];
  const timed = (section: string, into: number[]) => {
    const start = performance.now();
    run(section);
    into.push(performance.now() - start);
  };
  for (let time = 0; time < times; time++) {
    next();
    measured.forEach((into, index) => {
      timed(pieceName(index), into);
    });
    for (let entry = 0; entry < ENTRIES; entry++) timed(NOTHING, entries);
  }
  const spent = (index: number) => Math.max(median(measured[index]!) - median(entries), LEAST);
  const byName = new Map<string, CallTime>();
  calls.forEach((call, index) => {
    const [kernel, parameter] = [call.kernel, parameterOf(call, program)];
    const { calls, ms, flops, bytes } = byName.get(kernel + parameter) ?? { calls: 0, ms: 0, flops: 0, bytes: 0 };
    const sum = { ms: ms + spent(index), flops: flops + call.flops, bytes: bytes + callBytes(call) };
    byName.set(kernel + parameter, { kernel, parameter, calls: calls + 1, ...sum });
  });
  return [...byName.values()];
}

/** What another call reads: the copy of a transposition, the entries of a list. */
const PREPARED: { readonly [K in KernelName]?: readonly [own: string, theirs: string] } = {
  transpose: ["y", "xt"],
  list_kept: ["entries", "entries"],
};

/** The parameter that a call works on, prepares something for or makes the gradient of; empty for none. */
export function parameterOf(call: Call, program: Program): string {
  const { kernel, operands } = call;
  const { calls } = program.sections.train!;
  const of = (other: Call | undefined) => (other ? parameterOf(other, program) : "");
  const prepared = PREPARED[kernel];
  if (prepared)
    return of(calls.find((other) => other !== call && other.operands[prepared[1]] === operands[prepared[0]]));
  // In the order of the kernel's table, where weights come before biases.
  const names = KERNELS[kernel].operands.map(({ name }) => operands[name]?.name ?? "");
  const parameter = names.map((name) => parameterNamed(name, program.parameters)).find((name) => name !== undefined);
  // A weight may be computed of others.
  return parameter ?? of(operands.w ? calls.find(({ operands: { y } }) => y === operands.w) : undefined);
}

/** The parameter that a buffer is, or whose gradient, copy or index it is, as its name tells; undefined for none. */
export function parameterNamed(name: string, parameters: Program["parameters"]): string | undefined {
  for (let end = name.length; end > 0; end = name.lastIndexOf(".", end - 1))
    if (parameters.has(name.slice(0, end))) return name.slice(0, end);
  return undefined;
}
