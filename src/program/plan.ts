/** The memory plan: persistent buffers side by side, temporaries packed by lifetime above them. */
import { fail } from "../base/errors.ts";
import { type Buffer, pad } from "./buffers.ts";
import type { Call, Section } from "./program.ts";

/** Offsets in elements, each a multiple of a lane block, and the arena's size. */
export interface Plan {
  readonly offsets: Map<Buffer, number>;
  readonly elements: number;
}

interface Lifetime {
  readonly buffer: Buffer;
  readonly first: number;
  last: number;
}

/** Places every buffer; the sections' temporaries share the same stretch, since one section runs at a time. */
export function planMemory(persistent: readonly Buffer[], sections: readonly Section[]): Plan {
  const offsets = new Map<Buffer, number>();
  let base = 0;
  for (const buffer of persistent) {
    offsets.set(buffer, base);
    base += pad(buffer.elements);
  }
  const tops = sections.map((section) => placeTemporaries(lifetimes(section), base, offsets));
  return { offsets, elements: Math.max(base, ...tops) };
}

/** First and last call of every temporary; host inputs live from the start, outputs to the end. */
function lifetimes(section: Section): Lifetime[] {
  const lives = new Map<Buffer, Lifetime>();
  const touch = (buffer: Buffer, time: number) => {
    if (!buffer.temporary) return;
    const life = lives.get(buffer);
    if (life) life.last = Math.max(life.last, time);
    else lives.set(buffer, { buffer, first: time, last: time });
  };
  for (const buffer of section.inputs.values()) touch(buffer, -1);
  section.calls.forEach((call, time) => {
    for (const buffer of Object.values(call.operands)) if (buffer) touch(buffer, time);
  });
  for (const buffer of section.outputs.values()) touch(buffer, section.calls.length);
  return [...lives.values()];
}

interface Placed {
  readonly life: Lifetime;
  readonly from: number;
  readonly to: number;
}

function placeTemporaries(lives: readonly Lifetime[], base: number, offsets: Map<Buffer, number>): number {
  // In ascending order of their places.
  const placed: Placed[] = [];
  let top = base;
  // Largest first keeps fragmentation low; ties keep program order, so the plan is deterministic.
  for (const life of [...lives].sort((a, b) => b.buffer.elements - a.buffer.elements)) {
    const size = pad(life.buffer.elements);
    const from = lowestPlace(placed, { life, size, base });
    const behind = placed.findIndex((other) => other.from > from);
    placed.splice(behind < 0 ? placed.length : behind, 0, { life, from, to: from + size });
    offsets.set(life.buffer, from);
    top = Math.max(top, from + size);
  }
  return top;
}

/** The first gap, among those placed that live at the same time, that is large enough. */
function lowestPlace(
  placed: readonly Placed[],
  { life, size, base }: { life: Lifetime; size: number; base: number },
): number {
  let from = base;
  for (const other of placed) {
    if (other.from >= from + size) break;
    if (from < other.to && overlaps(other.life, life)) from = other.to;
  }
  return from;
}

const overlaps = (a: Lifetime, b: Lifetime) => a.first <= b.last && b.first <= a.last;

/**
 * Throws with code `engine` where two buffers that live at once overlap: the legality of a plan as code. Buffers are as
 * long as their padding, because kernels write whole blocks.
 */
export function checkPlan(sections: readonly Section[], plan: Plan): void {
  const persistent = [...plan.offsets.keys()].filter((buffer) => !buffer.temporary);
  const always = persistent.map((buffer) => ({ buffer, first: -1, last: Number.POSITIVE_INFINITY }));
  for (const section of sections) {
    for (const call of section.calls) checkInside(call, plan);
    checkApart([...always, ...lifetimes(section)], plan);
  }
}

function checkApart(lives: readonly Lifetime[], { offsets }: Plan): void {
  const places = lives.map((life) => {
    const from = offsets.get(life.buffer)!;
    return { life, from, to: from + pad(life.buffer.elements) };
  });
  places.sort((a, b) => a.from - b.from);
  places.forEach((a, i) => {
    for (let j = i + 1; j < places.length && places[j]!.from < a.to; j++) {
      const b = places[j]!;
      // An empty buffer may begin where another does.
      if (a.from < b.to && overlaps(a.life, b.life)) failOverlap(a.life.buffer, b.life.buffer);
    }
  });
}

function failOverlap(a: Buffer, b: Buffer): never {
  return fail("engine", "memory plan", { rule: "live buffers do not overlap", got: `${a.name} and ${b.name}` });
}

function checkInside(call: Call, { offsets, elements }: Plan): void {
  for (const buffer of Object.values(call.operands)) {
    const offset = buffer ? offsets.get(buffer) : 0;
    if (offset === undefined || (buffer && offset + pad(buffer.elements) > elements))
      fail("engine", "memory plan", { rule: "every operand has a place", got: `${call.kernel} ${buffer?.name}` });
  }
}
