/** `tombola evaluate`: scores weights that somebody trained, here or elsewhere. */

import type { Command } from "commander";
import { fail } from "../../base/errors.ts";
import { createEngine } from "../../engine/choose.ts";
import { MODEL_NAMES, parseModel } from "../../model/registry.ts";
import { networkFromSafetensors } from "../../model/tensors.ts";
import { readIfThere } from "../../store/files.ts";
import { text } from "../../study/option.ts";
import { scoreNetwork } from "../../train/network.ts";
import { describeTalking, loadTalking } from "../talk/download-talk.ts";
import { addOption, addShared, type SharedOptions } from "../talk/options.ts";
import { print, printJson } from "../talk/output.ts";

interface EvaluateOptions extends SharedOptions {
  readonly model?: string;
  readonly weights?: string;
}

/** Adds the verb `evaluate`. */
export function addEvaluate(program: Command): void {
  const command = program
    .command("evaluate")
    .description("score the weights of a safetensors file on a test set; masks in it make the network sparse");
  addOption(command, "--model <name>", `${MODEL_NAMES.join(" or ")} (default: lenet-300-100)`, text);
  addOption(command, "--weights <file>", "safetensors with PyTorch's names and layouts, such as fc1.weight", text);
  addShared(command, "data", "dataDir", "engine", "json").action(evaluateFile);
}

async function evaluateFile(options: EvaluateOptions): Promise<void> {
  const { model: name = "lenet-300-100", weights: path, data = "mnist", engine = "auto", json } = options;
  if (path === undefined) return fail("usage", "--weights", { rule: "is needed: the file to score" });
  const model = parseModel(name, await describeTalking(data, options));
  const bytes = (await readIfThere(path)) ?? fail("data", path, { rule: "the file must exist" });
  const network = networkFromSafetensors(bytes, model.parameters, path);
  const dataset = await loadTalking(data, options);
  const { n, accuracy, loss } = scoreNetwork(await createEngine(engine), network, { model, dataset });
  if (json) printJson({ n, testAccuracy: accuracy, testLoss: loss });
  else print(`${(100 * accuracy).toFixed(2)} % of ${n} test images are right, mean loss ${loss.toFixed(4)}`);
}
