import { type AgentOffer, describeSource } from "@herdctl/core";
import { canAsk, confirm } from "../confirm.ts";
import type { Context } from "../context.ts";
import { commandPrefix, type GlobalOptions } from "../global-options.ts";
import { renderOffer } from "../render/agent-offer.ts";
import { finishBeforeLeaving, interruptedExitCode, onStopSignal } from "../stop-signals.ts";
import { toJson } from "../terminal/json.ts";
import { usageError } from "../usage-error.ts";
import { activate } from "./activate.ts";
import { fleetPlace } from "./fleet-place.ts";

/** Options of `herdctl agent add`. */
export interface AddOptions extends GlobalOptions {
  readonly name?: string;
  readonly path?: string;
  readonly ref?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** Fetches an agent, shows it, and adds it to the fleet if that is wanted. */
export async function addAgent(
  source: string,
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
  const offer = await fetch(source, options, context);
  if (!offer) return;
  if (!json) output.print(renderOffer(offer, output));
  const isWanted = !dryRun && (yes || (await confirm("Add it to the fleet?", context)));
  if (isWanted) await add(offer, options, context);
  if (json) output.print(toJson({ ...describe(offer), added: isWanted }, 2));
  else if (!isWanted) output.note("Nothing was changed.");
  if (!isWanted && !dryRun) context.exitCode = 1;
}

/** `undefined`: it was interrupted. */
async function fetch(
  source: string,
  options: AddOptions,
  context: Context,
): Promise<AgentOffer | undefined> {
  const { name, path, ref } = options;
  const githubUrl = context.env["HERDCTL_GITHUB_URL"];
  const place = await fleetPlace(options, context);
  const { fetchAgent } = await import("@herdctl/core");
  const leaving = new AbortController();
  using signals = onStopSignal(() => leaving.abort());
  try {
    return await fetchAgent({
      ...place,
      source,
      signal: leaving.signal,
      ...(name !== undefined && { name }),
      ...(path !== undefined && { path }),
      ...(ref !== undefined && { ref }),
      ...(githubUrl && { githubUrl }),
    });
  } catch (error) {
    if (signals.count === 0) throw error;
    context.exitCode = interruptedExitCode;
    return undefined;
  }
}

async function add(offer: AgentOffer, options: AddOptions, context: Context): Promise<void> {
  const { output } = context;
  const { name, folder } = offer;
  let isRunning = false;
  const core = await import("@herdctl/core");
  using _begun = finishBeforeLeaving();
  await core.addAgent(offer, {
    ...(await fleetPlace(options, context)),
    activate: async () => {
      isRunning = await activate(options, context);
    },
  });
  if (options.json) return;
  const taken = isRunning ? " The running fleet has it." : "";
  output.print(`Added ${name} in ${folder}.${taken}`);
  output.note(`Next:\n  ${commandPrefix(options, context)} agent info ${name}`);
}

function describe({ files, source, ownName: _, ...offer }: AgentOffer): object {
  return {
    ...offer,
    source: { ...source, text: describeSource(source) },
    files: files.map(({ path, content, executable }) => {
      return { path, size: content.length, executable };
    }),
  };
}
