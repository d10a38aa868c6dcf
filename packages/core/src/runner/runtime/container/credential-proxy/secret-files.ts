import { mkdirSync, writeFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isMissing } from "../../../../state/line-reader.ts";

/** Writes a secret for whoever takes it at once; its name says which process wrote it. */
export function writeSecret(start: string, name: "env" | "proxy", text: string): string {
  mkdirSync(dirname(start), { recursive: true, mode: 0o700 });
  const path = `${start}.${process.pid}.${name}`;
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

const written = /^(.*)\.(\d+)\.(?:env|proxy)$/;

/** Removes what nobody took of the files whose names begin so. */
export async function removeSecrets(start: string): Promise<void> {
  await removeFiles(dirname(start), ([, of]) => of === basename(start));
}

/** Removes such files of processes that died before anybody took them, in each folder of this one. */
export async function removeLeftSecrets(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    await removeFiles(join(folder, entry.name), ([, , pid]) => !isAlive(Number(pid)));
  }
}

async function removeFiles(
  folder: string,
  isLeft: (name: RegExpExecArray) => boolean,
): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  for (const name of names) {
    const parts = written.exec(name);
    if (parts && isLeft(parts)) await rm(join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
