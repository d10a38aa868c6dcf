import { access, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { claudeHome } from "../../../claude-home.ts";
import type { HostPlaces } from "./mount-rules.ts";

export async function hostPlaces({
  env,
  stateDir,
}: {
  /** What herdctl itself was given. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stateDir: string;
}): Promise<HostPlaces> {
  const real = (path: string): Promise<string> => realpath(path).catch(() => path);
  return {
    home: await real(env["HOME"] || homedir()),
    stateDir: await real(stateDir),
    claudeHome: await real(claudeHome(env)),
  };
}

/** Where Claude Code keeps its login on Linux. */
export function loginFile({ claudeHome: home }: Pick<HostPlaces, "claudeHome">): string {
  return join(home, ".credentials.json");
}

/** The same, where there is one. */
export async function findLogin(host: Pick<HostPlaces, "claudeHome">): Promise<string | undefined> {
  const file = loginFile(host);
  return access(file).then(
    () => file,
    () => undefined,
  );
}

/** Whoever runs herdctl, so that files in the workspace belong to them. */
export function hostUser(): string {
  return `${process.getuid?.() ?? 1000}:${process.getgid?.() ?? 1000}`;
}
