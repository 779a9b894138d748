/** Which level a table of many arms is of. */
import { log } from "../../base/exact.ts";
import type { SupermaskRow } from "./row.ts";

/** Where Zhou et al. 2019 see criteria and actions part: few weights are left, and good masks still learn. */
const DENSITY = 0.05;

/** The level whose density is nearest to a twentieth, by ratio; 0 where nothing is pruned. */
export function shownLevel(rows: readonly SupermaskRow[]): number {
  const pruned = rows.filter(({ level, density }) => level > 0 && density > 0);
  const counts = new Map<number, number>();
  for (const { level } of pruned) counts.set(level, (counts.get(level) ?? 0) + 1);
  // A sign alone has one level, whose density is its own: levels count that all other arms have.
  const most = Math.max(0, ...counts.values());
  const usual = pruned.filter(
    ({ level, criterion }) => counts.get(level)! >= most / 2 && !/^(same|diff)_sign$/.test(criterion ?? ""),
  );
  const far = ({ density }: SupermaskRow) => Math.abs(log(density / DENSITY));
  return (
    usual.reduce<SupermaskRow | null>((best, row) => (best && far(best) <= far(row) ? best : row), null)?.level ?? 0
  );
}
