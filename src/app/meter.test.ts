import { expect, test } from "vitest";
import { createMeter, duration } from "./meter.ts";

const plan = {
  networks: new Map([
    ["a", 100],
    ["b", 100],
    ["c", 200],
  ]),
  labels: new Map([["A", 100]]),
};

test("adds up the work of finished and running networks", () => {
  let time = 0;
  const meter = createMeter(plan, () => time);
  expect(meter.read()).toEqual({ networks: 0, of: 3, fraction: 0, secondsLeft: null });
  meter.start("A");
  meter.progress("A", { step: 540, from: 500, to: 600 });
  meter.progress("A", { step: 550, from: 500, to: 600 });
  time = 1000;
  // A speed of ten a second, since the first forty may have been done before.
  expect(meter.read()).toEqual({ networks: 0, of: 3, fraction: 1 / 8, secondsLeft: 35 });
  meter.end("A");
  meter.stored("a", "A");
  time = 2000;
  expect(meter.read()).toEqual({ networks: 1, of: 3, fraction: 1 / 4, secondsLeft: 10 });
});

test("what the store had says nothing about the speed", () => {
  let time = 0;
  const meter = createMeter(plan, () => time);
  meter.stored("c", "C");
  time = 50;
  expect(meter.read()).toMatchObject({ fraction: 1 / 2, secondsLeft: null });
  meter.start("A");
  meter.end("A");
  meter.stored("a", "A");
  time = 1000;
  expect(meter.read()).toMatchObject({ fraction: 3 / 4, secondsLeft: 1 });
});

test("a network of several arms counts once", () => {
  const meter = createMeter(plan);
  meter.stored("a", "A");
  meter.stored("a", "A again");
  expect(meter.read()).toMatchObject({ networks: 1, fraction: 1 / 4 });
});

test("a study without work is done", () => {
  expect(createMeter({ networks: new Map([["a", 0]]), labels: new Map() }).read().fraction).toBe(1);
});

test.each([
  [0, "0 s"],
  [44.2, "45 s"],
  [100, "2 min"],
  [5940, "99 min"],
  [7500, "2 h 5 min"],
])("%f seconds are %s", (seconds, text) => expect(duration(seconds)).toBe(text));
