/** `tombola trajectory`: how long the updates between networks of one training are, and how they turn. */

import type { Command } from "commander";
import { type Trajectory, trajectory } from "../../connectivity/trajectory.ts";
import { modelNames, parseModel } from "../../model/registry.ts";
import { text } from "../../study/option.ts";
import { createLoader } from "../talk/download-talk.ts";
import { addOption, addShared, askedData, type SharedOptions } from "../talk/options.ts";
import { print, printJson } from "../talk/output.ts";
import { table } from "../talk/table.ts";
import { findEnd, modelAsked, subjectOf } from "./ends.ts";

type TrajectoryOptions = SharedOptions & { readonly model?: string };

/** Adds the verb. */
export function addTrajectory(program: Command): void {
  const command = program
    .command("trajectory")
    .argument("<networks...>", "networks of one training in its order: keys of the store or files of weights")
    .description("measure the updates between networks: L2 lengths, and the angles and cosines from one to the next");
  addOption(
    command,
    "--model <name>",
    `of files: ${modelNames().join(" or ")} (default: by their names and shapes)`,
    text,
  );
  addShared(command, "data", "dataDir", "store", "json", "quiet").action(measure);
}

async function measure(names: readonly string[], options: TrajectoryOptions): Promise<void> {
  const ends = await Promise.all(names.map((name) => findEnd(name, options)));
  const { describe, load } = createLoader(options);
  const asked = { ...options, data: askedData(options) };
  const found = await modelAsked(ends, { ...asked, load });
  const subject = subjectOf(ends, { ...asked, ...(found !== undefined && { model: found }) });
  const model = parseModel(subject.model, await describe(subject.data));
  const networks = await Promise.all(ends.map((end) => end.read(model)));
  const measured = trajectory(
    model,
    networks.map(({ weights }) => weights),
  );
  if (options.json) printJson(measured);
  else print(tableOf(names, measured));
}

function tableOf(names: readonly string[], { lengths, distances, cosines, angles, rotations }: Trajectory): string {
  const shown = (value: number | undefined) => (value === undefined ? "-" : value.toFixed(4));
  const rows = names.map((name, at) => [
    name.slice(-24),
    shown(distances[at]),
    shown(rotations[at]),
    shown(lengths[at - 1]),
    shown(cosines[at - 2]),
    shown(angles[at - 2]),
  ]);
  return table(["network", "distance", "rotation °", "update", "cosine", "angle °"], rows);
}
