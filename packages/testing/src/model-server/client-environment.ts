import { join } from "node:path";

/** Options of `ModelServer.env`. */
export interface ClientEnvironmentOptions {
  /** Calls with `x-api-key` (`key`, default), or as a subscriber with a bearer token (`token`). */
  readonly credential?: "key" | "token";
  /** Whose script to follow when the prompt carries none. */
  readonly agentName?: string;
}

/** Everything `claude` needs in its environment to run against the stand-in, and nothing else. */
export function clientEnvironment(
  options: ClientEnvironmentOptions & { readonly url: string; readonly home: string },
): Record<string, string> {
  const { url, home, credential = "key", agentName } = options;
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    CLAUDE_CONFIG_DIR: join(home, ".claude"),
    ANTHROPIC_BASE_URL: url,
    NO_PROXY: "127.0.0.1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    // Lets root use bypassPermissions, as in a container.
    IS_SANDBOX: "1",
    ...(credential === "key"
      ? { ANTHROPIC_API_KEY: "stand-in-key" }
      : { CLAUDE_CODE_OAUTH_TOKEN: "stand-in-token" }),
    ...(agentName !== undefined && agentEnvironment(agentName)),
  };
}

/** Environment through which an agent's `claude` names it to the stand-in. */
export function agentEnvironment(agentName: string): Record<string, string> {
  return { ANTHROPIC_CUSTOM_HEADERS: `${agentHeader}: ${agentName}` };
}

/** Request header that names the calling agent. */
export const agentHeader = "x-herdctl-agent";
