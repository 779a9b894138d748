import { expect, test } from "vitest";
import { peerSource } from "./peer.ts";

const line = (name: string, threads = 1) => JSON.stringify({ case: name, threads, ms: 1.5 });
const source = (command: string) => peerSource(command, { cases: ["a", "b"], threads: 1 });

test("the wanted rows are taken and the program is stopped, however long it would go on", async () => {
  const started = performance.now();
  const rows = await source(`echo '${line("x")}'; echo '${line("a")}'; echo '${line("b")}'; sleep 60; echo late`)();
  expect(rows).toEqual(["a", "b"].map((name) => ({ case: name, engine: "peer", density: 1, threads: 1, ms: 1.5 })));
  expect(performance.now() - started).toBeLessThan(10_000);
});

test.each([
  [`echo '${line("a")}'`, /peer: must print every case, got "no b"/],
  [`echo '${line("a", 2)}'`, /peer: must run on 1 threads, got 2/],
  ["echo hello", /peer: must print lines like .* got "hello"/],
  ["exit 3", /must print every case/],
])("%s is refused", async (command, message) => {
  await expect(source(command)()).rejects.toThrow(message);
});
