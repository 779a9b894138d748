/** Completion scripts for shells, made of the same commands and options as `--help`. */

import type { Command } from "commander";
import { failNone } from "../../base/registry.ts";

/** The shells that scripts are written for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** The script of a shell; throws `usage` for another. */
export function completionScript(program: Command, shell: string): string {
  const places = placesOf(program);
  if (shell === "bash") return bash(places);
  if (shell === "zsh") return `autoload -U +X bashcompinit && bashcompinit\n${bash(places)}`;
  if (shell === "fish") return fish(places);
  return failNone(shell, { where: "completion", names: SHELLS });
}

/** Commands that may stand in a line, such as `run imp`, "" before the first, and the words that may follow. */
interface Place {
  readonly path: string;
  readonly words: string;
}

function placesOf(command: Command, path = ""): Place[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter((each) => each.name() !== "help");
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  const words = [...commands.map((each) => each.name()), ...options.map(({ long }) => long ?? "")];
  const below = commands.flatMap((each) => placesOf(each, `${path} ${each.name()}`.trim()));
  return [{ path, words: words.join(" ") }, ...below];
}

const quoted = (text: string) => `'${text.replaceAll("'", "")}'`;

function bash(places: readonly Place[]): string {
  const paths = places.flatMap(({ path }) => (path === "" ? [] : quoted(path)));
  const cases = places.map(({ path, words }) => `    ${quoted(path)}) words=${quoted(words)} ;;`);
  return `_tombola() {
  local at= next words= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${at:+$at }\${COMP_WORDS[i]}"
    case "$next" in
      ${paths.join(" | ")}) at="$next" ;;
    esac
  done
  case "$at" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _tombola tombola`;
}

function fish(places: readonly Place[]): string {
  const paths = places.flatMap(({ path }) => (path === "" ? [] : quoted(path)));
  const lines = places.map(
    ({ path, words }) =>
      `complete -c tombola -n "string match -q -- ${quoted(path)} (__tombola_at)" -a ${quoted(words)}`,
  );
  return `function __tombola_at
  set -l at ""
  for word in (commandline -opc)[2..-1]
    set -l next (string trim -- "$at $word")
    if contains -- $next ${paths.join(" ")}
      set at $next
    end
  end
  echo $at
end
${lines.join("\n")}`;
}
