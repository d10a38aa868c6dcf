import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * Where a claude started with this environment in this folder keeps its sessions and settings:
 * `CLAUDE_CONFIG_DIR`, else `.claude` in the home folder.
 */
export function claudeHome(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string = process.cwd(),
): string {
  const configured = env["CLAUDE_CONFIG_DIR"];
  const home = configured ? resolve(cwd, configured) : join(env["HOME"] || homedir(), ".claude");
  return home.normalize("NFC");
}

const longestName = 200;

/**
 * Name of the folder in `projects/` that Claude Code derives from a working directory without symbolic
 * links. Different directories can share one: find a session by its id, never by its folder.
 */
export function projectFolderName(realPath: string): string {
  const name = realPath.replace(/[^a-zA-Z0-9]/g, "-");
  if (name.length <= longestName) return name;
  return `${name.slice(0, longestName)}-${Math.abs(hash(realPath)).toString(36)}`;
}

// Java's hash of a string: by UTF-16 code unit, in 32 bits with a sign.
function hash(text: string): number {
  let value = 0;
  for (let index = 0; index < text.length; index++) {
    value = (Math.imul(value, 31) + text.charCodeAt(index)) | 0;
  }
  return value;
}
