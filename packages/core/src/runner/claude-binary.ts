import { execFile } from "node:child_process";
import { access, constants, readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { FleetManagerError, messageOf } from "../errors.ts";
import { fieldOf } from "../field-of.ts";

/** A `claude` that can be started. */
export interface ClaudeBinary {
  readonly path: string;
  /** Absent for a configured path, which is taken as it is. */
  readonly version?: string;
  readonly source: "configured" | "path" | "sdk";
}

/** There is no `claude` that herdctl can use. */
export class ClaudeNotFoundError extends FleetManagerError {
  constructor(message: string, context: Readonly<Record<string, unknown>> = {}) {
    super(message, { code: "CLAUDE_NOT_FOUND", context });
  }
}

/** What the Agent SDK brings: its own binary, and the version that its flags were made for. */
export interface BundledClaude {
  readonly path?: string;
  readonly version?: string;
}

export interface ClaudeBinaryOptions {
  /** Path or name from the configuration; wins over everything. */
  readonly configured?: string;
  /** Environment whose PATH is searched. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for a claude on PATH to tell its version. */
  readonly patience?: number;
  /** Default: what the installed Agent SDK brings. */
  readonly bundled?: () => Promise<BundledClaude>;
}

/** First version that takes MCP servers over stdin, so that their secrets stay off the command line. */
const minimumClaudeVersion = "2.1.261";

/**
 * Finds the one `claude` that every job uses: the configured one, else the one on PATH when it is at
 * least as new as the Agent SDK expects, else the one that the SDK brings.
 *
 * @throws {@link ClaudeNotFoundError} `CLAUDE_NOT_FOUND`, saying what to install.
 */
export async function resolveClaudeBinary(
  options: ClaudeBinaryOptions = {},
): Promise<ClaudeBinary> {
  const env = options.env ?? process.env;
  if (options.configured !== undefined) return configuredBinary(options.configured, env);

  const bundled = await (options.bundled ?? bundledClaude)();
  const wanted = bundled.version ?? minimumClaudeVersion;
  const onPath = await findOnPath("claude", env);
  const version = onPath === undefined ? undefined : await claudeVersion(onPath, options.patience);
  if (onPath !== undefined && version !== undefined && compareVersions(version, wanted) >= 0) {
    return { path: onPath, version, source: "path" };
  }
  if (bundled.path !== undefined) {
    return { path: bundled.path, version: wanted, source: "sdk" };
  }
  throw notFound({ onPath, version, wanted });
}

async function configuredBinary(
  configured: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ClaudeBinary> {
  const isPath = configured.includes("/") || configured.includes("\\");
  const path = isPath ? resolve(configured) : await findOnPath(configured, env);
  if (path !== undefined && (await isExecutable(path))) return { path, source: "configured" };
  throw new ClaudeNotFoundError(
    `The configured claude binary ${configured} does not exist or is not executable. Correct the path, or remove it to use the claude on PATH.`,
    { path: configured },
  );
}

function notFound(found: {
  readonly onPath: string | undefined;
  readonly version: string | undefined;
  readonly wanted: string;
}): ClaudeNotFoundError {
  const reason =
    found.onPath === undefined
      ? "There is no claude on PATH, and the Agent SDK was installed without its binary."
      : `${found.onPath} is ${found.version ?? "of an unknown version"}; ${found.wanted} or newer is needed, and the Agent SDK was installed without its binary.`;
  return new ClaudeNotFoundError(
    `${reason} Run "npm install -g @anthropic-ai/claude-code@latest", or reinstall @anthropic-ai/claude-agent-sdk with its optional dependencies.`,
    { ...(found.onPath === undefined ? {} : { path: found.onPath }), wanted: found.wanted },
  );
}

async function findOnPath(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  for (const folder of (env["PATH"] ?? "").split(delimiter)) {
    // A relative entry would depend on the folder that herdctl was started in.
    if (!isAbsolute(folder)) continue;
    const candidate = join(folder, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

const versions = new Map<string, Promise<string | undefined>>();

/** What `claude --version` says, asked once for each file; an update in place is a new file. */
export async function claudeVersion(
  path: string,
  patience: number = 20_000,
): Promise<string | undefined> {
  const facts = await stat(path);
  const key = `${path}\0${facts.ino}\0${facts.mtimeMs}`;
  const known = versions.get(key) ?? askVersion(path, patience);
  versions.set(key, known);
  return known.catch(() => {
    // The machine may have been too busy: whoever asks next does so anew.
    versions.delete(key);
    return undefined;
  });
}

async function askVersion(path: string, timeout: number): Promise<string | undefined> {
  const options = { timeout, killSignal: "SIGKILL" } as const;
  const { stdout } = await promisify(execFile)(path, ["--version"], options);
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0];
}

/** Orders two `major.minor.patch` versions: negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  for (let index = 0; index < 3; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const sdkPackage = "@anthropic-ai/claude-agent-sdk";

/** Reads what the installed Agent SDK brings, without loading it. */
export async function bundledClaude(): Promise<BundledClaude> {
  const entry = sdkEntry();
  if (entry === undefined) return {};
  const version = await sdkClaudeVersion(entry);
  const path = await sdkBinary(entry);
  return { ...(path === undefined ? {} : { path }), ...(version === undefined ? {} : { version }) };
}

function sdkEntry(): string | undefined {
  try {
    return fileURLToPath(import.meta.resolve(sdkPackage));
  } catch {
    return undefined;
  }
}

async function sdkClaudeVersion(entry: string): Promise<string | undefined> {
  try {
    const manifest: unknown = JSON.parse(
      await readFile(join(dirname(entry), "package.json"), "utf8"),
    );
    const version = fieldOf(manifest, "claudeCodeVersion");
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}

async function sdkBinary(entry: string): Promise<string | undefined> {
  const fromSdk = createRequire(entry);
  const platform = `${process.platform}-${process.arch}`;
  for (const flavour of [platform, `${platform}-musl`]) {
    try {
      const path = fromSdk.resolve(`${sdkPackage}-${flavour}/claude`);
      if (await isExecutable(path)) return path;
    } catch (error) {
      if (!messageOf(error).includes("Cannot find module")) throw error;
    }
  }
  return undefined;
}
