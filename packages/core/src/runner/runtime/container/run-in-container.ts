import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ResolvedAgent } from "../../../config/resolved.ts";
import { messageOf } from "../../../errors.ts";
import {
  type CommandRequest,
  type CommandResult,
  runCommand,
} from "../../../processes/run-command.ts";
import { quote } from "../../approvals/quote.ts";
import type { DockerConfig } from "../docker-config.ts";
import { clientEnvironment, containerEnvironment, toEnvFile } from "./environment.ts";
import { hostPlaces } from "./host-facts.ts";
import { planWorkspace } from "./plan-mounts.ts";
import { runFlags } from "./run-flags.ts";
import { agentClaudeHome } from "./session-folder.ts";

export interface CommandPlace {
  readonly agent: ResolvedAgent;
  readonly config: DockerConfig;
  readonly stateDir: string;
  /** What herdctl itself was given. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly protectedFiles: readonly string[];
}

/** Runs a shell command in a container of its own, as this agent has them. Never rejects. */
export async function runInContainer(
  request: CommandRequest,
  place: CommandPlace,
): Promise<CommandResult> {
  try {
    return await runCommand(await contain(request, place));
  } catch (error) {
    return { error: messageOf(error), stdout: "", stderr: "", durationMs: 0, survivors: [] };
  }
}

async function contain(request: CommandRequest, place: CommandPlace): Promise<CommandRequest> {
  const { agent, config, stateDir, env } = place;
  const name = `herdctl-${request.marker}-${randomUUID().slice(0, 8)}`;
  const mounts = await planWorkspace({ ...place, host: await hostPlaces(place) });
  const folder = agentClaudeHome({ agent, env, stateDir });
  const envFile = join(folder, `${name}.env`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(envFile, toEnvFile(environmentOf(request, place)), { mode: 0o600 });
  const labels = { stateDir, agentName: agent.qualifiedName, jobId: request.marker };
  const flags = runFlags({ name, config, mounts, ...labels });
  const words = [...flags, "sh", "-c", request.command].map(quote).join(" ");
  const file = quote(envFile);
  return {
    ...request,
    command: `exec 9<${file} && /bin/rm -f ${file} && exec docker run --env-file /dev/fd/9 ${words}`,
    env: clientEnvironment(process.env),
    container: name,
  };
}

/** What a check, a gate or a hook is told. */
const ofTheJob =
  /^HERDCTL_(?:JOB|JOB_ID|AGENT|SCHEDULE|DUE_AT|EVENT|TRIGGER|EXIT_REASON|SESSION_ID)$/;

/** Nothing of it is about Claude: a check needs no key. */
function environmentOf({ env }: CommandRequest, { agent, config }: CommandPlace) {
  const wanted = Object.fromEntries(Object.entries(env).filter(([name]) => ofTheJob.test(name)));
  return containerEnvironment({
    host: {},
    wanted,
    agent: agent.env,
    docker: config.env,
    credentials: config.credentials,
  });
}
