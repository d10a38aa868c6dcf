import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

// What users get is the packed package: pnpm rewrites the manifest while packing.
const pack = ["npx", "-y", "pnpm@12.21.0", "pack", "--pack-destination"];
const linters = [
  ["publint", "run", "--strict"],
  ["attw", "--profile", "esm-only"],
];

const execute = promisify(execFile);
const packages = fileURLToPath(new URL("../packages", import.meta.url));

for (const name of await readdir(packages)) await checkPackage(join(packages, name));

/** @param {string} folder */
async function checkPackage(folder) {
  const packed = await mkdtemp(join(tmpdir(), "herdctl-pack-"));
  try {
    await report([...pack, packed], folder);
    const [tarball = ""] = await readdir(packed);
    for (const linter of linters) await report([...linter, join(packed, tarball)], folder);
  } finally {
    await rm(packed, { recursive: true });
  }
}

/**
 * Prints what a failed command said.
 * @param {readonly string[]} command
 * @param {string} cwd
 */
async function report([file = "", ...args], cwd) {
  await execute(file, args, { cwd }).catch((failure) => {
    console.error(`${cwd}: ${failure.message}\n${failure.stdout}`);
    process.exitCode = 1;
  });
}
