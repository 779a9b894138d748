/** SVG to PNG with the fonts of the package, so that a picture has the same pixels on every machine. */

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Resvg } from "@resvg/resvg-js";

const FONTS = join(dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json")), "ttf");

/**
 * Renders an SVG.
 * @param options `scale`: pixels per px of the SVG
 * @returns the bytes of a PNG file
 */
export function renderPng(svg: string, { scale }: { scale: number }): Uint8Array {
  const image = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: {
      fontFiles: ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) => join(FONTS, file)),
      loadSystemFonts: false,
      defaultFontFamily: "DejaVu Sans",
    },
  });
  return image.render().asPng();
}
