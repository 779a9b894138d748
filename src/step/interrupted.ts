/** What is said where work stops before its end: what is kept of it depends on the engine. */
import { TombolaError } from "../base/errors.ts";

/** Tells whether trainings on an engine of this arithmetic leave a state: one of float64 would go on with other bits. */
export function keepsState(arithmetic: string): boolean {
  return arithmetic !== "float64";
}

/** The error of every step that a runner of this arithmetic was told to leave. */
export function interrupted(arithmetic: string): TombolaError {
  const what = keepsState(arithmetic)
    ? "the state is saved; the same command continues"
    : "of float64 no state is kept, so what had not ended begins anew; the same command continues with it";
  return new TombolaError("interrupted", `interrupted: ${what}`);
}
