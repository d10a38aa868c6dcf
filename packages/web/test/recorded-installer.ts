import { EventEmitter } from "node:events";
import type {
  AddAgentOptions,
  AgentInstaller,
  AgentPreview,
  FleetEvents,
  InstalledAgentDetails,
  InstalledAgentInfo,
  PreviewAgentOptions,
  RemovedAgent,
} from "@herdctl/core";

const repository = {
  type: "git",
  url: "https://github.com/acme/agents.git",
  ref: "v2",
  inside: "reviewer",
} as const;

const demands = [
  { kind: "runs", text: "on this machine, as you (sdk)" },
  { kind: "commands", text: "after a job runs: ./ünï.sh" },
] as const;

const place = {
  source: repository,
  commit: "5f0c".repeat(10),
  folder: "agents/reviewer",
  file: "agent.yaml",
};

const preview: AgentPreview = {
  name: "reviewer",
  ownName: "critic",
  description: "Reviews – “naïve” ✓",
  ...place,
  files: [{ path: "agent.yaml", size: 12, executable: false }],
  demands,
  digest: "0f".repeat(32),
};

const installed: InstalledAgentInfo = {
  name: "reviewer",
  ...place,
  installedAt: new Date("2026-03-01T06:00:00.000Z"),
  files: { "agent.yaml": "unchanged", "check.sh": "changed", "a/ü.md": "missing" },
};

/** The part of a fleet of recorded facts that is about agents from elsewhere. */
export class RecordedInstaller extends EventEmitter<FleetEvents> implements AgentInstaller {
  readonly calls: { readonly name: string; readonly args: readonly unknown[] }[] = [];
  /** The signal of the last fetch. */
  fetching: AbortSignal | undefined;

  async previewAgent(from: string, options: PreviewAgentOptions = {}): Promise<AgentPreview> {
    this.#fetch("previewAgent", from, options);
    return preview;
  }

  async addAgent(from: string, options: AddAgentOptions = {}): Promise<InstalledAgentInfo> {
    this.#fetch("addAgent", from, options);
    return installed;
  }

  async getInstalledAgents(): Promise<readonly InstalledAgentInfo[]> {
    const source = { type: "folder", folder: "/srv/a", inside: "" } as const;
    return [installed, { ...installed, source }];
  }

  async getInstalledAgent(name: string): Promise<InstalledAgentDetails> {
    return { ...installed, name, description: "Reviews.", demands };
  }

  async removeAgent(...args: readonly unknown[]): Promise<RemovedAgent> {
    this.calls.push({ name: "removeAgent", args });
    return { folder: "agents/reviewer", removed: ["agent.yaml"], kept: ["a/ü.md"] };
  }

  #fetch(name: string, from: string, { signal, ...choice }: AddAgentOptions): void {
    this.fetching = signal;
    this.calls.push({ name, args: [from, choice] });
  }
}
