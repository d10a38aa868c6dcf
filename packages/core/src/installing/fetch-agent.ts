import { join } from "node:path";
import { name as nameSchema } from "../config/schema/fields.ts";
import { parseSource } from "../config/source.ts";
import { isMapping } from "../config/value-path.ts";
import { FleetManagerError } from "../errors.ts";
import { createRedactor } from "../redact.ts";
import { type AgentSource, parseAgentSource } from "./agent-source.ts";
import { type Demand, listDemands } from "./demands.ts";
import { fetchFiles } from "./fetch-files.ts";
import type { FleetPlace } from "./fleet-place.ts";
import { type NewAgent, proposeAgent } from "./propose-agent.ts";
import { variablesIn } from "./variables.ts";

/** Which agent of a source is meant. */
export interface PreviewAgentOptions {
  /** Name in this fleet (default: the agent's own). */
  readonly name?: string;
  /** Folder in the source, or the agent's file. */
  readonly path?: string;
  /** Branch, tag, or full id of a commit. */
  readonly ref?: string;
  /** Stops the fetch. */
  readonly signal?: AbortSignal;
}

/** What {@link fetchAgent} fetches. */
export interface FetchAgentOptions extends FleetPlace, PreviewAgentOptions {
  /**
   * `owner/repo`, `github:owner/repo/folder#ref`, the address of a git repository, or the path of a
   * folder, which begins with `.`, `/` or `~`.
   */
  readonly source: string;
  /** Where `owner/repo` is (default `https://github.com`). */
  readonly githubUrl?: string;
}

/** An agent from elsewhere that could be added: in memory alone. */
export interface AgentOffer extends NewAgent {
  readonly source: AgentSource;
  /** Id of the commit that its files are of; absent for those of a folder. */
  readonly commit?: string;
  readonly description?: string;
  /** What it would be in this fleet, from the fleet file's folder on. */
  readonly folder: string;
  readonly demands: readonly Demand[];
}

/**
 * Fetches an agent from elsewhere and checks it together with the fleet that it is for. Writes nothing and
 * runs nothing of it; {@link addAgent} adds what was fetched.
 *
 * @throws `INVALID_REQUEST` for a source that is none, `AGENT_SOURCE` when it cannot be fetched or has what
 * no agent may have, `INVALID_STATE` when its name is taken; ConfigurationError
 *
 * @example
 * const offer = await fetchAgent({ source: "github:acme/agents/reviewer#v2" });
 * for (const { kind, text } of offer.demands) console.log(kind, text);
 * await addAgent(offer);
 */
export async function fetchAgent(options: FetchAgentOptions): Promise<AgentOffer> {
  const { cwd = process.cwd(), env = process.env, signal } = options;
  checkName(options.name);
  const source = parseAgentSource(options.source, { ...options, cwd });
  const fetched = await fetchFiles(source, { env, ...(signal && { signal }) });
  const own = fetched.files.find(({ path }) => path === fetched.file);
  const text = own?.content.toString("utf8") ?? "";
  const ownName = nameIn(text);
  const name = options.name ?? ownName;
  const wanted: NewAgent = {
    name,
    ...(name !== ownName && { ownName }),
    file: fetched.file,
    files: fetched.files,
  };
  const { agent, config, fleet, folder } = await proposeAgent(wanted, { ...options, cwd, env });
  const demands = listDemands({
    agent,
    folder: join(fleet.dir, folder),
    paths: fetched.files.map(({ path }) => path),
    variables: variablesIn(text),
  });
  const { description } = agent;
  const shown = { ...(description !== undefined && { description }), demands };
  return {
    ...wanted,
    source,
    ...(fetched.commit !== undefined && { commit: fetched.commit }),
    folder,
    ...createRedactor(config.secrets).value(shown),
  };
}

function checkName(name: string | undefined): void {
  if (name === undefined || nameSchema.safeParse(name).success) return;
  throw new FleetManagerError(
    `"${name}" is not a name for an agent: letters, digits, _ and -, beginning with a letter or digit.`,
    { code: "INVALID_REQUEST" },
  );
}

/** Where its file says nothing usable, loading it says so. */
function nameIn(text: string): string {
  const written = parseSource("", text).source.value;
  const name = nameSchema.safeParse(isMapping(written) ? written["name"] : undefined);
  return name.success ? name.data : "unnamed";
}
