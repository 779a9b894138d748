/**
 * Batches of a stream: rows that follow one another are read side by side in as many columns as a batch has rows, and each
 * column goes on in the next batch where it ended, so that a state may be carried (Zaremba et al. 2014).
 */

/** Batches of consecutive rows in columns. */
export interface StreamBatches {
  /** Batches of a pass. */
  readonly count: number;
  /** Places of the batch `index` of a pass, one a column; the last batch may have fewer. */
  at(index: number): Int32Array;
}

/** Cuts `rows` rows into `batch` columns, the first of which may hold one row more than the others. */
export function streamBatches(rows: number, batch: number): StreamBatches {
  const columns = Math.min(rows, batch);
  const [each, more] = [Math.floor(rows / columns), rows % columns];
  return {
    count: each + Number(more > 0),
    at: (index) =>
      Int32Array.from({ length: index < each ? columns : more }, (_, column) => {
        return column * each + Math.min(column, more) + index;
      }),
  };
}
