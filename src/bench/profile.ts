/** Where the time of a step goes: every kernel call of it run alone, in order, on the step's own memory. */
import type { Instance } from "../engine/engine.ts";
import type { KernelName } from "../program/kernels.ts";
import { callBytes } from "../program/print.ts";
import type { Call, Program, SectionName } from "../program/program.ts";
import { median } from "./rows.ts";

/** Engines look sections up by name, whatever the names are; only their type knows just two. */
const pieceName = (index: number) => `train ${index}` as SectionName;

/** The same program with one section more for every call of its training step. */
export function withPieces(program: Program): Program {
  const train = program.sections.train!;
  const pieces = train.calls.map((call, index) => [pieceName(index), { ...train, calls: [call] }]);
  return { ...program, sections: { ...program.sections, ...Object.fromEntries(pieces) } };
}

/** The calls of a kernel on one parameter, together: median milliseconds, and what is known of them beforehand. */
export interface CallTime {
  readonly kernel: KernelName;
  /** Such as `fc1.weight`; empty where the kernel works on none. */
  readonly parameter: string;
  readonly ms: number;
  readonly flops: number;
  readonly bytes: number;
}

/**
 * Times the calls of an instance that {@link withPieces} prepared, all of them `times` times.
 * @param next writes the next batch, so that its images come from where a real one's come from
 */
export function profile({ program, run }: Instance, { times, next }: { times: number; next: () => void }): CallTime[] {
  const { calls } = program.sections.train!;
  const measured = calls.map((): number[] => []);
  for (let time = 0; time < times; time++) {
    next();
    measured.forEach((into, index) => {
      const start = performance.now();
      run(pieceName(index));
      into.push(performance.now() - start);
    });
  }
  const byName = new Map<string, CallTime>();
  calls.forEach((call, index) => {
    const [kernel, parameter] = [call.kernel, parameterOf(call, program)];
    const { ms, flops, bytes } = byName.get(kernel + parameter) ?? { ms: 0, flops: 0, bytes: 0 };
    const sum = { ms: ms + median(measured[index]!), flops: flops + call.flops, bytes: bytes + callBytes(call) };
    byName.set(kernel + parameter, { kernel, parameter, ...sum });
  });
  return [...byName.values()];
}

/** The parameter that a call works on, makes the gradient of, or transposes an input for; empty for none. */
export function parameterOf({ kernel, operands }: Call, program: Program): string {
  if (kernel === "transpose") {
    const user = program.sections.train!.calls.find(({ operands: { xt } }) => xt === operands.y);
    return user ? parameterOf(user, program) : "";
  }
  const names = Object.values(operands).map((buffer) => buffer?.name ?? "");
  const isOf = (parameter: string) => names.some((name) => name === parameter || name.startsWith(`${parameter}.`));
  return [...program.parameters.keys()].find(isOf) ?? "";
}
