import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { findCycles, readSourceFiles, resolveRelative } from "./import-graph.mjs";

/**
 * Which workspace packages the code of a package may import. Its tests may import any, by name.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const packageRules = {
  core: [],
  testing: ["core"],
  web: ["core"],
  cli: ["core", "testing", "web"],
};

/**
 * Folders of a package from the bottom up: a folder imports itself and what is below it, and never
 * its neighbours on the same line. `.` is the kernel, the files directly in `src`.
 * @type {Readonly<Record<string, readonly (readonly string[])[]>>}
 */
const layerRules = {
  core: [
    ["."],
    ["config"],
    ["state"],
    ["processes"],
    ["scheduler", "runner", "sessions", "work-sources", "hooks", "installing"],
    ["fleet-manager", "doctor"],
  ],
};

/**
 * Checks the direction of every import of the repository at `root`.
 * @param {string} root
 * @returns {{ files: number, problems: string[] }}
 */
export function checkLayers(root) {
  const folders = ["packages", "e2e", "bench", "scripts"].filter((name) =>
    existsSync(join(root, name)),
  );
  const files = readSourceFiles(root, folders);
  const problems = files.flatMap((file) =>
    file.imports.flatMap((specifier) => {
      const reason = problemOf(placeOf(file.path), specifier);
      return reason === undefined ? [] : [`${file.path} imports ${specifier}: ${reason}`];
    }),
  );
  for (const cycle of findCycles(files)) problems.push(`cycle: ${cycle.join(" → ")}`);
  return { files: files.length, problems };
}

/**
 * @typedef {object} Place
 * @property {string} path
 * @property {string | undefined} packageName Folder in `packages/`.
 * @property {boolean} test
 * @property {string | undefined} layer Folder in `src`; the entry file has none.
 */

/**
 * @param {string} path
 * @returns {Place}
 */
function placeOf(path) {
  const [top, packageName, area, ...rest] = path.split("/");
  if (top !== "packages") return { path, packageName: undefined, test: true, layer: undefined };
  const test = area === "test" || path.endsWith(".test.ts");
  if (area !== "src" || rest.join("/") === "index.ts") {
    return { path, packageName, test, layer: undefined };
  }
  return { path, packageName, test, layer: rest.length > 1 ? rest[0] : "." };
}

/**
 * @param {Place} from
 * @param {string} specifier
 * @returns {string | undefined}
 */
function problemOf(from, specifier) {
  if (specifier.startsWith("."))
    return relativeProblem(from, placeOf(resolveRelative(from.path, specifier)));
  const named = /^(?:@herdctl\/([^/]+)|herdctl)(\/.+)?$/.exec(specifier);
  return named ? packageProblem(from, named[1] ?? "cli", named[2]) : undefined;
}

/**
 * @param {Place} from
 * @param {Place} to
 * @returns {string | undefined}
 */
function relativeProblem(from, to) {
  // Tools of the repository may read what no package exports.
  if (from.path.startsWith("scripts/")) return undefined;
  if (from.packageName !== to.packageName) {
    return "another package is imported by its name, never by a path";
  }
  if (to.test && !from.test) return "code does not import its tests";
  if (to.packageName && posix.join("packages", to.packageName, "src/index.ts") === to.path) {
    return from.test ? undefined : "only other packages import the entry file";
  }
  return from.layer && to.layer
    ? layerProblem(from.packageName ?? "", from.layer, to.layer)
    : undefined;
}

/**
 * @param {string} packageName
 * @param {string} from
 * @param {string} to
 * @returns {string | undefined}
 */
function layerProblem(packageName, from, to) {
  const layers = layerRules[packageName];
  if (layers === undefined || from === to) return undefined;
  const heightOf = (/** @type {string} */ name) =>
    layers.findIndex((layer) => layer.includes(name));
  if (heightOf(from) === -1)
    return `\`${from}\` has no layer yet: give it one in scripts/layers.mjs`;
  if (heightOf(to) < heightOf(from)) return undefined;
  const reason = heightOf(to) === heightOf(from) ? "is its neighbour" : "is above it";
  return `\`${to}\` ${reason}`;
}

/**
 * @param {Place} from
 * @param {string} to
 * @param {string | undefined} subpath
 * @returns {string | undefined}
 */
function packageProblem(from, to, subpath) {
  if (subpath !== undefined && subpath !== "/package.json")
    return "deep import into another package";
  if (from.test || from.packageName === undefined) return undefined;
  const allowed = packageRules[from.packageName];
  if (allowed === undefined)
    return `packages/${from.packageName} has no rule yet: give it one in scripts/layers.mjs`;
  return allowed.includes(to)
    ? undefined
    : `packages/${from.packageName} may not depend on packages/${to}`;
}

if (import.meta.main) {
  const { files, problems } = checkLayers(
    process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url)),
  );
  for (const problem of problems) console.error(problem);
  console.log(`${files} files read, ${problems.length} imports in the wrong direction`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
