import type { SourceEntry } from "./source-entry.ts";
import { sourceError } from "./source-error.ts";

/** What an agent may have at most: it is configuration, prompts and scripts. */
export const limits = {
  files: 200,
  /** Bytes of one file. */
  fileSize: 1_048_576,
  /** Bytes of all of them. */
  totalSize: 10_485_760,
  /** Bytes of a path. */
  path: 200,
} as const;

/**
 * Makes sure that what a source has can be written into a folder and stays in it, whatever the file system.
 *
 * @throws `AGENT_SOURCE`
 */
export function checkEntries(entries: readonly SourceEntry[]): void {
  if (entries.length > limits.files) {
    throw sourceError(
      `It has more than ${limits.files} files: name the folder of the agent alone.`,
    );
  }
  for (const entry of entries) {
    const fault = faultOf(entry);
    if (fault !== undefined) throw sourceError(`${JSON.stringify(entry.path)} ${fault}.`);
  }
  checkDistinct(entries.map(({ path }) => path));
}

/**
 * Makes sure that files are not too large, before they are read.
 *
 * @throws `AGENT_SOURCE`
 */
export function checkSizes(sizes: ReadonlyMap<string, number>): void {
  for (const [path, size] of sizes) {
    if (size > limits.fileSize) throw sourceError(`"${path}" is larger than 1 MiB.`);
  }
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  if (total > limits.totalSize) throw sourceError("Its files are larger than 10 MiB together.");
}

const kindFaults = {
  link: "is a symbolic link: an agent is made of files alone",
  repository: "is another repository: an agent is made of files alone",
  special: "is neither a file nor a folder",
};

function faultOf({ path, kind }: SourceEntry): string | undefined {
  const segments = path.split("/");
  if (segments.some((segment) => segment === "" || segment === "." || segment === "..")) {
    return "leads out of its folder";
  }
  if (segments.some(isGitFolder)) return "belongs to git";
  // What was not UTF-8 has become U+FFFD.
  if (/[\p{Cc}\p{Cf}\\\uFFFD]/u.test(path)) return "has characters that no name may have";
  if (Buffer.byteLength(path) > limits.path) return "is too long a name";
  return kind === "file" ? undefined : kindFaults[kind];
}

// NTFS and HFS+ know it by these names, too.
function isGitFolder(segment: string): boolean {
  return /^(?:\.git|git~1)[ .]*$/i.test(segment);
}

/** On some file systems names that differ in case alone are one; and no file is a folder, too. */
function checkDistinct(paths: readonly string[]): void {
  const known = new Map<string, string>();
  for (const path of paths.toSorted()) {
    const same = path.normalize("NFC").toLowerCase();
    const parent = [...known.keys()].find((other) => same.startsWith(`${other}/`));
    const other = known.get(same) ?? (parent && known.get(parent));
    if (other !== undefined) throw sourceError(`"${path}" and "${other}" cannot both be written.`);
    known.set(same, path);
  }
}
