/** Showing how a study goes, on stderr: bars on a terminal, a line for every network elsewhere, nothing when quiet. */

import cliProgress from "cli-progress";
import { duration, type Meter } from "../../app/meter.ts";
import type { RunEvents } from "../../app/run.ts";
import { say, visible, warning } from "../talk/output.ts";

/** What is told while a study runs. */
export interface Display extends Required<RunEvents> {
  /** A remark. */
  log(text: string): void;
  /** Leaves the terminal as it was. */
  close(): void;
}

/** The display that fits stderr. */
export function createDisplay(meter: Meter, { quiet = false }: { quiet?: boolean | undefined }): Display {
  const shown = quiet ? silent : process.stderr.isTTY ? bars(meter) : lines(meter);
  return {
    ...shown,
    warn: (text) => shown.log(warning(text)),
    onStart(label) {
      meter.start(label);
    },
    onProgress(label, progress) {
      meter.progress(label, progress);
      shown.onProgress(label, progress);
    },
    onEnd(label) {
      meter.end(label);
      shown.onEnd(label);
    },
    onNote: (note) => shown.log(warning(note)),
    diverged: (message) => shown.log(warning(message)),
    leftOut: (label) => shown.log(warning(`${label} is left out: what it takes in diverged`)),
    stored(key, label) {
      meter.stored(key, label);
      shown.stored(key, label);
    },
  };
}

type Shown = Omit<Display, "onStart" | "onNote" | "leftOut" | "diverged" | "warn">;

const nothing = () => {};
const silent: Shown = {
  onProgress: nothing,
  onEnd: nothing,
  stored: nothing,
  result: nothing,
  log: say,
  close: nothing,
};

function lines(meter: Meter): Shown {
  const result = (text: string) => {
    const { networks, of, secondsLeft } = meter.read();
    say(`[${networks}/${of}] ${text}${secondsLeft === null ? "" : `, ${duration(secondsLeft)} left`}`);
  };
  return { ...silent, result };
}

function bars(meter: Meter): Shown {
  const format = "{bar} {text}";
  // Bars move down when something is logged above them, so each is drawn again.
  const options = {
    format,
    fps: 5,
    forceRedraw: true,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    barsize: 24,
  };
  const multi = new cliProgress.MultiBar(options, cliProgress.Presets.shades_classic);
  const overall = multi.create(1, 0, { text: "" });
  const own = new Map<string, cliProgress.SingleBar>();
  const free: cliProgress.SingleBar[] = [];
  const refresh = () => {
    const { networks, of, fraction, secondsLeft } = meter.read();
    const left = secondsLeft === null ? "" : `, ${duration(secondsLeft)} left`;
    overall.update(fraction, { text: `${networks} of ${of} networks${left}` });
  };
  refresh();
  return {
    ...silent,
    onProgress(label, { step, from, to, loss, points }) {
      const bar = own.get(label) ?? free.pop() ?? multi.create(1, 0);
      own.set(label, bar);
      const mean = loss ?? points.at(-1)?.trainLoss ?? null;
      const losing = mean === null ? "" : `, loss ${mean.toPrecision(3)}`;
      bar.update((step - from) / (to - from), { text: `${label}: iteration ${step} of ${to}${losing}` });
      refresh();
    },
    onEnd(label) {
      const bar = own.get(label);
      if (!bar) return;
      own.delete(label);
      free.push(bar);
      bar.update(0, { text: "" });
    },
    stored: refresh,
    log: (text) => multi.log(`${visible(text)}\n`),
    close() {
      // What was logged appears with the next frame.
      multi.update();
      multi.stop();
    },
  };
}
