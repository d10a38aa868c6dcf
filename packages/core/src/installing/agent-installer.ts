import { FleetManagerError } from "../errors.ts";
import type { AuditTarget } from "../state/audit-store.ts";
import { addAgent, type ChangeOptions } from "./add-agent.ts";
import { describeSource, parseAgentSource } from "./agent-source.ts";
import { type AgentOffer, fetchAgent, type PreviewAgentOptions } from "./fetch-agent.ts";
import { findFleetFolder } from "./fleet-place.ts";
import {
  describeInstalled,
  getInstalledAgent,
  type InstalledAgentDetails,
  type InstalledAgentInfo,
  listInstalledAgents,
} from "./installed-agents.ts";
import { type AgentPreview, toPreview } from "./preview-agent.ts";
import { removeAgent, type RemovedAgent } from "./remove-agent.ts";

/** Brings agents from elsewhere into one fleet, and takes them out again, as a `FleetManager` does. */
export interface AgentInstaller {
  /** Fetches an agent, and says what it is and asks for; writes nothing, and runs nothing of it. */
  previewAgent(source: string, options?: PreviewAgentOptions): Promise<AgentPreview>;
  /** Fetches an agent and adds it: all of it, or nothing. */
  addAgent(source: string, options?: AddAgentOptions): Promise<InstalledAgentInfo>;
  /** The agents that were added so, by name. */
  getInstalledAgents(): Promise<readonly InstalledAgentInfo[]>;
  /** One of them, with what it asks for as its file is now. */
  getInstalledAgent(name: string): Promise<InstalledAgentDetails>;
  /** Removes one of them, and of its files those that are as they were; with `force`, the others, too. */
  removeAgent(name: string, options?: { readonly force?: boolean }): Promise<RemovedAgent>;
}

/** Which agent is added. */
export interface AddAgentOptions extends PreviewAgentOptions {
  /** Of its {@link AgentPreview}: anything else is refused. Default: whatever is there. */
  readonly digest?: string;
}

/** The fleet that an {@link AgentInstaller} changes. */
export interface InstallerOptions extends ChangeOptions {
  readonly configPath: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stateDir: string;
  /** Does what was asked for, and keeps that on record. */
  readonly record: RecordChange;
}

/** A change of the fleet, in the words of the audit. */
export interface RecordedChange<Result> extends Pick<
  AuditTarget,
  "agentName" | "jobId" | "source"
> {
  readonly operation: string;
  /** The agent that it adds, whose name is known only then. */
  readonly newAgentName?: (result: Result) => string;
}

/** Makes a change, and keeps it on record. */
export type RecordChange = <Result>(
  change: RecordedChange<Result>,
  act: () => Promise<Result>,
) => Promise<Result>;

/** `HERDCTL_GITHUB_URL` of its environment is where `owner/repo` is fetched from. */
export function createAgentInstaller(options: InstallerOptions): AgentInstaller {
  const { record } = options;
  return {
    previewAgent: async (source, choice) => toPreview(await fetchFor(options, source, choice)),
    addAgent: (source, choice = {}) =>
      record(
        { ...toRecord(options, source, choice), newAgentName: ({ name }) => name },
        async () => {
          const offer = await fetchFor(options, source, choice);
          checkDigest(offer, choice.digest);
          const installed = await addAgent(offer, options);
          return describeInstalled(await findFleetFolder(options), offer.name, installed);
        },
      ),
    getInstalledAgents: () => listInstalledAgents(options),
    getInstalledAgent: (name) => getInstalledAgent(name, options),
    removeAgent: (name, { force = false } = {}) =>
      record({ operation: "removeAgent", agentName: name }, () =>
        removeAgent(name, { ...options, force }),
      ),
  };
}

function fetchFor(
  options: InstallerOptions,
  source: string,
  choice: PreviewAgentOptions = {},
): Promise<AgentOffer> {
  return fetchAgent({ ...options, ...choice, ...githubOf(options), source });
}

function githubOf({ env }: InstallerOptions): { readonly githubUrl?: string } {
  const githubUrl = env["HERDCTL_GITHUB_URL"];
  return githubUrl ? { githubUrl } : {};
}

function toRecord(
  options: InstallerOptions,
  source: string,
  choice: AddAgentOptions,
): RecordedChange<InstalledAgentInfo> {
  const agentName = choice.name === undefined ? {} : { agentName: choice.name };
  try {
    const parsed = parseAgentSource(source, { ...options, ...choice, ...githubOf(options) });
    return { operation: "addAgent", ...agentName, source: describeSource(parsed) };
  } catch {
    // What is refused may be an address with a password in it.
    return { operation: "addAgent", ...agentName };
  }
}

function checkDigest(offer: AgentOffer, digest: string | undefined): void {
  if (digest === undefined || toPreview(offer).digest === digest) return;
  throw new FleetManagerError(
    `The agent "${offer.name}" is not what was looked at: its files have changed since. Look again. Nothing ` +
      "was changed.",
    { code: "INVALID_STATE", context: { agentName: offer.name } },
  );
}
