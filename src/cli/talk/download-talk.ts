/** Showing a download: a bar on a terminal, a line for every file elsewhere. */

import cliProgress from "cli-progress";
import { type Dataset, sourceOf } from "../../dataset/dataset.ts";
import type { DownloadProgress } from "../../dataset/fetch/download.ts";
import { type DatasetDescription, describeDataset, type LoadOptions, loadDataset } from "../../dataset/load.ts";
import type { SharedOptions } from "./options.ts";
import { say, warning } from "./output.ts";

/** Who is told how a download goes. */
type Listeners = Required<Pick<LoadOptions, "onProgress" | "onNotice">>;

/** Where to look, and whether nothing may be fetched or kept. */
interface Asked extends Pick<SharedOptions, "dataDir" | "quiet"> {
  readonly dryRun?: boolean;
}

/** Loads a data set, showing the download where one is needed; throws `data` where it cannot be had or is damaged. */
export function loadTalking(name: string, options: Asked): Promise<Dataset> {
  return talking(options, (listeners) => loadDataset(name, { ...where(options), ...listeners }));
}

/** What a network for a data set depends on; a folder of images may have to be read for it, which is shown. */
export function describeTalking(name: string, options: Asked): Promise<DatasetDescription> {
  return talking(options, (listeners) => describeDataset(name, { ...where(options), ...listeners }));
}

/** Describes data sets and loads them: one that had to be read to be described is not read again. */
export function createLoader(options: Asked) {
  const read = new Map<string, Dataset>();
  return {
    async describe(name: string): Promise<DatasetDescription> {
      const description = await describeTalking(name, options);
      if ("train" in description)
        for (const known of [name, sourceOf(description)]) read.set(known, description as Dataset);
      return description;
    },
    async load(name: string): Promise<Dataset> {
      return read.get(name) ?? loadTalking(name, options);
    },
  };
}

/** Does something that may download, and shows it on stderr. */
export async function talking<T>(
  { quiet }: Pick<SharedOptions, "quiet">,
  work: (listeners: Listeners) => Promise<T>,
): Promise<T> {
  const talk = downloadTalk({ quiet });
  try {
    return await work(talk);
  } finally {
    talk.close();
  }
}

function where({ dataDir, dryRun }: Asked): Pick<LoadOptions, "dataDir" | "dry"> {
  return { ...(dataDir && { dataDir }), ...(dryRun && { dry: true }) };
}

const seen = new Set<string>();

/** Says a notice once, however often its data set is read. */
function noticed(text: string): void {
  if (!seen.has(text)) say(warning(text));
  seen.add(text);
}

/** Told of every piece that arrives, and of the end. */
interface DownloadTalk extends Listeners {
  close(): void;
}

/** The talk that fits stderr. */
function downloadTalk({ quiet = false }: { quiet?: boolean | undefined }): DownloadTalk {
  const onNotice = (text: string) => noticed(text);
  if (quiet) return { onProgress: () => {}, onNotice, close: () => {} };
  return process.stderr.isTTY ? bar() : lines();
}

function lines(): DownloadTalk {
  let current = "";
  const onProgress = ({ doing, file, total }: DownloadProgress) => {
    if (file !== current) say(`${doing} ${file}${total === undefined ? "" : `, ${megabytes(total)} MB`}`);
    current = file;
  };
  return { onProgress, onNotice: noticed, close: () => {} };
}

function bar(): DownloadTalk {
  const format = "{bar} {file} {megabytes} MB";
  const shown = new cliProgress.SingleBar({ format, hideCursor: true, gracefulExit: false, barsize: 24 });
  let started = false;
  const onProgress = ({ file, received, total = received }: DownloadProgress) => {
    const text = { file, megabytes: megabytes(received) };
    if (!started) shown.start(total, received, text);
    started = true;
    shown.setTotal(total);
    shown.update(received, text);
  };
  const close = () => {
    if (started) shown.stop();
    started = false;
  };
  const onNotice = (text: string) => {
    close();
    noticed(text);
  };
  return { onProgress, onNotice, close };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
