import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { FleetManagerError, messageOf } from "../errors.ts";
import type { Environment } from "./interpolate.ts";

/** The environment that configuration sees: `.env` of this folder, over it the process's own. */
export async function readEnvironment(dir: string, own: Environment): Promise<Environment> {
  const file = join(dir, ".env");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "EISDIR") return "";
    throw new FleetManagerError(`Cannot read ${file}: ${messageOf(error)}.`, {
      code: "CONFIGURATION_ERROR",
      context: { configPath: file },
      cause: error,
    });
  });
  return text === "" ? own : { ...parseEnv(text), ...own };
}
