/** Which rows networks make, with what is told of their source and their target. */
import { trainedImages } from "../../../dataset/split.ts";
import { validationCount } from "../../../dataset/validation.ts";
import type { TransferPlace } from "../row.ts";
import type { Site } from "../site.ts";
import type { Configuration } from "./spec.ts";

/** A configuration as rows tell it. */
export interface Told {
  /** The data set as steps name it. */
  readonly data: string;
  readonly optimizer: string;
  /** Images trained on. */
  readonly images: number;
  readonly classes: number;
}

/** Where a row stands on its target. */
export interface Place extends Pick<TransferPlace, "source" | "arm" | "level"> {
  /** The site whose search the network is from; absent of one that needs none. */
  readonly from?: Site;
}

/** The place of a network on the target `site`. */
export function placeOf(site: Site, { from, ...place }: Place): Omit<TransferPlace, "target" | "replicate" | "of"> {
  return { ...place, uncut: site.uncut, ...(from && { from: toldOf(from) }), on: toldOf(site) };
}

const told = new WeakMap<Site, Told>();

/** What rows tell of a configuration, counted once. */
function toldOf(site: Site): Told {
  const known = told.get(site) ?? counted(site);
  told.set(site, known);
  return known;
}

function counted({ task, dataset }: Pick<Site, "task" | "dataset">): Told {
  const { optimizer } = task as unknown as Configuration;
  const images = trainedImages(dataset, { validation: validationCount(task.validation, dataset.train.count) }).length;
  return { data: dataset.name, optimizer: optimizer.name, images, classes: dataset.outputs };
}
