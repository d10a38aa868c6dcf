import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, realpath, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { claudeBinary } from "../claude-binary.ts";

const run = promisify(execFile);

const programs =
  "bash sh env cat ls cp mv rm mkdir rmdir ln chmod touch head tail wc sort uniq cut tr tee sleep " +
  "date id whoami uname stat dd sed grep find awk xargs timeout mktemp readlink realpath dirname " +
  "basename printf seq test true false df du ps setsid git curl";

/** Taken along where they are here: few tests need them, and those say so. */
const extras = ["socat"];

/** Text files by path; `etc/ssl` is left to those who need the internet. */
const files: Readonly<Record<string, string>> = {
  "etc/passwd": "root:x:0:0:root:/root:/bin/bash\nagent:x:1000:1000:agent:/home/agent:/bin/bash\n",
  "etc/group": "root:x:0:\nagent:x:1000:\n",
  "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  "etc/hostname": "",
  "etc/hosts": "",
  "etc/resolv.conf": "",
};

const folders = ["dev", "home/agent", "proc", "root", "run", "sys", "usr/local/bin", "var/tmp"];

/** What decides what becomes of them. */
export const recipeFile: string = import.meta.filename;

/**
 * Programs of this machine, and the libraries that they and `claude` load: real path → path in the
 * image.
 *
 * @param needed Programs that are taken along only where they are here, and must be.
 */
export async function findHostParts(
  needed: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const must = [...programs.split(" "), ...needed];
  const may = await Promise.all(extras.map((name) => findProgram(name)));
  const found = [
    ...(await Promise.all(must.map(requireProgram))),
    ...may.filter((path) => path !== undefined),
  ];
  const loaded = await librariesOf([...found, claudeBinary()]);
  const parts = new Map<string, string>();
  for (const path of [...found, ...loaded]) parts.set(path, inMergedUsr(path));
  return parts;
}

/** Fills `root` with them, and with the folders and files that every system has. */
export async function copyHostParts(
  parts: ReadonlyMap<string, string>,
  root: string,
): Promise<void> {
  for (const folder of folders) await mkdir(join(root, folder), { recursive: true });
  for (const [from, to] of parts) {
    const target = join(root, to);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(await realpath(from), target);
    await chmod(target, 0o755);
  }
  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    await mkdir(join(root, "usr", name), { recursive: true });
    await symlink(join("usr", name), join(root, name));
  }
  await mkdir(join(root, "etc"), { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);
  for (const folder of ["tmp", "var/tmp"]) {
    await mkdir(join(root, folder), { recursive: true });
    await chmod(join(root, folder), 0o1777);
  }
}

// Not PATH: what else is on it may be a script of somebody's own.
const places = ["/usr/bin", "/bin", "/usr/sbin", "/usr/local/bin"];

async function requireProgram(name: string): Promise<string> {
  const path = await findProgram(name);
  if (path !== undefined) return path;
  throw new Error(
    `The test image needs ${name}, which is not in ${places.join(", ")}: install it.`,
  );
}

async function findProgram(name: string): Promise<string | undefined> {
  for (const place of places) {
    const path = join(place, name);
    if (await stat(path).catch(() => undefined)) return path;
  }
  return undefined;
}

async function librariesOf(paths: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run("ldd", paths);
  return [...stdout.matchAll(/^\s+(?:\S+ => )?(\/\S+)/gm)].map(([, path = ""]) => path);
}

/** `/bin`, `/sbin` and `/lib…` are links into `/usr` in the image. */
function inMergedUsr(path: string): string {
  return path.replace(/^\/(?=(?:s?bin|lib(?:64)?)\/)/, "usr/").replace(/^\//, "");
}
