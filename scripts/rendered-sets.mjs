/**
 * Renders two small data sets of odd domains from packages of npm, as folders of pictures:
 *
 *     node scripts/rendered-sets.mjs FOLDER
 *     npx tombola run imp --data folder:FOLDER/letters@28:grey --levels 3
 *
 * `letters` has the letters A to J of 25 typefaces of @fontsource in two weights, of which five typefaces are the test set
 * (400 and 100 pictures); `icons` has five icon sets of @iconify-json, the set being the class (960 and 240). The pictures are
 * not committed: versions are pinned here, and a data set is known by its content. Typefaces are under OFL 1.1 (Ubuntu UFL 1.0),
 * icons under MIT, ISC and Apache 2.0.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { inflateSync } from "node:zlib";
import { Resvg } from "@resvg/resvg-js";

const LETTERS = [..."ABCDEFGHIJ"];
const WEIGHTS = [400, 700];
/** Typefaces, the last five for the test set; their versions are 5.3.0 but for one. */
const FONTS = [
  ...["roboto", "open-sans", "lato", "montserrat", "oswald", "raleway", "merriweather", "nunito", "ubuntu"],
  ...["playfair-display", "lora", "pt-serif", "noto-serif", "inconsolata", "source-code-pro", "bitter"],
  ...["crimson-text", "cormorant", "libre-baskerville", "eb-garamond"],
  ...["josefin-sans", "quicksand", "rubik", "work-sans", "zilla-slab"],
];
const HELD = 5;
const ICONS = { bi: "1.2.7", lucide: "1.2.137", mdi: "1.2.3", ph: "1.2.2", tabler: "1.2.41" };
/** Icons of each set, evenly over their sorted names; every fifth is in the test set. */
const EACH = 240;

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: node scripts/rendered-sets.mjs FOLDER");
  process.exit(2);
}
const root = resolve(folder);
const packages = join(root, "packages");
install();
letters();
icons();
console.log(`folder:${join(root, "letters")}@28:grey and folder:${join(root, "icons")}@32:grey`);

function install() {
  mkdirSync(packages, { recursive: true });
  const fonts = FONTS.map((name) => `@fontsource/${name}@${name === "source-code-pro" ? "5.3.1" : "5.3.0"}`);
  const sets = Object.entries(ICONS).map(([name, version]) => `@iconify-json/${name}@${version}`);
  const words = ["install", "--prefix", packages, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
  execFileSync("npm", [...words, ...fonts, ...sets], { stdio: ["ignore", "ignore", "inherit"] });
}

function letters() {
  for (const [i, name] of FONTS.entries()) {
    const place = join(packages, "node_modules/@fontsource", name);
    const { family } = JSON.parse(readFileSync(join(place, "metadata.json"), "utf8"));
    for (const weight of WEIGHTS) {
      const font = join(packages, `${name}-${weight}.ttf`);
      writeFileSync(font, unpacked(readFileSync(join(place, "files", `${name}-latin-${weight}-normal.woff`))));
      for (const letter of LETTERS) {
        const style = `font-family="${family}" font-weight="${weight}" font-size="26" text-anchor="middle" fill="#fff"`;
        const svg = picture(28, `<rect width="28" height="28"/><text x="14" y="23" ${style}>${letter}</text>`);
        const part = i < FONTS.length - HELD ? "train" : "test";
        write(join(root, "letters", part, letter, `${name}-${weight}.png`), svg, {
          ...{ loadSystemFonts: false, fontFiles: [font], defaultFontFamily: family },
        });
      }
    }
  }
}

function icons() {
  for (const set of Object.keys(ICONS)) {
    const file = join(packages, "node_modules/@iconify-json", set, "icons.json");
    const { icons: all, width = 16, height = 16 } = JSON.parse(readFileSync(file, "utf8"));
    const names = Object.keys(all).sort();
    for (let i = 0; i < EACH; i++) {
      const name = names[Math.floor((i * names.length) / EACH)];
      const { body, width: w = width, height: h = height } = all[name];
      const drawn = `<rect width="100%" height="100%" fill="#fff"/><g color="#000">${body}</g>`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" viewBox="0 0 ${w} ${h}">${drawn}</svg>`;
      write(join(root, "icons", i % 5 === 4 ? "test" : "train", set, `${name}.png`), svg, { loadSystemFonts: false });
    }
  }
}

function picture(side, body) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">${body}</svg>`;
}

function write(path, svg, font) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, new Resvg(svg, { font }).render().asPng());
}

/** The font in a WOFF file (W3C, WOFF File Format 1.0): its tables unpacked, one behind the other. */
function unpacked(woff) {
  const count = woff.readUInt16BE(12);
  const head = Buffer.alloc(12 + 16 * count);
  head.writeUInt32BE(woff.readUInt32BE(4), 0);
  head.writeUInt16BE(count, 4);
  const range = 2 ** Math.floor(Math.log2(count));
  head.writeUInt16BE(16 * range, 6);
  head.writeUInt16BE(Math.log2(range), 8);
  head.writeUInt16BE(16 * (count - range), 10);
  const parts = [head];
  let at = head.length;
  for (let i = 0; i < count; i++) {
    const entry = 44 + 20 * i;
    const [offset, packed, length, sum] = [4, 8, 12, 16].map((field) => woff.readUInt32BE(entry + field));
    const bytes = woff.subarray(offset, offset + packed);
    const table = packed < length ? inflateSync(bytes) : bytes;
    woff.copy(head, 12 + 16 * i, entry, entry + 4);
    for (const [field, value] of [sum, at, length].entries()) head.writeUInt32BE(value, 16 + 16 * i + 4 * field);
    parts.push(table, Buffer.alloc((4 - (length % 4)) % 4));
    at += length + ((4 - (length % 4)) % 4);
  }
  return Buffer.concat(parts);
}
