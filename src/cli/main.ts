#!/usr/bin/env node
/** The command `tombola`: one file a verb. */

import { Command } from "commander";
import { addBench } from "./bench.ts";
import { addData } from "./data.ts";
import { addDoctor } from "./doctor.ts";
import { version } from "./environment.ts";
import { addEvaluate } from "./evaluate.ts";
import { addExplain } from "./explain.ts";
import { addExport } from "./export.ts";
import { addFigure } from "./figure.ts";
import { addInterpolate } from "./interpolate.ts";
import { addLevels } from "./levels.ts";
import { EXIT, report } from "./output.ts";
import { addPlane } from "./plane.ts";
import { addRun } from "./run.ts";
import { addRuns } from "./runs.ts";
import { addShow } from "./show.ts";
import { addTrajectory } from "./trajectory.ts";

const program = new Command("tombola")
  .description("Research on the lottery ticket hypothesis: find winning tickets, test them, look at the answer.")
  .version(version())
  .exitOverride();

const training = [addRun, addRuns, addShow, addFigure, addLevels];
const networks = [addExport, addEvaluate, addExplain, addInterpolate, addPlane, addTrajectory];
for (const add of [...training, ...networks, addData, addDoctor, addBench]) add(program);

// A reader that has seen enough, such as `head`, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) =>
  process.exit(error.code === "EPIPE" ? EXIT.ok : EXIT.failed),
);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
