import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ConfigurationError } from "../../src/config/configuration-error.ts";
import type { Environment } from "../../src/config/interpolate.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { ResolvedAgent, ResolvedConfig } from "../../src/config/resolved.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** Files of a configuration, by path. */
export type Files = Readonly<Record<string, string>>;

/** Writes files to a temporary folder of the test. */
export async function writeFiles(files: Files): Promise<string> {
  const dir = await temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  return dir;
}

/** Writes files and loads the configuration they make. */
export async function loadFiles(
  files: Files,
  options: { readonly entry?: string; readonly env?: Environment } = {},
): Promise<ResolvedConfig & { readonly dir: string }> {
  const dir = await writeFiles(files);
  const { entry = "herdctl.yaml", env = {} } = options;
  return { ...(await loadConfig(join(dir, entry), { cwd: dir, env })), dir };
}

/** What is wrong with files, as rendered lines. */
export async function problemsOf(files: Files, env: Environment = {}): Promise<readonly string[]> {
  const error: unknown = await loadFiles(files, { env }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ConfigurationError) return error.validationErrors;
  throw new Error("The configuration loads.", { cause: error });
}

/** The agent with a qualified name. */
export function agentIn(config: ResolvedConfig, name: string): ResolvedAgent {
  const agent = config.agents.find(({ qualifiedName }) => qualifiedName === name);
  if (agent) return agent;
  throw new Error(`No agent ${name}`);
}
