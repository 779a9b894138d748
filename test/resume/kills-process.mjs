/**
 * One process of kills.mjs: carries a study out with one worker thread, and tells on lines of JSON what it trains and the
 * CPU time that it has taken so far, in seconds over all threads.
 */
import { runStudy } from "../../dist/index.js";

const { study, store, options } = JSON.parse(process.argv[2]);

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const tell = (line) => process.stdout.write(`${JSON.stringify({ ...line, cpu: cpu() })}\n`);

const events = {
  onStart: (label) => tell({ start: label }),
  onProgress: (label, { step }) => tell({ label, step }),
  onEnd: (label) => tell({ end: label }),
};
const finished = await runStudy(study, { ...options, store, workers: 1, events });
await finished.write();
const rows = finished.rows.map(({ seconds: _, ...row }) => row);
tell({ rows });
