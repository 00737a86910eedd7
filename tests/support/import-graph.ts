/**
 * The import graph of a folder: every module it reaches, through every way a module can be reached, types
 * included. Follows relative paths and this repository's own packages; other packages are leaves.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

export const root = resolve(import.meta.dirname, '..', '..');

export interface Reached {
  /** Path from the repository's root, or the name of a foreign package. */
  readonly module: string;
  /** How it was reached, first module first. */
  readonly chain: readonly string[];
  /** What it imports itself, resolved like `module`. */
  readonly imports: readonly string[];
  /** What its text names: every identifier, so that a type counts like a function. */
  readonly names: ReadonlySet<string>;
}

/** Modules that do not exist on the disk, by path from the root: to plant faults without leaving any behind. */
export type Planted = Readonly<Record<string, string>>;

/** @param folder from the root; all its modules are starting points, whether imported or not. */
export function reachedFrom(folder: string, planted: Planted = {}): Reached[] {
  const starts = [
    ...readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.[cm]?[jt]sx?$/.test(name))
      .map((name) => join(folder, name)),
    ...Object.keys(planted),
  ];
  const seen = new Map<string, Reached>();
  const queue = starts.map((module) => ({ module, chain: [module] }));
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { module, chain } = next;
    if (seen.has(module)) continue;
    const text = planted[module];
    const { specifiers, names } = text === undefined ? parsedFile(module) : parse(module, text);
    const imports = specifiers.map((specifier) => resolved(specifier, module));
    seen.set(module, { module, chain, imports, names });
    for (const target of imports) queue.push({ module: target, chain: [...chain, target] });
  }
  return [...seen.values()];
}

const files = new Map<string, Parsed>();

/** A module on the disk, parsed once; anything else (a foreign package, an asset) is a leaf. */
function parsedFile(module: string): Parsed {
  const path = join(root, module);
  const source = /\.[cm]?[jt]sx?$/.test(module) && existsSync(path);
  const parsed = files.get(module) ?? (source ? parse(module, readFileSync(path, 'utf8')) : nothing);
  files.set(module, parsed);
  return parsed;
}

const nothing: Parsed = { specifiers: [], names: new Set() };

interface Parsed {
  readonly specifiers: readonly string[];
  readonly names: ReadonlySet<string>;
}

/** Static and dynamic imports, re-exports, import types, require, and `new URL(x, import.meta.url)` of a module. */
function parse(module: string, text: string): Parsed {
  const specifiers: string[] = [];
  const names = new Set<string>();
  const literal = (node: ts.Node | undefined): void => {
    if (node && ts.isStringLiteralLike(node)) specifiers.push(node.text);
    // an address made at run time could be any module's
    else throw new Error(`${module}: an import that cannot be followed`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      literal(node.moduleSpecifier);
    } else if (ts.isImportTypeNode(node)) {
      literal(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    } else if (ts.isCallExpression(node)) {
      const { expression } = node;
      const dynamic = expression.kind === ts.SyntaxKind.ImportKeyword;
      const required = ts.isIdentifier(expression) && expression.text === 'require';
      if (dynamic || required) literal(node.arguments[0]);
    } else if (ts.isNewExpression(node) && node.arguments?.[1]?.getText().includes('import.meta')) {
      const [address] = node.arguments;
      if (address && ts.isStringLiteralLike(address) && /\.[cm]?[jt]sx?$/.test(address.text))
        literal(address);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(module, text, ts.ScriptTarget.Latest, true));
  return { specifiers, names };
}

/** A path from the root for our own modules, the package's name for others. */
function resolved(specifier: string, from: string): string {
  if (specifier.startsWith('.')) return join(dirname(from), specifier);
  const own = /^(@blindsight\/([\w-]+))(\/.+)?$/.exec(specifier);
  if (!own)
    return specifier.startsWith('node:')
      ? specifier
      : specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/');
  const [, name, folder, entry = ''] = own;
  const directory = ['packages', 'apps']
    .map((top) => join(top, folder!))
    .find((one) => existsSync(join(root, one, 'package.json')));
  if (!directory) throw new Error(`${from}: no package ${name}`);
  const { exports = {} } = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8')) as {
    exports?: Record<string, string>;
  };
  const target = exports[`.${entry}`];
  if (target === undefined) throw new Error(`${from}: ${specifier} is not an entry of ${name}`);
  return relative('.', join(directory, target));
}
