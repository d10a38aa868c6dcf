import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
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
import { dockerClient } from "./credential-proxy/client-command.ts";
import { planProxy, type ProxyPlan, withRelay } from "./credential-proxy/plan-proxy.ts";
import { readRefusals } from "./credential-proxy/read-refusals.ts";
import { clientEnvironment, containerEnvironment, toEnvFile } from "./environment.ts";
import { removeSecrets } from "./credential-proxy/secret-files.ts";
import { giveFolders } from "./give-folders.ts";
import { hostPlaces } from "./host-facts.ts";
import type { Mount } from "./mount.ts";
import { planWorkspace } from "./plan-mounts.ts";
import { runFlags, userOf } from "./run-flags.ts";
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
  const name = `herdctl-${request.marker}-${randomUUID().slice(0, 8)}`;
  const folder = join(agentClaudeHome(place), name);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const result = await runCommand(await contain(request, { ...place, name, folder }));
    const refused = await readRefusals(folder);
    return { ...result, stderr: [result.stderr, ...refused].join("") };
  } catch (error) {
    return { error: messageOf(error), stdout: "", stderr: "", durationMs: 0, survivors: [] };
  } finally {
    await rm(folder, { recursive: true, force: true });
    await removeSecrets(folder);
  }
}

interface NamedPlace extends CommandPlace {
  /** Of the container. */
  readonly name: string;
  /** Of the container's proxy, where it has one. */
  readonly folder: string;
}

async function contain(request: CommandRequest, place: NamedPlace): Promise<CommandRequest> {
  const { agent, config, stateDir, name, folder } = place;
  const insideFolder = `/run/herdctl/${name}`;
  // Nothing of it is about Claude: a check needs no key.
  const proxy = planProxy({ config, insideFolder });
  const workspace = await planWorkspace({ ...place, host: await hostPlaces(place) });
  const socket: Mount = { type: "bind", source: folder, target: insideFolder, readOnly: true };
  if (proxy) await giveFolders([folder], userOf(config));
  const mounts = [...workspace, ...(proxy ? [socket] : [])];
  const labels = { stateDir, agentName: agent.qualifiedName, jobId: request.marker };
  const { command, args } = dockerClient({
    envFile: toEnvFile(environmentOf(request, place, proxy)),
    secretsPath: folder,
    ...(proxy && { proxy: { ...proxy, folder } }),
    command: "run",
    args: [
      ...runFlags({ name, config, mounts, ...labels }),
      ...withRelay(proxy?.relayTo, ["sh", "-c", request.command]),
    ],
  });
  return {
    ...request,
    command: `exec ${[command, ...args].map(quote).join(" ")}`,
    env: clientEnvironment(process.env),
    container: name,
  };
}

/** What a check, a gate or a hook is told. */
const ofTheJob =
  /^HERDCTL_(?:JOB|JOB_ID|AGENT|SCHEDULE|DUE_AT|EVENT|TRIGGER|EXIT_REASON|SESSION_ID)$/;

function environmentOf(
  { env }: CommandRequest,
  { agent, config }: CommandPlace,
  proxy: ProxyPlan | undefined,
) {
  const wanted = Object.fromEntries(Object.entries(env).filter(([name]) => ofTheJob.test(name)));
  return containerEnvironment({
    host: {},
    wanted,
    agent: agent.env,
    docker: config.env,
    credentials: config.credentials,
    ...(proxy && { proxy: proxy.environment }),
  });
}
