/** Measures of two classes by the four counts of what was told and what was so. */

/** How many rows of each kind there are; class 1 is the positive one. */
export interface Confusion {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly trueNegative: number;
  readonly falseNegative: number;
}

/** The fraction of rows that are told right. */
export function accuracy(counts: Confusion): number {
  return (counts.truePositive + counts.trueNegative) / rowsOf(counts);
}

/** F1 of class 1; 0 where no row of it is told. */
export function f1({ truePositive, falsePositive, falseNegative }: Confusion): number {
  return truePositive === 0 ? 0 : (2 * truePositive) / (2 * truePositive + falsePositive + falseNegative);
}

/** Matthews' correlation coefficient, from -1 to 1; 0 where all rows are told, or are, of one class. */
export function matthews({ truePositive, falsePositive, trueNegative, falseNegative }: Confusion): number {
  const sides = [
    ...[truePositive + falsePositive, truePositive + falseNegative],
    ...[trueNegative + falsePositive, trueNegative + falseNegative],
  ];
  if (sides.includes(0)) return 0;
  const root = Math.sqrt(sides.reduce((product, side) => product * side, 1));
  return (truePositive * trueNegative - falsePositive * falseNegative) / root;
}

/** How many rows there are. */
export function rowsOf({ truePositive, falsePositive, trueNegative, falseNegative }: Confusion): number {
  return truePositive + falsePositive + trueNegative + falseNegative;
}
