/** Buttons over a figure: its lines by name, to hide and show, and its other axis. */

import type { Page, Part } from "./dom.ts";

/**
 * Puts buttons over every figure that has lines with names, or a drawing with a linear axis beside the one with a
 * logarithmic one. It is written into a page as it stands, so that it uses nothing of outside.
 */
export function addControls(page: Page): void {
  function button(text: string, isPressed: boolean, onChange: (isPressed: boolean) => void): Part {
    const made = page.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-pressed", String(isPressed));
    made.addEventListener("click", () => {
      const next = made.getAttribute("aria-pressed") !== "true";
      made.setAttribute("aria-pressed", String(next));
      onChange(next);
    });
    return made;
  }

  function lineButtons(figure: Part): Part[] {
    const marks = [...figure.querySelectorAll(".series")];
    // Of a figure with panels, the marks of all of them share a group that has the name.
    const nameOf = (mark: Part) =>
      [mark, mark.parentElement].map((part) => part?.getAttribute("aria-description")).find(Boolean) ?? "";
    const names = [...new Set(marks.map(nameOf))];
    if (names.length < 2) return [];
    return names.map((name) => {
      const own = marks.filter((mark) => nameOf(mark) === name);
      const made = button(name, true, (isShown) => {
        for (const mark of own) mark.style.display = isShown ? "" : "none";
      });
      // The last is its name or its points: others may begin with a stroke of paper.
      const { stroke, fill } = page.defaultView.getComputedStyle(own.at(-1)!);
      made.style.borderLeftColor = stroke === "none" ? fill : stroke;
      return made;
    });
  }

  function axisButton(figure: Part): Part[] {
    const [log, linear] = [...figure.querySelectorAll(".plot")];
    if (!log || !linear) return [];
    return [
      button("linear axis", false, (isLinear) => {
        log.hidden = isLinear;
        linear.hidden = !isLinear;
      }),
    ];
  }

  for (const figure of page.querySelectorAll("figure")) {
    const buttons = [...lineButtons(figure), ...axisButton(figure)];
    if (buttons.length === 0) continue;
    const controls = page.createElement("div");
    controls.className = "controls";
    controls.setAttribute("role", "group");
    controls.setAttribute("aria-label", "What the figure shows");
    controls.append(...buttons);
    figure.querySelector(".plot")?.before(controls);
  }
}
