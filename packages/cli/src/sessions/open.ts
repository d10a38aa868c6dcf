import { spawn } from "node:child_process";
import { constants } from "node:os";
import {
  claudeEnvironment,
  FleetManagerError,
  loadConfig,
  type ResolvedAgent,
  resolveClaudeBinary,
  type Session,
  SessionNotResumableError,
} from "@herdctl/core";
import { connectToRead } from "../connect.ts";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { findPlace } from "../place.ts";
import { readAll } from "../prompt.ts";
import { refuseRemote } from "../remote.ts";
import { usageError } from "../usage-error.ts";

/** `herdctl sessions resume`: ends as claude does. */
export async function openSession(
  id: string,
  options: GlobalOptions,
  context: Context,
): Promise<void> {
  refuseRemote(options, context);
  const session = await findSession(id, options, context);
  refuseUnfit(session);
  const input = process.stdin.isTTY ? undefined : await readAll(context.stdin);
  if (options.json || input?.trim() === "") {
    throw usageError(
      "`herdctl sessions resume` opens claude on a terminal: without one, and without a prompt from a " +
        "pipe, there is nobody to talk with. `herdctl resume <job> -p <text>` goes on in a job's session.",
    );
  }
  const agent = await loadAgent(session.agentName, options, context);
  const env = claudeEnvironment({ base: context.env, agent });
  const configured = env["HERDCTL_CLAUDE_PATH"];
  const claude = await resolveClaudeBinary({ env, ...(configured && { configured }) });
  context.exitCode = await run(claude.path, session, { env, input });
}

async function findSession(id: string, options: GlobalOptions, context: Context): Promise<Session> {
  await using connected = await connectToRead(options, context);
  // Awaited here: the store closes when this function is left.
  return await connected.fleet.getSession(id);
}

// Whether its time is over, or another runtime made it, matters to jobs; a person decides for himself.
function refuseUnfit({ sessionId, container, obstacle, openIn }: Session): void {
  if (openIn !== undefined) {
    throw new FleetManagerError(
      `Session ${sessionId} is open in process ${openIn}. Two at once would lose a part of it: wait for ` +
        "that one to end.",
      { code: "SESSION_BUSY", context: { sessionId, pid: openIn } },
    );
  }
  if (container) {
    throw new SessionNotResumableError(sessionId, {
      reason: "other_container",
      message: "belongs in a container",
    });
  }
  if (obstacle?.reason === "no_transcript") throw new SessionNotResumableError(sessionId, obstacle);
}

/** From its files and not from a daemon, which tells nobody what is in an agent's environment. */
async function loadAgent(
  name: string,
  options: GlobalOptions,
  context: Context,
): Promise<ResolvedAgent> {
  const { configPath } = await findPlace(options, context);
  const { agents } = await loadConfig(configPath, { cwd: context.cwd, env: context.env });
  const agent = agents.find(({ qualifiedName }) => qualifiedName === name);
  if (agent) return agent;
  throw new FleetManagerError(
    `Agent "${name}" is no longer in ${configPath}; the running fleet has not been reloaded since.`,
    { code: "AGENT_NOT_FOUND", context: { agentName: name } },
  );
}

interface Surroundings {
  readonly env: Record<string, string>;
  /** Instead of what somebody types. */
  readonly input: string | undefined;
}

function run(claude: string, session: Session, { env, input }: Surroundings): Promise<number> {
  const child = spawn(claude, ["--resume", session.sessionId], {
    cwd: session.workingDirectory,
    env,
    stdio: [input === undefined ? "inherit" : "pipe", "inherit", "inherit"],
  });
  // It may end without having read it all.
  child.stdin?.on("error", () => undefined).end(input);
  // The terminal sends an interrupt to both; what it means is claude's to say.
  const ignore = (): void => undefined;
  const end = (): void => void child.kill("SIGTERM");
  process.on("SIGINT", ignore).on("SIGTERM", end);
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      resolve(code ?? 128 + constants.signals[signal ?? "SIGTERM"]),
    );
  });
  return ended.finally(() => process.off("SIGINT", ignore).off("SIGTERM", end));
}
