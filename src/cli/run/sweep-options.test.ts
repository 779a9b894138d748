/** `--sweep` makes the product that it says, and refuses what could be meant otherwise. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { studyNamed } from "../../study/registry.ts";
import { MOST_CELLS, sweepOf } from "./sweep-options.ts";

const { options } = studyNamed("imp");

test("all combinations, the first option slowest, with the values that the options read", () => {
  const { swept, cells } = sweepOf(["lr=0.01,0.1", "train-size=100,200,300"], options, {});
  expect(swept).toEqual({ lr: [0.01, 0.1], trainSize: [100, 200, 300] });
  expect(cells).toHaveLength(6);
  expect(cells[1]).toEqual({ label: "lr 0.01, train-size 200", options: { lr: 0.01, trainSize: 200 } });
  expect(cells[5]).toEqual({ label: "lr 0.1, train-size 300", options: { lr: 0.1, trainSize: 300 } });
});

test("as many cells as the product of the values, no two alike", () => {
  const distinct = fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(distinct, distinct, distinct, (lr, batch, seed) => {
      const { cells } = sweepOf([`lr=${lr}`, `batch=${batch}`, `seed=${seed}`], options, {});
      expect(cells).toHaveLength(lr.length * batch.length * seed.length);
      expect(new Set(cells.map((cell) => JSON.stringify(cell.options))).size).toBe(cells.length);
    }),
  );
});

test("semicolons part the values of an option that is a list, and of others that have commas", () => {
  expect(sweepOf(["arms=ticket,reinit;ticket"], options, {}).swept).toEqual({
    arms: [["ticket", "reinit"], ["ticket"]],
  });
  expect(sweepOf(["arms=ticket,reinit"], options, {}).cells).toHaveLength(1);
  expect(sweepOf(["scores=magnitude"], options, {}).cells).toHaveLength(1);
  const { swept } = sweepOf(["data=mnist;npy:a.npy,b.npy"], options, {});
  expect(swept).toEqual({ data: ["mnist", "npy:a.npy,b.npy"] });
});

test("switches are on or off", () => {
  expect(sweepOf(["nesterov=true,false"], options, {}).swept).toEqual({ nesterov: [true, false] });
});

test.each([
  ["learning-rate=1", "sweep: must name an option of the study"],
  ["lrr=1", 'sweep: must name an option of the study, got "lrr". Did you mean lr?'],
  ["lr", 'sweep: must be NAME=VALUE, NAME an option of the study, got "lr"'],
  ["lr=", "sweep: must be NAME=VALUE"],
  ["lr=0.1,,0.2", 'sweep: must have no empty value, got "lr=0.1,,0.2". Write NAME=VALUE,VALUE'],
  ["lr=0.1,0.10", 'sweep: must name each value once, and 0.10 is there twice, got "lr=0.1,0.10"'],
  ["lr=0.1,fast", 'lr: must be a number above 0, got "fast"'],
  ["cut=0.2", 'sweep: cut is swept, and given beside, got "cut=0.2". Leave one of them out'],
  [`seed=${Array.from({ length: MOST_CELLS + 1 }, (_, i) => i)}`, "sweep: must make at most 1000 runs, got 1001"],
  ["nesterov=yes", 'nesterov: must be true or false, got "yes"'],
])("%s is refused", (text, message) => {
  expect(() => sweepOf([text], options, { cut: 0.3 })).toThrow(
    expect.objectContaining({ code: "usage", message: expect.stringContaining(message) }),
  );
});

test("one option is swept once", () => {
  expect(() => sweepOf(["lr=0.1", "lr=0.2"], options, {})).toThrow("must name lr once");
});
