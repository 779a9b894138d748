/** The options of a study on the command line, and the specification that they make. */

import type { Command } from "commander";
import type { Preset, StudyKind, StudySpec } from "../../study/kind.ts";
import { text, type Values } from "../../study/option.ts";
import { addOption, addStudyOption, givenOptions } from "../talk/options.ts";

/** Adds a study's options, and `--preset` where it has presets and is not one itself. */
export function addStudyOptions(command: Command, kind: StudyKind, preset?: Preset): Command {
  if (!preset && kind.presets.length > 0)
    addOption(command, "--preset <name>", "options of the study under a name, see below", text);
  for (const option of kind.options) addStudyOption(command, option);
  return command;
}

/** The specification that a parsed command asks for; throws `usage` naming the field that is wrong. */
export function askedSpec(command: Command, kind: StudyKind, preset?: Preset): StudySpec {
  const { given, named } = askedOptions(command, kind, preset);
  return kind.specOf(given, named);
}

/** Options that were given, and the preset that they are over. */
export interface AskedOptions {
  readonly given: Values;
  readonly named: string | undefined;
}

/** What a parsed command asks for. */
export function askedOptions(command: Command, kind: StudyKind, preset?: Preset): AskedOptions {
  const named = preset?.name ?? (command.getOptionValue("preset") as string | undefined);
  return { given: givenOptions(command, kind.options), named };
}
