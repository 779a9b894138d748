/** The claims of the field: what a row must be, and that its pages, registrations and the page made of it agree. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FIELD_IDS, type FieldClaim, fieldClaims, parseFieldClaims, verdictText } from "./field.ts";
import { claimsPage } from "./page.ts";
import { parseRegistered } from "./registered.ts";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const exists = (path: string) => existsSync(new URL(`../../../${path}`, import.meta.url));
const registrationOf = (path: string) => parseRegistered(JSON.parse(read(path)), path);

const claims = fieldClaims();
const registered = claims.flatMap(({ registered: path, ...row }) => (path ? [{ ...row, registered: path }] : []));

describe("the claims of the field", () => {
  test("are thirty, in the survey's order", () => {
    expect(claims.map(({ id }) => id)).toEqual(FIELD_IDS);
    expect(FIELD_IDS).toHaveLength(30);
  });

  test.each(claims.flatMap(({ id, where }) => where.map((each) => ({ id, ...each }))))(
    "$id: $page is there",
    (each) => {
      expect(exists(each.page)).toBe(true);
      const runs = claims.find(({ id }) => id === each.id)!.registered;
      const texts = [
        read(each.page),
        ...(runs ? Object.values(registrationOf(runs).runs).map((run) => run.command) : []),
      ];
      const plain = texts.map((text) => text.replaceAll(/[\\\s]+/g, " "));
      expect(plain.some((text) => text.includes(each.command))).toBe(true);
    },
  );

  test.each(registered)("$id: rests on claims of $registered", (row) => {
    const { page, n, claims: names } = registrationOf(row.registered);
    const own = `docs/results/${page}.md`;
    if (exists(own) || row.verdict !== "registered, under way") expect(row.where[0]?.page).toBe(own);
    expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(row.claims!));
    if (!verdictText(row).includes("no verdict")) expect(row.n).toBe(n);
  });

  test("are docs/results/README.md; `npm run docs` rewrites it", () => {
    const paths = registered.map((row) => row.registered);
    const registrations = new Map(paths.map((path) => [path, registrationOf(path)]));
    expect(read("docs/results/README.md")).toBe(claimsPage(claims, registrations));
  });
});

describe("a row", () => {
  const file = "docs/results/page/registered.json";
  const where = [{ page: "docs/results/page.md", command: "npx tombola run imp" }];
  const ran = { where, scale: "LeNet", n: 6 };
  const under = { ...ran, verdict: "registered, under way", registered: file, claims: ["H1", "H2"] };
  const few = { ...ran, n: 3, verdict: "not established (needs n >= 6)", note: "it was above" };
  const parse = (changes: object) => {
    const none = { where: [], scale: null, n: null, verdict: "not yet run" };
    const source = { paper: "Frankle & Carbin", year: 2019, place: "Figure 1" };
    const rows = FIELD_IDS.map((id) => ({ id, claim: "Tickets match.", source, ...none }));
    return parseFieldClaims([{ ...rows[0], ...changes }, ...rows.slice(1)], "table")[0]!;
  };

  test.each([
    ["not yet run", {}],
    ["registered, under way", under],
    ["registered, under way", { ...under, where: [] }],
    ["not established (needs n >= 6)", few],
    ["established", { ...under, claims: ["H2"], verdict: "established" }],
    [
      "H1 established; H2 no different within 2.5",
      { ...under, verdict: { H1: "established", H2: "no different within 2.5" } },
    ],
    [
      "no verdict (n is 5, registered were 6)",
      { ...under, n: 5, claims: ["H1"], verdict: "no verdict (n is 5, registered were 6)" },
    ],
  ])("may be %s", (text, row) => expect(verdictText(parse(row) as FieldClaim)).toBe(text));

  test.each([
    ["0: Unrecognized key", { verdicts: "established" }],
    ["0.claim: must be a sentence", { claim: "tickets match" }],
    [
      "0.verdict: must be in the fixed words of a verdict, or of registered, under way, not yet run",
      { ...few, verdict: "likely" },
    ],
    ["0.where.0.page: must be a page of docs/results", { ...few, where: [{ ...where[0], page: "/tmp/page.md" }] }],
    ["0.registered: must be a registered.json", { ...under, registered: "registered.json" }],
    ["must have registered and claims, or neither", { ...under, claims: undefined }],
    ["verdict: must be one of each of claims", { ...under, verdict: "established" }],
    ["verdict: must be one of each of claims", { ...under, verdict: { H2: "established", H1: "established" } }],
    ["must have where, scale and n", { n: 3 }],
    ["must have where, scale and n", { ...under, scale: null }],
    ["must have where, scale and n", { ...few, where: [] }],
    ["registered: must be left out where nothing was run", { registered: file, claims: ["H1"] }],
    ["registered: must be named for this verdict", { ...ran, verdict: "established" }],
    ["must have n below 6 and a note", { ...few, note: undefined }],
    ["must have n below 6 and a note", { ...few, n: 6 }],
    ["n: must be at least 6 for this verdict", { ...under, n: 5 }],
    ["id: must be 1,2,3", { id: "2" }],
  ])("is refused with %s", (message, row) => expect(() => parse(row)).toThrow(message));
});
