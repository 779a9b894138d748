/** Tasks as they are asked for: data sets by name, and what is said of some of them alone. */
import { fail } from "../../base/errors.ts";
import { dataNameOf } from "../../dataset/source/asked.ts";
import { checkDatasetName } from "../../dataset/source/check.ts";
import { formatDataName, parseDataName } from "../../dataset/source/name.ts";
import type { DataOption } from "../../dataset/source/source.ts";
import type { Reader } from "../option.ts";

/** What is said of tasks by their names: `sst-2=8000`. */
export type ByTask<T> = Readonly<Record<string, T>>;

/** Reads `NAME=VALUE` separated by commas. */
export function byTask<T>(item: Reader<T>): Reader<ByTask<T>> {
  return (text, where) =>
    Object.fromEntries(
      text.split(",").map((part) => {
        const [, name, value] = /^\s*([^=]+)=(.+)$/.exec(part) ?? [];
        if (name === undefined) fail("usage", where, { rule: "must be like squad=2ep,mlm=1000it", got: part });
        return [name.trim(), item(value!.trim(), where)];
      }),
    );
}

/** Reads names of data sets separated by commas; one that has a comma of its own is written behind `;` instead. */
export const readTasks: Reader<readonly string[]> = (text, where) =>
  text.split(text.includes(";") ? ";" : ",").map((name) => checkDatasetName(name.trim(), where));

/** What a task is called: the place of its data set with its parts, `cifar10-half-a`; of a corpus `mlm`, of SQuAD `squad`. */
function taskName(data: string): string {
  const { source, place, modifiers } = parseDataName(data);
  if (["mlm", "squad", "corpus"].includes(source.prefix)) return source.prefix;
  const parts = Object.entries(modifiers).map(([key, value]) => `-${key}-${value.replaceAll(",", "+")}`);
  return [place.split(/[/\\]/).filter(Boolean).at(-1) ?? place, ...parts].join("");
}

/** What tasks are called; the second of one name has a 2 behind it. */
export function taskNames(data: readonly string[]): string[] {
  const names = data.map(taskName);
  return names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `${name}-${before + 1}`;
  });
}

/** The data set with what its name leaves out and its kind takes. */
export function withOptions(data: string, said: Readonly<Partial<Record<DataOption, string>>>): string {
  const name = parseDataName(dataNameOf(data));
  const taken = Object.entries(said).filter(([option]) => name.source.options.includes(option as DataOption));
  return formatDataName({ ...name, options: { ...Object.fromEntries(taken), ...name.options } });
}

/** Throws `usage` where something is said of a task, or of what else has these names, that there is none of. */
export function checkNames(
  where: string,
  said: ByTask<unknown>,
  { names, what = "tasks" }: { names: readonly string[]; what?: string },
): void {
  const strange = Object.keys(said).find((name) => !names.includes(name));
  if (strange === undefined) return;
  fail("usage", where, { rule: `must be of the ${what} ${names.join(", ")}`, got: strange, fields: [what] });
}
