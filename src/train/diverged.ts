/** The end of a training whose loss is no longer a number. */
import { TombolaError } from "../base/errors.ts";
import type { CurvePoint } from "./curve.ts";

/** Where training stopped, and what it had measured until then. */
export class Diverged extends TombolaError {
  /** The iteration whose loss is not finite. */
  readonly iteration: number;
  readonly curve: readonly CurvePoint[];

  constructor(message: string, { iteration, curve }: { iteration: number; curve: readonly CurvePoint[] }) {
    super("diverged", message);
    this.iteration = iteration;
    this.curve = curve;
  }
}
