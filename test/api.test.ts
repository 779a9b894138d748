/**
 * The API is documented: what an exported function takes is of exported types, and every field of its options has a
 * sentence, which says the default where it may be left out, and of a number the unit or the range; who takes options says
 * what it throws. docs/api, which is made of the same sentences, then has a section for each.
 */
import { join, resolve } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const entries = ["index.ts", "browser.ts"].map((name) => join(root, "src", name));
const program = ts.createProgram(entries, { ...options, noEmit: true });
const checker = program.getTypeChecker();

const own = (symbol: ts.Symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
const exported = new Set(
  entries.flatMap((path) => {
    const entry = checker.getSymbolAtLocation(program.getSourceFile(path)!)!;
    return checker.getExportsOfModule(entry).map(own);
  }),
);

type Callable = ts.FunctionDeclaration | ts.MethodSignature | ts.MethodDeclaration;
const functions = [...exported].flatMap((symbol) =>
  (symbol.declarations ?? [])
    .filter((each) => ts.isFunctionDeclaration(each))
    .map((each) => [symbol.name, each] as const),
);

/** What a model's definition is written with, each a function with options of its own. */
const layers = [...exported]
  .filter(({ name }) => name === "Layers")
  .flatMap((symbol) => checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)))
  .flatMap((symbol) =>
    (symbol.declarations ?? []).filter(ts.isMethodSignature).map((each) => [symbol.name, each] as const),
  );

/** The types of this package that a type is written with, and those that are written out in place. */
function namedIn(node: ts.TypeNode, inline: (literal: ts.TypeLiteralNode) => void): ts.Symbol[] {
  if (ts.isTypeLiteralNode(node)) {
    inline(node);
    return [];
  }
  // What a function that is passed takes is no field of anybody's options.
  if (ts.isFunctionTypeNode(node)) return [];
  const inner: ts.Symbol[] = [];
  node.forEachChild((child) => {
    if (ts.isTypeNode(child)) inner.push(...namedIn(child, inline));
  });
  if (!ts.isTypeReferenceNode(node)) return inner;
  const symbol = checker.getSymbolAtLocation(node.typeName);
  if (!symbol || symbol.flags & ts.SymbolFlags.TypeParameter) return inner;
  const isOurs = own(symbol).declarations?.some((each) => each.getSourceFile().fileName.startsWith(join(root, "src")));
  return isOurs ? [own(symbol), ...inner] : inner;
}

const parametersOf = (callable: Callable) => callable.parameters.flatMap(({ type }) => (type ? [type] : []));

test("what an exported function takes is of exported types, none of them written out in place", () => {
  expect(functions.length).toBeGreaterThan(70);
  expect(layers.length).toBeGreaterThan(10);
  const problems = [...functions, ...layers].flatMap(([name, declaration]) =>
    parametersOf(declaration).flatMap((type) => {
      const inline: string[] = [];
      const symbols = namedIn(type, (literal) => inline.push(`${name}: ${literal.getText().replace(/\s+/g, " ")}`));
      const hidden = symbols
        .filter((symbol) => !exported.has(symbol))
        .map((symbol) => `${name}: ${symbol.name} is not exported`);
      return [...inline, ...hidden];
    }),
  );
  expect(problems).toEqual([]);
});

/** Types that say how something is done, which functions take as options. */
const isOptions = (symbol: ts.Symbol) =>
  /(Options|Key|Definition|Training|Scored|Cut|Fitted|Ends|Corners|Target|CarryOut|StoredRun|Fitting|Values|Part|Rule|Source)$/.test(
    symbol.name,
  );

const taken = [...functions, ...layers].flatMap(([, declaration]) =>
  parametersOf(declaration).flatMap((type) => namedIn(type, () => {})),
);
const optionTypes = [...new Set(taken)].filter(isOptions);
const sentenceOf = (symbol: ts.Symbol) =>
  ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, " ").trim();
const fields = optionTypes.flatMap((symbol) =>
  checker
    .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))
    .map((field) => ({ name: `${symbol.name}.${field.name}`, field, sentence: sentenceOf(field) })),
);

test("every field of options has a sentence", () => {
  expect(optionTypes.length).toBeGreaterThan(30);
  expect(fields.length).toBeGreaterThan(200);
  expect(optionTypes.filter((symbol) => sentenceOf(symbol) === "").map(({ name }) => name)).toEqual([]);
  expect(fields.filter(({ sentence }) => sentence === "").map(({ name }) => name)).toEqual([]);
});

test("every field that may be left out says what holds then", () => {
  const silent = fields.filter(
    ({ field, sentence }) => field.flags & ts.SymbolFlags.Optional && !/\b(defaults?|absent)\b/i.test(sentence),
  );
  expect(silent.map(({ name, sentence }) => `${name}: ${sentence}`)).toEqual([]);
});

/** What a number may be of: a unit or a quantity that is counted, or the range of what has neither. */
const UNITS = [
  /\b(iterations?|epochs?|examples?|rows|pixels?|channels?|features?|units|weights|parameters|layers|levels|rounds|bytes|bits)\b/i,
  /\b(seconds?|minutes?|threads?|processes|workers|cores|replicates?|seeds?|draws?|trials|places|samples|points|networks|copies)\b/i,
  /\b(fraction|density|probability|per cent|rate|factor|index|axis|classes|outputs|values|decimals|width|height)\b/i,
  /\b(from|between|above|below|at least|at most)\b.*\d/i,
];

test("every field that is a number says of what, or from where to where", () => {
  const isNumber = (type: ts.Type): boolean =>
    type.isUnion() ? type.types.some(isNumber) : Boolean(type.flags & ts.TypeFlags.NumberLike);
  const numbers = fields.filter(({ field }) => isNumber(checker.getTypeOfSymbol(field)));
  expect(numbers.length).toBeGreaterThan(60);
  const bare = numbers.filter(({ sentence }) => !UNITS.some((unit) => unit.test(sentence)));
  expect(bare.map(({ name, sentence }) => `${name}: ${sentence}`)).toEqual([]);
});

const docsOf = (declaration: ts.Node) =>
  ts
    .getJSDocCommentsAndTags(declaration)
    .map((each) => each.getText())
    .join("\n");

test("every exported function, and every layer, has a sentence", () => {
  const silent = [...functions, ...layers].filter(([, declaration]) => docsOf(declaration) === "");
  // Of overloads the first one says it.
  const said = new Set(functions.filter(([, declaration]) => docsOf(declaration) !== "").map(([name]) => name));
  expect(silent.map(([name]) => name).filter((name) => !said.has(name))).toEqual([]);
});

test("every exported function that takes options says what it throws", () => {
  const taking = functions.filter(([, declaration]) =>
    parametersOf(declaration).some((type) => namedIn(type, () => {}).some(isOptions)),
  );
  expect(taking.length).toBeGreaterThan(40);
  const silent = taking.filter(([, declaration]) => !/@throws|\bthrows\b/i.test(docsOf(declaration)));
  expect(silent.map(([name]) => name)).toEqual([]);
});
