#!/usr/bin/env node
/** The command `tombola`: one file a verb. */

import { Command } from "commander";
import { loadPlugins } from "../plugin/load.ts";
import { namedModel } from "../plugin/load-bert.ts";
import { addPretraining } from "../pretrain/tasks.ts";
import { addSequenceModels } from "../sequence/families.ts";
import { registerTextTasks } from "../task/text/tasks.ts";
import { addExplain } from "./explain/explain.ts";
import { addBench } from "./machine/bench.ts";
import { addCompletion } from "./machine/completion.ts";
import { addData } from "./machine/data.ts";
import { addDoctor } from "./machine/doctor.ts";
import { addTokenize } from "./machine/tokenize.ts";
import { addEvaluate } from "./networks/evaluate.ts";
import { addExport } from "./networks/export.ts";
import { addFeatures } from "./networks/features.ts";
import { addInterpolate } from "./networks/interpolate.ts";
import { addLevels } from "./networks/levels.ts";
import { addPlane } from "./networks/plane.ts";
import { addTrajectory } from "./networks/trajectory.ts";
import { addClaims } from "./results/claims.ts";
import { addCompare } from "./results/compare.ts";
import { addFigure } from "./results/figure.ts";
import { addNote } from "./results/note.ts";
import { addRemove } from "./results/remove.ts";
import { addRows } from "./results/rows.ts";
import { addRuns } from "./results/runs.ts";
import { addShow } from "./results/show.ts";
import { addVerify } from "./results/verify.ts";
import { addRun } from "./run/run.ts";
import { withStudy } from "./run/spec-file.ts";
import { version } from "./talk/environment.ts";
import { EXIT, lost, report, visible } from "./talk/output.ts";
import { addPlugins, hintAtPlugins, namedPlugins } from "./talk/plugins.ts";

addSequenceModels();
addPretraining();
registerTextTasks();

const program = new Command("tombola")
  .description("Research on the lottery ticket hypothesis: find winning tickets, test them, look at the answer.")
  .version(version())
  .exitOverride()
  // Words of a command are repeated in its errors, which a terminal must not obey.
  .configureOutput({ writeErr: (text) => void process.stderr.write(visible(text)) });

const training = [
  addRun,
  addRuns,
  addShow,
  addFigure,
  addCompare,
  addRows,
  addNote,
  addClaims,
  addVerify,
  addRemove,
  addLevels,
];
const networks = [addExport, addEvaluate, addFeatures, addExplain, addInterpolate, addPlane, addTrajectory];

// Printing is the last that a verb does. What it prints may be lost, but what it has done is not, and its end is waited for.
process.stdout.on("error", lost);
// Nobody reads the talk any more: that ends no work.
process.stderr.on("error", () => {});

/** A word of the command line, with the name of the model in place of a folder that it names, which is read. */
async function readFolder(word: string): Promise<string> {
  const [, option = "", model = ""] = /^(--model=)?(bert:.+)$/s.exec(word) ?? [];
  return model === "" ? word : option + (await namedModel(model));
}

try {
  // Help and options are made of all that there is, so that what plug-ins bring comes first.
  addPlugins(program);
  await loadPlugins(namedPlugins(program, process.argv.slice(2)));
  const words = await withStudy(await Promise.all(process.argv.map(readFolder)));
  for (const add of [...training, ...networks, addData, addTokenize, addDoctor, addBench, addCompletion]) add(program);
  await program.parseAsync(words);
} catch (error) {
  process.exitCode = report(error);
  if (process.exitCode === EXIT.usage) await hintAtPlugins(process.argv.slice(2));
}
