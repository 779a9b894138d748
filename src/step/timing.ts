/** About how long a step takes, by a small part of it that is carried out now. */

/** Seconds of one call, behind one that warms up. */
export function secondsOfCall(call: () => unknown): number {
  call();
  const startedAt = performance.now();
  call();
  return (performance.now() - startedAt) / 1000;
}
