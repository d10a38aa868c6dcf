import { rm } from "node:fs/promises";
import { join } from "node:path";
import { quote } from "../terminal/shell.ts";
import { labelOf, quotePlistWord, renderLaunchdPlist } from "./launchd-plist.ts";
import { askTool, runTool } from "./run-tool.ts";
import type { Service, ServiceKind, ServiceState } from "./service-plan.ts";

/** Agents of a user's launchd. */
export const launchd: ServiceKind = {
  name: "launchd",
  fileOf: (service, env) =>
    join(env["HOME"] ?? "", "Library", "LaunchAgents", `${labelOf(service)}.plist`),
  render: renderLaunchdPlist,
  quote: quotePlistWord,
  async activate(service) {
    const { file, env } = service;
    if ((await readState(service)).enabled) await bootOut(service);
    await runTool("launchctl", ["bootstrap", domain(), file], env);
  },
  async deactivate(service) {
    if ((await readState(service)).enabled) await bootOut(service);
    await rm(service.file, { force: true });
  },
  logOf: (_, logFile) => `tail ${quote(logFile)}`,
  state: readState,
};

async function bootOut({ name, env }: Service): Promise<void> {
  await runTool("launchctl", ["bootout", target(name)], env);
}

async function readState({ name, env }: Service): Promise<ServiceState> {
  const { exitCode, stdout } = await askTool("launchctl", ["print", target(name)], env);
  const [, pid] = /^\s*pid = (\d+)$/m.exec(stdout) ?? [];
  return {
    enabled: exitCode === 0,
    active: pid !== undefined,
    ...(pid !== undefined && { pid: Number(pid) }),
  };
}

function target(service: string): string {
  return `${domain()}/${labelOf(service)}`;
}

function domain(): string {
  return `gui/${process.getuid?.() ?? 0}`;
}
