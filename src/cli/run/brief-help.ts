/** The short help of a study: what is its own, and the names of what all studies have. */
import { type Command, Help } from "commander";
import type { StudyKind } from "../../study/kind.ts";
import { OPTION_GROUPS, type Option } from "../../study/option.ts";
import { flagNamed } from "../talk/options.ts";

/** Asks, beside `--help`, for every option with its whole description. */
export const ALL = "--all";

/** Lines that help has at most, with presets and examples. */
const MOST = 58;

/** Sets how a study's help looks: short, or whole where `--all` is beside it. `rest` is what follows it. */
export function configureStudyHelp(
  command: Command,
  kind: StudyKind,
  { isAll, rest }: { isAll: () => boolean; rest: string },
): void {
  command.configureHelp({
    showGlobalOptions: true,
    formatHelp(own, helper) {
      if (isAll()) return Help.prototype.formatHelp.call(helper, own, helper);
      const width = Math.max(NARROWEST, helper.helpWidth ?? 80);
      const [first, ...shorter] = [3, 2, 1].map((lines) => briefHelp(own, kind, { width, lines }));
      const fits = (text: string) => (text + rest).split("\n").length <= MOST;
      return shorter.reduce((text, next) => (fits(text) ? text : next), first!);
    },
  });
}

/** Columns of a terminal that help is made for at least. */
const NARROWEST = 60;
/** Columns in front of a description. */
const INDENT = 29;

interface Room {
  readonly width: number;
  /** Of an option, at most. */
  readonly lines: number;
}

function briefHelp(command: Command, { options }: StudyKind, room: Room): string {
  const own = options.filter(({ group }) => group === undefined);
  const groups = OPTION_GROUPS.map((title): [string, string[]] => [
    title,
    options.filter(({ group }) => group === title).map(flagOf),
  ]);
  const flags = [...options.map(flagOf), "--preset"];
  const running = command.options.map(({ long }) => long!).filter((flag) => !flags.includes(flag));
  const lists = [...groups, ["running", [...running, "--plugin"]] as const].filter(([, names]) => names.length > 0);
  return [
    `Usage: ${command.createHelp().commandUsage(command)}\n\n${command.description()}`,
    `Options:\n${own.map((option) => linesOf(option, room)).join("\n")}`,
    `More options, which \`--help ${ALL}\` explains, with all defaults:`,
  ]
    .join("\n\n")
    .concat(
      `\n${lists.map(([title, names]) => `  ${title.padEnd(9)} ${filled(names, room.width - 12).join(`\n${" ".repeat(12)}`)}`).join("\n")}\n`,
    );
}

const flagOf = ({ name, off }: Option) => flagNamed(name, !off);

/** An option with as much of its description as there is room for; its default is not cut. */
function linesOf(option: Option, { width, lines }: Room): string {
  const { value, brief, description, fallback } = option;
  const flag = `  ${flagOf(option)}${value === undefined ? "" : ` <${value}>`}`.padEnd(INDENT - 2);
  const told = (brief ?? (typeof description === "string" ? description : description())).split(" ");
  const known = fallback === undefined ? [] : `(default: ${fallback})`.split(" ");
  const fill = (words: readonly string[]) => filled(words, width - INDENT);
  let kept = told.length;
  const text = () => [...told.slice(0, kept), ...(kept < told.length ? ["..."] : []), ...known];
  while (kept > 1 && fill(text()).length > lines) kept--;
  return `${flag}  ${fill(text()).join(`\n${" ".repeat(INDENT)}`)}`;
}

/** Words on as many lines as they take. */
function filled(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const longer = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
