import { realpath } from "node:fs/promises";
import { homedir } from "node:os";
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

/** Whoever runs herdctl, so that files in the workspace belong to them. */
export function hostUser(): string {
  return `${process.getuid?.() ?? 1000}:${process.getgid?.() ?? 1000}`;
}
