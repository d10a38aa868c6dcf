import { homedir } from "node:os";
import { dirname, basename, join, resolve } from "node:path";
import { isYaml } from "../config/find.ts";
import { FleetManagerError } from "../errors.ts";

/** Where the files of an agent come from. */
export type AgentSource = {
  /** Folder in it, or YAML file, with `/`; empty: all of it. */
  readonly inside: string;
} & (
  | {
      readonly type: "git";
      /** What git fetches from. */
      readonly url: string;
      /** Branch, tag or full commit id; absent: what the repository takes by default. */
      readonly ref?: string;
    }
  | {
      readonly type: "folder";
      /** Absolute. */
      readonly folder: string;
    }
);

/** What {@link parseAgentSource} reads beside the source itself. */
export interface SourceOptions {
  /** What a relative folder starts from. */
  readonly cwd: string;
  /** Folder in the source, or YAML file; wins over the one that the source names. */
  readonly path?: string;
  /** Wins over the one that the source names. */
  readonly ref?: string;
  /** Where `owner/repo` is (default `https://github.com`). */
  readonly githubUrl?: string;
}

const defaultGithubUrl = "https://github.com";

/**
 * Reads `owner/repo`, `github:owner/repo/folder#ref`, the address of a git repository, or the path of a
 * folder, which begins with `.`, `/` or `~`.
 *
 * @throws `INVALID_REQUEST`
 */
export function parseAgentSource(text: string, options: SourceOptions): AgentSource {
  if (isFolder(text)) return folderSource(text, options);
  const [, place = "", named] = /^([^#]*)(?:#(.*))?$/s.exec(text) ?? [];
  const ref = options.ref ?? named;
  if (ref !== undefined && !isRef(ref)) {
    throw refused(`"${ref}" is not the name of a branch or a tag, or the id of a commit.`);
  }
  const at = { ...(ref !== undefined && { ref }) };
  if (isAddress(place)) {
    checkAddress(place);
    return { type: "git", url: place, inside: insideOf(options.path ?? ""), ...at };
  }
  const [, owner, repo, folder = ""] =
    /^(?:github:)?(\w[\w-]*)\/([\w-][\w.-]*)(?:\/(.*))?$/s.exec(place) ?? [];
  if (owner === undefined || repo === undefined) throw refused(unclear(text));
  const base = (options.githubUrl ?? defaultGithubUrl).replace(/\/+$/, "");
  const url = `${base}/${owner}/${repo.replace(/\.git$/, "")}.git`;
  return { type: "git", url, inside: insideOf(options.path ?? folder), ...at };
}

/** The same source for a reader elsewhere on this machine: of a folder, the absolute path. */
export function absoluteSource(text: string, cwd: string): string {
  return isFolder(text) && !text.startsWith("/") ? resolveFolder(text, cwd) : text;
}

/** A source in a line, for people. */
export function describeSource(source: AgentSource): string {
  const { inside } = source;
  if (source.type === "folder") return join(source.folder, inside);
  const ref = source.ref === undefined ? "" : ` at ${source.ref}`;
  return `${source.url}${inside === "" ? "" : `, ${inside}`}${ref}`;
}

function folderSource(text: string, { cwd, path, ref }: SourceOptions): AgentSource {
  if (ref !== undefined) throw refused("A folder has no branches: leave out the ref.");
  const folder = resolveFolder(text, cwd);
  if (path !== undefined) return { type: "folder", folder, inside: insideOf(path) };
  return isYaml(folder)
    ? { type: "folder", folder: dirname(folder), inside: basename(folder) }
    : { type: "folder", folder, inside: "" };
}

function isFolder(text: string): boolean {
  return /^[./~]/.test(text);
}

function resolveFolder(text: string, cwd: string): string {
  return resolve(cwd, text === "~" || text.startsWith("~/") ? homedir() + text.slice(1) : text);
}

/** Neither an option of git, nor a pattern or a pair of refs. */
function isRef(ref: string): boolean {
  return /^(?![-+])[^\s\p{Cc}~^:?*[\\]+$/u.test(ref) && !ref.includes("..");
}

function isAddress(place: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(place) || /^[\w.-]+@[\w.-]+:[^/]?/.test(place);
}

/** What it is fetched from is written down and shown. */
function checkAddress(address: string): void {
  if (!address.includes("://")) return;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const protocols = ["https:", "http:", "ssh:", "file:"];
  if (!url || !protocols.includes(url.protocol)) {
    throw refused(`"${address}" is not an address that agents are fetched from: use https or ssh.`);
  }
  const isHttp = url.protocol.startsWith("http");
  if (url.password === "" && !(isHttp && (url.username !== "" || url.search !== ""))) return;
  throw refused(
    "An address with a password or a token in it would be written down: leave it out, and give it " +
      "to git's credential helper.",
  );
}

/** A path in the source without detours. */
function insideOf(path: string): string {
  const segments = path.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (path.startsWith("/") || segments.includes("..")) {
    throw refused(`"${path}" is not a path inside of the source.`);
  }
  return segments.join("/");
}

function unclear(text: string): string {
  return (
    `"${text}" is not where an agent could come from: owner/repo, github:owner/repo/folder#ref, the ` +
    "address of a git repository, or the path of a folder, such as ./reviewer."
  );
}

function refused(message: string): FleetManagerError {
  return new FleetManagerError(message, { code: "INVALID_REQUEST" });
}
