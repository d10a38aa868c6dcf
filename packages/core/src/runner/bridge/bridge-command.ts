import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { FleetManagerError } from "../../errors.ts";
import type { HerdctlServer } from "../runtime/interface.ts";

/** How claude starts the bridge to a job's socket. */
export function bridgeCommand(socketPath: string): HerdctlServer["bridge"] {
  const args = [bridgeFile(), socketPath];
  return { type: "stdio", command: process.execPath, args, env: {}, alwaysLoad: true };
}

// Beside this file as source and as compiled, at the top of a bundle whose parts are in a folder.
const places = ["./bridge-main.ts", "./bridge-main.js", "../bridge-main.js"];

let found: string | undefined;

function bridgeFile(): string {
  found ??= places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new FleetManagerError(
    `The bridge to herdctl's tools is missing beside ${import.meta.filename}. Install herdctl anew.`,
    { code: "INTERNAL" },
  );
}
