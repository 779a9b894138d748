/** How far a study has come and how long it will take. */

import type { Progress } from "../step/execute.ts";

/** The work there is, in any unit. */
export interface Work {
  /** By key, shared networks once. */
  readonly networks: ReadonlyMap<string, number>;
  /** By the label of progress displays. */
  readonly labels: ReadonlyMap<string, number>;
}

/** A reading of the meter. */
export interface Reading {
  readonly networks: number;
  readonly of: number;
  /** 0 to 1, of all work. */
  readonly fraction: number;
  /** Null until something was trained. */
  readonly secondsLeft: number | null;
}

/** Adds up the work as it is told. */
export interface Meter {
  start(label: string): void;
  progress(label: string, progress: Pick<Progress, "step" | "from" | "to">): void;
  end(label: string): void;
  /** The network `key` is in the store; `label` tells whether it was trained now or before. */
  stored(key: string, label: string): void;
  read(): Reading;
}

/** A meter of some work; `now` gives milliseconds. */
export function createMeter({ networks, labels }: Work, now: () => number = () => performance.now()): Meter {
  const started = now();
  const total = sum(networks.values());
  const stored = new Set<string>();
  const begun = new Set<string>();
  const running = new Map<string, number>();
  let done = 0;
  let found = 0;
  return {
    start: (label) => void begun.add(label),
    progress(label, { step, from, to }) {
      const come = ((labels.get(label) ?? 0) * (step - from)) / (to - from);
      // An interrupted training continues from where it was; what it had done says nothing about the speed.
      if (!running.has(label)) found += come;
      running.set(label, come);
    },
    end: (label) => void running.delete(label),
    stored(key, label) {
      if (stored.has(key)) return;
      stored.add(key);
      done += networks.get(key) ?? 0;
      if (!begun.has(label)) found += networks.get(key) ?? 0;
    },
    read() {
      const come = done + sum(running.values());
      const trained = come - found;
      const secondsLeft = trained > 0 ? ((total - come) / trained) * ((now() - started) / 1000) : null;
      return { networks: stored.size, of: networks.size, fraction: total > 0 ? come / total : 1, secondsLeft };
    },
  };
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((a, b) => a + b, 0);
}

/** A duration as people say it: 45 s, 3 min, 2 h 5 min. */
export function duration(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
