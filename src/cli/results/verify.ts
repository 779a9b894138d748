/** `tombola verify`: whether every file of a store is as it was written. */

import type { Command } from "commander";
import { verifyStore } from "../../store/verify.ts";
import { existingStore } from "../talk/folder.ts";
import { addShared, type SharedOptions } from "../talk/options.ts";
import { EXIT, print, printJson } from "../talk/output.ts";

/** Adds the verb. */
export function addVerify(program: Command): void {
  const command = program
    .command("verify")
    .description("read every file of a store and hold it against its checksum, its name and what it belongs to")
    .action(verify);
  addShared(command, "store", "json");
}

async function verify(options: SharedOptions): Promise<void> {
  const store = await existingStore(options);
  const { files, damage } = await verifyStore(store);
  if (options.json) printJson({ store: store.dir, files, damage });
  else {
    const found = damage.length === 0 ? "none is damaged" : `${damage.length} damaged or out of place`;
    print([...damage.map(({ file, message }) => `${file}: ${message}`), `${files} files read, ${found}`].join("\n"));
  }
  if (damage.length > 0) process.exitCode = EXIT.failed;
}
