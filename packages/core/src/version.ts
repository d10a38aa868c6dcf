import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

let known: string | undefined;

/** Version of herdctl: that of the package which has this code, as source, compiled or bundled. */
export function herdctlVersion(): string {
  known ??= versionAbove(import.meta.dirname);
  return known;
}

function versionAbove(folder: string): string {
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) return versionAbove(dirname(folder));
  const { version }: { readonly version: string } = JSON.parse(readFileSync(manifest, "utf8"));
  return version;
}
