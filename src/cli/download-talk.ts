/** Showing a download: a bar on a terminal, a line for every file elsewhere. */

import cliProgress from "cli-progress";
import type { DownloadProgress, OnProgress } from "../dataset/download.ts";
import { say } from "./output.ts";

/** Told of every piece that arrives, and of the end. */
export interface DownloadTalk {
  readonly onProgress: OnProgress;
  close(): void;
}

/** The talk that fits stderr. */
export function downloadTalk({ quiet = false }: { quiet?: boolean | undefined }): DownloadTalk {
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
