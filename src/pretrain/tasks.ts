/**
 * The tasks of pre-training by their names, and the models that they train. Any pictures may be learnt by them, so they are called
 * with a version as what is brought is: `cifar10?task=simclr@1`.
 */
import { registerModel } from "../model/registry.ts";
import { registerTask } from "../task/registry.ts";
import { PROJECTED } from "./family.ts";
import { installViews } from "./install.ts";
import { mocoTask } from "./moco.ts";
import { rotation } from "./rotation.ts";
import { simclrTask } from "./simclr.ts";

/** Raised where results of a task change. */
const VERSION = "1";

/** Temperature .5, as SimCLR has it on CIFAR-10. */
export const simclr = simclrTask({ temperature: 0.5 });

/** Temperature .2 as MoCo v2, a queue of 4,096 keys of 64 numbers, key momentum .99, keys normalised in halves. */
export const moco = mocoTask({
  ...{ temperature: 0.2, queue: 4096, features: 64, keyMomentum: 0.99, keyNorm: "shuffled-halves" },
});

/** Makes tasks of views and their models known by their names. Again is nothing. */
export function addPretraining(): void {
  installViews();
  for (const task of [simclr, moco, rotation]) registerTask(task, VERSION);
  registerModel(PROJECTED.grammar, PROJECTED);
}
