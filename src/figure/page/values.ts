/** Values of points under the pointer, or one after the other by the arrow keys. */

import type { Page, Part } from "./dom.ts";

/**
 * Shows the value of the nearest point of a figure's lines while the pointer is near it; the arrow keys go from point to
 * point. It is written into a page as it stands, so that it uses nothing of outside.
 */
export function showValues(page: Page): void {
  /** Px within which a point is meant. */
  const near = 40;
  const shown = page.createElement("output");
  shown.className = "value";
  shown.hidden = true;
  page.body.append(shown);

  const isSeen = (point: Part) => point.getClientRects().length > 0;

  function show(point: Part | undefined): void {
    shown.hidden = point === undefined;
    if (!point) return;
    const { left, top, width } = point.getBoundingClientRect();
    shown.textContent = point.getAttribute("data-value");
    const view = page.documentElement.clientWidth;
    const room = Math.max(0, view - shown.offsetWidth - 8);
    shown.style.left = `${Math.min(room, Math.max(8, left + width / 2 - shown.offsetWidth / 2))}px`;
    shown.style.top = `${Math.max(0, top - shown.offsetHeight - 8)}px`;
  }

  function distance(point: Part, x: number, y: number): number {
    const { left, top, width, height } = point.getBoundingClientRect();
    return Math.hypot(left + width / 2 - x, top + height / 2 - y);
  }

  function watch(plot: Part): void {
    const points = [...plot.querySelectorAll(".series title")].map((title) => {
      const point = title.parentElement!;
      point.setAttribute("data-value", title.textContent ?? "");
      // Else the browser shows it a second time.
      title.remove();
      return point;
    });
    if (points.length === 0) return;
    plot.setAttribute("tabindex", "0");
    plot.setAttribute("role", "group");
    plot.setAttribute("aria-label", "Values of the figure, by the arrow keys");
    let at = -1;
    plot.addEventListener("pointermove", (event) => {
      const { clientX, clientY } = event;
      const seen = points.filter(isSeen).map((point) => ({ point, away: distance(point, clientX, clientY) }));
      const nearest = seen.reduce((best, each) => (each.away < best.away ? each : best), { away: near } as {
        point?: Part;
        away: number;
      });
      show(nearest.point);
    });
    for (const end of ["pointerleave", "blur"]) plot.addEventListener(end, () => show(undefined));
    plot.addEventListener("keydown", (event) => {
      const { key } = event;
      if (key === "Escape") return show(undefined);
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
      const seen = points.filter(isSeen);
      if (by === undefined || seen.length === 0) return;
      event.preventDefault();
      at = at < 0 && by < 0 ? seen.length - 1 : (at + by + seen.length) % seen.length;
      show(seen[at]);
    });
  }

  for (const plot of page.querySelectorAll("figure .plot")) watch(plot);
}
