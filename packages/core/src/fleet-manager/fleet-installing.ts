import {
  type AddAgentOptions,
  type AgentInstaller,
  createAgentInstaller,
} from "../installing/agent-installer.ts";
import type { PreviewAgentOptions } from "../installing/fetch-agent.ts";
import type { InstalledAgentDetails, InstalledAgentInfo } from "../installing/installed-agents.ts";
import type { AgentPreview } from "../installing/preview-agent.ts";
import type { RemovedAgent } from "../installing/remove-agent.ts";
import { openForReadingOnly } from "../state/errors.ts";
import { audited } from "./audit/audited.ts";
import { InvalidStateError } from "./errors.ts";
import { FleetControls } from "./fleet-controls.ts";

/** Agents from elsewhere, which come and go while a fleet runs. */
export abstract class FleetInstalling extends FleetControls implements AgentInstaller {
  /** Goes on with what the files of the fleet say now. */
  protected abstract takeUp(): Promise<void>;

  /**
   * Fetches an agent from elsewhere and checks it together with the fleet. Writes nothing, and runs nothing
   * of it. A source is `owner/repo`, `github:owner/repo/folder#ref`, the address of a git repository, or the
   * path of a folder, which begins with `.` (from the fleet file's folder on), `/` or `~`.
   *
   * @throws `INVALID_REQUEST` for a source that is none, `AGENT_SOURCE` when it cannot be fetched or has
   * what no agent may have, `INVALID_STATE` when its name is taken; ConfigurationError
   *
   * @example
   * const { demands, digest } = await fleet.previewAgent("github:acme/agents/reviewer#v2");
   * for (const { kind, text } of demands) console.log(kind, text);
   * await fleet.addAgent("github:acme/agents/reviewer#v2", { digest });
   */
  async previewAgent(source: string, options: PreviewAgentOptions = {}): Promise<AgentPreview> {
    return this.#installer("preview an agent").previewAgent(source, options);
  }

  /**
   * Fetches an agent from elsewhere and adds it to the files of the fleet, which takes it up at once; when
   * it cannot, nothing has been changed.
   *
   * @throws as {@link previewAgent} does; `INVALID_STATE` when it is not what `digest` says
   */
  async addAgent(source: string, options: AddAgentOptions = {}): Promise<InstalledAgentInfo> {
    return this.#changer("add an agent").addAgent(source, options);
  }

  /**
   * The agents that were added from elsewhere, by name, and whether their files have changed.
   *
   * @throws ConfigurationError when their record cannot be read
   */
  async getInstalledAgents(): Promise<readonly InstalledAgentInfo[]> {
    return this.#installer("list agents from elsewhere").getInstalledAgents();
  }

  /**
   * One of them, with what it asks for as its file is now.
   *
   * @throws `AGENT_NOT_FOUND`; ConfigurationError
   */
  async getInstalledAgent(name: string): Promise<InstalledAgentDetails> {
    return this.#installer("get an agent from elsewhere").getInstalledAgent(name);
  }

  /**
   * Removes one of them: its reference, its record, and those of its files that are as they were. With
   * `force`, files that were changed go, too; what was never installed stays.
   *
   * @throws `AGENT_NOT_FOUND`; `INVALID_STATE` while it has jobs that are not over; ConfigurationError when
   * the fleet is not valid without it
   */
  async removeAgent(
    name: string,
    options: { readonly force?: boolean } = {},
  ): Promise<RemovedAgent> {
    return this.#changer("remove an agent").removeAgent(name, options);
  }

  #installer(operation: string): AgentInstaller {
    const { fleet } = this.parts(operation);
    return createAgentInstaller({
      configPath: fleet.config.configPath,
      cwd: fleet.config.configDir,
      env: fleet.ownEnv,
      stateDir: fleet.state.stateDir,
      activate: () => this.takeUp(),
      record: (change, act) => audited(fleet, change, act),
    });
  }

  #changer(operation: string): AgentInstaller {
    const installer = this.#installer(operation);
    const { fleet } = this.parts(operation);
    if (fleet.options.readOnly) throw openForReadingOnly(fleet.state.stateDir);
    const state = fleet.lifecycle();
    if (state === "initialized" || state === "running") return installer;
    throw new InvalidStateError(operation, state, '"initialized" or "running"');
  }
}
