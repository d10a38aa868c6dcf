import { rm } from "node:fs/promises";
import { join } from "node:path";
import { askTool, runTool } from "./run-tool.ts";
import type { Environment, Service, ServiceKind, ServiceState } from "./service-plan.ts";
import { quoteUnitWord, renderSystemdUnit } from "./systemd-unit.ts";

/** Services of a user's systemd. */
export const systemd: ServiceKind = {
  name: "systemd",
  fileOf: (service, env) => join(unitFolder(env), unitOf(service)),
  render: renderSystemdUnit,
  quote: quoteUnitWord,
  async activate({ name, env }) {
    await systemctl(["daemon-reload"], env);
    await systemctl(["enable", unitOf(name)], env);
    await systemctl(["restart", unitOf(name)], env);
  },
  async deactivate({ name, file, env }) {
    await systemctl(["disable", "--now", unitOf(name)], env);
    await rm(file, { force: true });
    await systemctl(["daemon-reload"], env);
  },
  logOf: ({ name }) => `journalctl --user -u ${unitOf(name)} -e`,
  state: readState,
};

function unitOf(service: string): string {
  return `${service}.service`;
}

function unitFolder(env: Environment): string {
  const config = env["XDG_CONFIG_HOME"] || join(env["HOME"] ?? "", ".config");
  return join(config, "systemd", "user");
}

async function systemctl(args: readonly string[], env: Environment): Promise<void> {
  await runTool("systemctl", ["--user", ...args], env);
}

async function readState({ name, env }: Service): Promise<ServiceState> {
  const properties = "--property=ActiveState,MainPID,UnitFileState";
  const shown = await runTool("systemctl", ["--user", "show", unitOf(name), properties], env);
  const facts = parseProperties(shown);
  const pid = Number(facts.get("MainPID"));
  const lingers = await readLingering(env);
  return {
    enabled: facts.get("UnitFileState") === "enabled",
    active: facts.get("ActiveState") === "active",
    ...(pid > 0 && { pid }),
    ...(lingers !== undefined && { lingers }),
  };
}

async function readLingering(env: Environment): Promise<boolean | undefined> {
  try {
    const args = ["show-user", env["USER"] ?? "", "--property=Linger"];
    const { stdout } = await askTool("loginctl", args, env);
    const linger = parseProperties(stdout).get("Linger");
    return linger === undefined ? undefined : linger === "yes";
  } catch {
    return undefined;
  }
}

function parseProperties(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split("\n").map((line): [string, string] => {
      const [name = "", ...value] = line.split("=");
      return [name, value.join("=")];
    }),
  );
}
