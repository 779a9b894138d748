/** The learning curve of one training. */

/**
 * One evaluation during training: mean losses, and the task's first measure on either set. Test numbers are there only
 * where the test set was scored.
 */
export interface CurvePoint {
  readonly step: number;
  /** Mean training loss over the iterations since the point before; null at the first point. */
  readonly trainLoss: number | null;
  readonly validationLoss?: number;
  readonly validation?: number;
  readonly testLoss?: number;
  readonly test?: number;
}
