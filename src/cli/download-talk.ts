/** Showing a download: a bar on a terminal, a line for every file elsewhere. */

import cliProgress from "cli-progress";
import type { Dataset } from "../dataset/dataset.ts";
import type { DownloadProgress, OnProgress } from "../dataset/download.ts";
import { loadDataset } from "../dataset/load.ts";
import type { SharedOptions } from "./options.ts";
import { say } from "./output.ts";

/** Loads a data set, showing the download where one is needed; throws `data` where it cannot be had or is damaged. */
export async function loadTalking(
  name: string,
  { dataDir, quiet }: Pick<SharedOptions, "dataDir" | "quiet">,
): Promise<Dataset> {
  const talk = downloadTalk({ quiet });
  try {
    return await loadDataset(name, { ...(dataDir ? { dataDir } : {}), onProgress: talk.onProgress });
  } finally {
    talk.close();
  }
}

/** Told of every piece that arrives, and of the end. */
interface DownloadTalk {
  readonly onProgress: OnProgress;
  close(): void;
}

/** The talk that fits stderr. */
function downloadTalk({ quiet = false }: { quiet?: boolean | undefined }): DownloadTalk {
  if (quiet) return { onProgress: () => {}, close: () => {} };
  return process.stderr.isTTY ? bar() : lines();
}

function lines(): DownloadTalk {
  let current = "";
  const onProgress = ({ file, total }: DownloadProgress) => {
    if (file !== current) say(`downloading ${file}${total === undefined ? "" : `, ${megabytes(total)} MB`}`);
    current = file;
  };
  return { onProgress, close: () => {} };
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
  return { onProgress, close: () => void (started && shown.stop()) };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
