import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readdir, realpath, rename, stat } from "node:fs/promises";
import { join, matchesGlob, parse } from "node:path";
import type { ResolvedFolderSource } from "../../config/resolved.ts";
import { FleetManagerError } from "../../errors.ts";
import type { ClaimedItem } from "../../state/job-record.ts";
import type { EndedJob, WaitingItem, WorkSource } from "../work-source.ts";

/** A folder of files, one item of work each, taken in the order of their names. */
export function createFolderSource(config: ResolvedFolderSource): WorkSource {
  return {
    list: () => list(config),
    claim: ({ id }) => read(config, id),
    complete: (id, job) => putAway(config, { id, to: config.done, job }),
    async release(id, job) {
      if (job.failures < config.maxAttempts) return true;
      await putAway(config, { id, to: config.failed, job });
      return false;
    },
  };
}

const byName = new Intl.Collator("en", { numeric: true });

async function list({ path, pattern }: ResolvedFolderSource): Promise<readonly WaitingItem[]> {
  try {
    // However the folder is written, its items have one key.
    const folder = await realpath(path);
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
      .filter((entry) => matchesGlob(entry.name, pattern))
      .map(({ name }) => ({ key: `folder:${join(folder, name)}`, id: name }))
      .toSorted((a, b) => byName.compare(a.id, b.id));
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new FleetManagerError(
      `The work source's folder ${path} does not exist. Create it, or correct \`work_source.path\`.`,
      { code: "WORKING_DIRECTORY", context: { path } },
    );
  }
}

// Longer texts are for the agent to read from the file.
const longestText = 65_536;

async function read({ path }: ResolvedFolderSource, id: string): Promise<ClaimedItem | undefined> {
  const location = join(path, id);
  try {
    await using file = await open(location, constants.O_RDONLY | constants.O_NOFOLLOW);
    const text = await readStart(file);
    return { source: "folder", id, title: titleOf(id, text), text, location };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readStart(file: FileHandle): Promise<string> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(longestText), 0, longestText, 0);
  const text = buffer.toString("utf8", 0, bytesRead);
  const isWhole = bytesRead < longestText;
  return isWhole ? text.trim() : `${text.trim()}\n\n[The rest is in the file.]`;
}

function titleOf(id: string, text: string): string {
  return /^#\s+(.+)$/m.exec(text)?.[1]?.trim() ?? parse(id).name;
}

interface PutAway {
  readonly id: string;
  /** Sub-folder. */
  readonly to: string;
  readonly job: EndedJob;
}

async function putAway({ path }: ResolvedFolderSource, { id, to, job }: PutAway): Promise<void> {
  const folder = join(path, to);
  await mkdir(folder, { recursive: true });
  try {
    await rename(join(path, id), join(folder, await freeName(folder, id, job.id)));
  } catch (error) {
    // Put away before, or by the agent itself.
    if (!isMissing(error)) throw error;
  }
}

/** An earlier item of this name is not overwritten. */
async function freeName(folder: string, id: string, jobId: string): Promise<string> {
  const { name, ext } = parse(id);
  try {
    await stat(join(folder, id));
    return `${name}.${jobId}${ext}`;
  } catch (error) {
    if (isMissing(error)) return id;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
