/** A report in Chromium: its controls by pointer and keys, on narrow and wide pages, light and dark, with no network. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { luminance } from "../../src/figure/page/dark.ts";
import { report } from "../../src/figure/report.ts";
import { ROWS } from "../../src/study/networks/fixtures/rows.ts";
import { networkReport } from "../../src/study/networks/report.ts";
import { PRUNING_FIGURES } from "../../src/study/pruning/figures/index.ts";
import { ACCURACY } from "../../src/task/words.ts";
import { absent, launch } from "./chromium.ts";

const NASTY = '</script><b>A & "B"\'';

describe.skipIf(absent)(`a report in Chromium${absent ? `: ${absent}` : ""}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "tombola-report-"));
  const path = join(folder, "report.html");
  let browser: Browser;
  beforeAll(async () => {
    const data = { title: NASTY, measure: ACCURACY, rows: ROWS, band: "ci" } as const;
    const figures = await Promise.all(PRUNING_FIGURES.map((figure) => figure.draw(data)));
    const said = networkReport(ROWS, ACCURACY);
    writeFileSync(path, report({ ...said, title: NASTY, figures, spec: { note: NASTY }, environment: {} }));
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open({ width = 1200, colorScheme = "light" as "light" | "dark" } = {}) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, offline: true });
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) wrong.push(request.url());
    });
    await page.goto(`file://${path}`);
    return { page, wrong };
  }

  const accuracy = (page: Page) => page.locator("#accuracy");

  test("an arm is hidden with its band, points and name, and shown again", async () => {
    const { page, wrong } = await open();
    const marks = accuracy(page).locator(".plot:visible [aria-description=reinit]");
    const button = accuracy(page).getByRole("button", { name: "reinit" });
    const shown = await marks.evaluateAll((all) => all.filter((mark) => mark.getClientRects().length > 0).length);
    expect(shown).toBeGreaterThan(3);
    await button.click();
    expect(await button.getAttribute("aria-pressed")).toBe("false");
    expect(await marks.evaluateAll((all) => all.filter((mark) => mark.getClientRects().length > 0).length)).toBe(0);
    await button.press("Enter");
    expect(await marks.evaluateAll((all) => all.filter((mark) => mark.getClientRects().length > 0).length)).toBe(shown);
    expect(wrong).toEqual([]);
    await page.close();
  });

  test("lines of figures with panels have a button each, of their colour", async () => {
    const { page } = await open();
    const buttons = page.locator("#curves .controls button");
    expect(await buttons.allTextContents()).toEqual(["100 %", expect.stringMatching(/%$/), "16.9 %", "7.2 %", "3.1 %"]);
    const lines = page.locator("#curves [aria-description='100 %'] .series");
    const seen = () => lines.evaluateAll((all) => all.filter((mark) => mark.getClientRects().length > 0).length);
    expect(await seen()).toBeGreaterThan(3);
    await buttons.first().click();
    expect(await seen()).toBe(0);
    await page.close();
  });

  test("the axis of weights turns linear and back", async () => {
    const { page } = await open();
    const label = () => accuracy(page).locator(".plot:visible").getByText("Weights remaining").textContent();
    expect(await label()).toBe("Weights remaining (%, log scale)");
    await accuracy(page).getByRole("button", { name: "linear axis" }).click();
    expect(await label()).toBe("Weights remaining (%)");
    await accuracy(page).getByRole("button", { name: "linear axis" }).click();
    expect(await label()).toBe("Weights remaining (%, log scale)");
    await page.close();
  });

  test("values are told under the pointer and by the arrow keys, of lines that are shown", async () => {
    const { page } = await open();
    const value = page.locator("output.value");
    await accuracy(page).locator(".plot:visible [aria-description=ticket] circle").nth(2).hover();
    expect(await value.textContent()).toMatch(/^ticket at [\d.]+ % of weights: [\d.]+ \([\d.]+ to [\d.]+; n = \d\)$/);
    await accuracy(page).getByRole("button", { name: "ticket" }).click();
    await accuracy(page).locator(".plot:visible").focus();
    await page.keyboard.press("ArrowRight");
    expect(await value.textContent()).toMatch(/^reinit at 100 %/);
    await page.keyboard.press("Escape");
    expect(await value.isVisible()).toBe(false);
    await page.close();
  });

  test("a table is sorted by the column that is pressed, numbers by value, and turned round", async () => {
    const { page } = await open();
    const table = page.locator("table.numbers").first();
    const column = async (at: number) => await table.locator(`tbody tr td:nth-child(${at})`).allTextContents();
    await table.getByRole("button", { name: "Weights remaining" }).click();
    const rising = (await column(3)).map(Number);
    expect(rising).toEqual([...rising].sort((a, b) => a - b));
    expect(rising[0]).toBeLessThan(rising.at(-1)!);
    await table.getByRole("button", { name: "Weights remaining" }).press("Enter");
    expect((await column(3)).map(Number)).toEqual([...rising].reverse());
    await table.getByRole("button", { name: "Arm" }).click();
    expect((await column(1))[0]).toBe("dense");
    await page.close();
  });

  test.each([390, 1200])("at %d px nothing is wider than the page, and what users wrote is text", async (width) => {
    const { page, wrong } = await open({ width });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(await page.locator("h1").textContent()).toBe(NASTY);
    expect(await page.locator("b").count()).toBe(0);
    expect(wrong).toEqual([]);
    await page.close();
  });

  test("on a dark page drawings are light on dark", async () => {
    const { page } = await open({ colorScheme: "dark" });
    const paint = (selector: string, what: "fill" | "stroke") =>
      accuracy(page)
        .locator(selector)
        .first()
        .evaluate((part, name) => {
          const { getComputedStyle } = globalThis as unknown as {
            getComputedStyle(of: unknown): Record<string, string>;
          };
          return getComputedStyle(part)[name]!;
        }, what);
    const bright = (rgb: string) =>
      luminance(
        `#${rgb
          .match(/\d+/g)!
          .map((each) => Number(each).toString(16).padStart(2, "0"))
          .join("")}`,
      );
    const ground = bright(await paint("svg rect", "fill"));
    expect(ground).toBeLessThan(0.03);
    for (const arm of ["ticket", "reinit", "random", "dense"]) {
      const ink = bright(await paint(`g[aria-description=${arm}][stroke^="#"]`, "stroke"));
      expect((ink + 0.05) / (ground + 0.05), arm).toBeGreaterThan(3);
    }
    await page.close();
  });
});
