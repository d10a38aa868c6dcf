import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { parseSync } from "rolldown/utils";

/**
 * @typedef {object} SourceFile
 * @property {string} path Relative to the root, with forward slashes.
 * @property {readonly string[]} imports Specifiers as written: static, type-only, dynamic, re-exported.
 */

/**
 * Reads every source file below these folders of `root`.
 * @param {string} root
 * @param {readonly string[]} folders
 * @returns {SourceFile[]}
 */
export function readSourceFiles(root, folders) {
  return folders
    .flatMap((folder) => listFiles(root, folder))
    .filter((path) => /\.m?[jt]s$/.test(path))
    .map((path) => ({ path, imports: importsOf(path, readFileSync(join(root, path), "utf8")) }));
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function listFiles(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.name === "node_modules" || entry.name === "dist") return [];
    if (entry.isDirectory()) return listFiles(root, path);
    return entry.isFile() ? [path] : [];
  });
}

/**
 * @param {string} path
 * @param {string} text
 * @returns {string[]}
 */
function importsOf(path, text) {
  const { program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error) throw new Error(`${path} does not parse: ${error.message}`);
  /** @type {Set<string>} */
  const found = new Set();
  collectSources(program, found);
  return [...found];
}

/**
 * Every syntax that names another module, `import()` and `import("x").T` included, has a literal `source`.
 * @param {unknown} node
 * @param {Set<string>} found
 */
function collectSources(node, found) {
  if (typeof node !== "object" || node === null) return;
  if ("source" in node) {
    const { source } = node;
    if (isStringLiteral(source)) found.add(source.value);
  }
  for (const child of Object.values(node)) collectSources(child, found);
}

/**
 * @param {unknown} node
 * @returns {node is { value: string }}
 */
function isStringLiteral(node) {
  return (
    typeof node === "object" && node !== null && "value" in node && typeof node.value === "string"
  );
}

/**
 * The file that a relative import names.
 * @param {string} from
 * @param {string} specifier
 * @returns {string}
 */
export function resolveRelative(from, specifier) {
  return posix.join(dirname(from), specifier);
}

/**
 * Circular imports, each as the path that closes it. Type-only imports count: a cycle of types is
 * a cycle of ideas.
 * @param {readonly SourceFile[]} files
 * @returns {string[][]}
 */
export function findCycles(files) {
  const byPath = new Map(files.map((file) => [file.path, file]));
  /** @type {Set<string>} */
  const done = new Set();
  /** @type {string[]} */
  const stack = [];
  /** @type {string[][]} */
  const cycles = [];
  /** @param {string} path */
  const visit = (path) => {
    const at = stack.indexOf(path);
    if (at !== -1) cycles.push([...stack.slice(at), path]);
    const file = byPath.get(path);
    if (at !== -1 || done.has(path) || file === undefined) return;
    stack.push(path);
    for (const specifier of file.imports) {
      if (specifier.startsWith(".")) visit(resolveRelative(path, specifier));
    }
    stack.pop();
    done.add(path);
  };
  for (const { path } of files) visit(path);
  return cycles;
}
