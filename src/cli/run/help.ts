/** What help says of studies below their options. */

import type { Example, StudyKind } from "../../study/kind.ts";
import { flagNamed } from "../talk/options.ts";

const WIDTH = 27;

/** Presets and examples of one study, and where all is told its notes. */
export function studyHelp({ name, presets, examples, notes }: StudyKind, all: boolean): string {
  const presetLines = presets.map((preset) => `  ${preset.name.padEnd(12)} ${preset.summary}`);
  const exampleLines = examples.map((example) => `  tombola run ${wordsOf(name, example)}\n      ${example.summary}`);
  const parts = [
    presets.length > 0 ? `Presets, for --preset, whose options may be overridden:\n${presetLines.join("\n")}` : "",
    examples.length > 0 ? `Examples:\n${exampleLines.join("\n")}` : "",
    (all && notes) || "",
  ];
  return `\n${parts.filter(Boolean).join("\n\n")}`;
}

/** The presets of all studies. */
export function presetHelp(kinds: readonly StudyKind[]): string {
  const lines = kinds.flatMap(({ name, presets }) =>
    presets.map((preset) => {
      const words = preset.short ? preset.name : `${name} --preset ${preset.name}`;
      return `  ${words.padEnd(WIDTH)} ${preset.summary}`;
    }),
  );
  return `\nPresets, whose options may be overridden:\n${lines.join("\n")}\n\n\`tombola run STUDY --help\` tells a study's options, presets and examples.`;
}

/** An example as it is typed. */
function wordsOf(name: string, { preset, options = {} }: Example): string {
  const words = Object.entries(options).flatMap(([field, value]) => {
    if (typeof value === "boolean") return [flagNamed(field, value)];
    return [flagNamed(field), Array.isArray(value) ? value.join(",") : String(value)];
  });
  return [name, ...(preset === undefined ? [] : ["--preset", preset]), ...words].join(" ");
}
