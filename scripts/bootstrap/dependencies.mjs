import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { step } from "./process.mjs";

/**
 * Installs what the lock file names, unless that is what is installed.
 * @param {string} root
 */
export async function installDependencies(root) {
  // pnpm keeps a copy of the lock file that it installed.
  const [wanted, installed] = await Promise.all([
    readText(join(root, "pnpm-lock.yaml")),
    readText(join(root, "node_modules/.pnpm/lock.yaml")),
  ]);
  if (wanted === installed) return;
  const args = ["-y", "pnpm@12.21.0", "install", "--frozen-lockfile"];
  await step("installing dependencies", "npx", args, { cwd: root, env: { CI: "true" } });
}

/** @param {string} path */
function readText(path) {
  return readFile(path, "utf8").catch(() => undefined);
}
