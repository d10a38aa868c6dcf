import { createRedactor } from "../redact.ts";
import type { ResolvedConfig } from "./resolved.ts";

/** The resolved configuration as plain JSON, secrets redacted: what `herdctl config show` prints. */
export function showConfig(config: ResolvedConfig): Omit<ResolvedConfig, "secrets" | "claudeEnv"> {
  const { secrets, claudeEnv: _ofEveryClaude, ...shown } = config;
  return createRedactor(secrets).value(shown);
}
