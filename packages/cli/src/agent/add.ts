import type { AgentPreview, PreviewAgentOptions } from "@herdctl/core";
import { canAsk, confirm } from "../confirm.ts";
import { connectToRead, connectToWrite } from "../connect.ts";
import type { Context } from "../context.ts";
import { commandPrefix, type GlobalOptions } from "../global-options.ts";
import { renderOffer } from "../render/agent-offer.ts";
import { interruptedExitCode, onStopSignal } from "../stop-signals.ts";
import { toJson } from "../terminal/json.ts";
import { usageError } from "../usage-error.ts";
import { connectToAgents } from "./connect-to-agents.ts";
import { fleetSource } from "./fleet-source.ts";

/** Options of `herdctl agent add`. */
export interface AddOptions extends GlobalOptions {
  readonly name?: string;
  readonly path?: string;
  readonly ref?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** Has the fleet fetch an agent, shows it, and has exactly that added if it is wanted. */
export async function addAgent(
  given: string,
  options: AddOptions,
  context: Context,
): Promise<void> {
  const { output } = context;
  const { json, yes, dryRun } = options;
  const mayAsk = !json && canAsk(context);
  if (!yes && !dryRun && !mayAsk) {
    throw usageError(
      "An agent from elsewhere is code. Nobody is there to be asked: look at it with --dry-run, then " +
        "add it with --yes.",
    );
  }
  const source = fleetSource(given, options, context);
  const preview = await look(source, options, context);
  if (!preview) return;
  if (!json) output.print(renderOffer(preview, output));
  const isWanted = !dryRun && (yes || (await confirm("Add it to the fleet?", context)));
  if (isWanted && !(await add({ source, preview }, options, context))) return;
  if (json) output.print(toJson({ ...preview, added: isWanted }, 2));
  else if (!isWanted) output.note("Nothing was changed.");
  if (!isWanted && !dryRun) context.exitCode = 1;
}

/** `undefined`: it was interrupted. */
async function look(
  source: string,
  options: AddOptions,
  context: Context,
): Promise<AgentPreview | undefined> {
  const connect = options.dryRun ? connectToRead : connectToWrite;
  // Let go of while somebody thinks: the fleet may start or stop meanwhile.
  await using connected = await connectToAgents(connect, options, context);
  return await unlessInterrupted(context, (signal) =>
    connected.fleet.previewAgent(source, { ...choiceOf(options), signal }),
  );
}

interface Wanted {
  readonly source: string;
  readonly preview: AgentPreview;
}

/** Resolves with whether it was not interrupted. */
async function add(
  { source, preview: { digest } }: Wanted,
  options: AddOptions,
  context: Context,
): Promise<boolean> {
  const { output } = context;
  await using connected = await connectToAgents(connectToWrite, options, context);
  const prefix = commandPrefix(options, context);
  const installed = await unlessInterrupted(context, (signal) =>
    connected.fleet.addAgent(source, { ...choiceOf(options), digest, signal }),
  );
  if (!installed) {
    if (connected.isDaemon) output.note(`Whether it was added:\n  ${prefix} agent list`);
    return false;
  }
  if (options.json) return true;
  const { name, folder } = installed;
  const taken = connected.isDaemon ? " The running fleet has it." : "";
  output.print(`Added ${name} in ${folder}.${taken}`);
  output.note(`Next:\n  ${prefix} agent info ${name}`);
  return true;
}

function choiceOf({ name, path, ref }: AddOptions): PreviewAgentOptions {
  return {
    ...(name !== undefined && { name }),
    ...(path !== undefined && { path }),
    ...(ref !== undefined && { ref }),
  };
}

/** The first signal ends a fetch, and what comes after it is finished; a second one leaves. */
async function unlessInterrupted<Result>(
  context: Context,
  act: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | undefined> {
  const leaving = new AbortController();
  using signals = onStopSignal((count) => {
    if (count > 1) process.exit(interruptedExitCode);
    leaving.abort();
  });
  try {
    return await act(leaving.signal);
  } catch (error) {
    if (signals.count === 0) throw error;
    context.exitCode = interruptedExitCode;
    return undefined;
  }
}
