/** `tombola completion`: what a shell sources so that it completes commands and options. */

import type { Command } from "commander";
import { completionScript, SHELLS } from "../talk/completion.ts";
import { print } from "../talk/output.ts";

/** Adds the verb. */
export function addCompletion(program: Command): void {
  program
    .command("completion")
    .description('print what a shell completes commands by: eval "$(tombola completion bash)"')
    .argument("<shell>", `one of ${SHELLS.join(", ")}`)
    .action((shell: string) => print(completionScript(program, shell)));
}
