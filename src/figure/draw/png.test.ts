import { expect, test } from "vitest";
import { renderPng } from "./png.ts";

/** Width and height from the header chunk of a PNG. */
function sizeOf(png: Uint8Array): [number, number] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return [view.getUint32(16), view.getUint32(20)];
}

test("a picture has the pixels of its SVG times the scale, and the same bytes every time", () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><text y="15">n = 3</text></svg>';
  const png = renderPng(svg, { scale: 2 });
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  expect(sizeOf(png)).toEqual([60, 40]);
  expect(renderPng(svg, { scale: 2 })).toEqual(png);
});

test("text is drawn, with the fonts of the package", () => {
  const svg = (text: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20" font-family="DejaVu Sans, system-ui"><text y="15">${text}</text></svg>`;
  expect(renderPng(svg("ticket"), { scale: 1 })).not.toEqual(renderPng(svg(""), { scale: 1 }));
});
