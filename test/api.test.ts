/**
 * The API is documented: what an exported function takes is of exported types, and every field of its options has a
 * sentence. docs/api, which is made of the same sentences, then has a section for each.
 */
import { join, resolve } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram([join(root, "src", "index.ts")], { ...options, noEmit: true });
const checker = program.getTypeChecker();
const index = program.getSourceFile(join(root, "src", "index.ts"))!;

const own = (symbol: ts.Symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
const exported = new Map(
  checker.getExportsOfModule(checker.getSymbolAtLocation(index)!).map((each) => [own(each), each.name]),
);

type Callable = ts.FunctionDeclaration | ts.MethodSignature | ts.MethodDeclaration;
const functions = [...exported.keys()].flatMap((symbol) =>
  (symbol.declarations ?? [])
    .filter((each) => ts.isFunctionDeclaration(each))
    .map((each) => [symbol.name, each] as const),
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
  const problems = functions.flatMap(([name, declaration]) =>
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

test("every field of options has a sentence", () => {
  const taken = functions.flatMap(([, declaration]) =>
    parametersOf(declaration).flatMap((type) => namedIn(type, () => {})),
  );
  const all = [...new Set(taken)].filter(isOptions);
  expect(all.length).toBeGreaterThan(30);
  const documented = (symbol: ts.Symbol) =>
    ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() !== "";
  const silent = all.flatMap((symbol) => {
    const fields = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
    const missing = fields.filter((field) => !documented(field)).map((field) => `${symbol.name}.${field.name}`);
    return documented(symbol) ? missing : [`${symbol.name} itself`, ...missing];
  });
  expect(silent).toEqual([]);
});

test("every exported function has a sentence", () => {
  const said = functions.filter(([, declaration]) => ts.getJSDocCommentsAndTags(declaration).length > 0);
  const names = new Set(said.map(([name]) => name));
  expect(functions.map(([name]) => name).filter((name) => !names.has(name))).toEqual([]);
});
