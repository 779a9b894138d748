import { expect, test } from "vitest";
import { sequentialColors } from "../../figure/draw/colors.ts";
import { darkRules, lightened, luminance } from "../../figure/page/dark.ts";
import { ARM_STYLES } from "./arms.ts";

/** The ground of figures on a dark page. */
const GROUND = luminance("#1d2126");

test("every colour of an arm or a sequence is three times as bright as the dark ground", () => {
  const arms = Object.values(ARM_STYLES).map(({ color }) => color);
  for (const color of [...arms, ...sequentialColors(9)])
    expect((luminance(lightened(color)) + 0.05) / (GROUND + 0.05), color).toBeGreaterThan(3);
});

test("darker lines stay darker, so that what captions say of them stays true", () => {
  const bright = sequentialColors(12).map((color) => luminance(lightened(color)));
  expect(bright).toEqual(bright.toSorted((a, b) => a - b));
});

test("the colours that a drawing has get a rule each, for fill and stroke", () => {
  const rules = darkRules(['<g stroke="#0072b2"><circle fill="#0072b2"/></g>', '<text fill="#d55e00"/>']);
  expect(rules.match(/="#0072b2"\]/g)).toHaveLength(2);
  expect(rules).toContain(`[stroke="#d55e00"] { stroke: ${lightened("#d55e00")}; }`);
  expect(rules).not.toContain("#009e73");
});
