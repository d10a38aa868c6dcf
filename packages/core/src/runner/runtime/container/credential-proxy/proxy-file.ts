import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { FleetManagerError } from "../../../../errors.ts";

// Beside this file as source and as compiled, at the top of a bundle whose parts are in a folder.
const places = ["./proxy-main.ts", "./proxy-main.js", "../proxy-main.js"];

let found: string | undefined;

/** The program of the proxy, for Node. */
export function proxyFile(): string {
  found ??= places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new FleetManagerError(
    `The credential proxy is missing beside ${import.meta.filename}. Install herdctl anew.`,
    { code: "INTERNAL" },
  );
}
