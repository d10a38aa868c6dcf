import { ofAnotherClaude } from "./environment.ts";
import { isForProvider } from "./model-provider.ts";

/** Of Claude Code itself, and of the telemetry that it and a traced herdctl send. */
const ofClaude = /^(?:ANTHROPIC_\w+|CLAUDE_CODE_\w+|CLAUDE_CONFIG_DIR|DISABLE_\w+|OTEL_\w+)$/;

/** The way to a server: proxies, and whom to trust. */
const ofConnection =
  /^(?:(?:https?|all|no)_proxy|NODE_EXTRA_CA_CERTS|NODE_USE_ENV_PROXY|NODE_USE_SYSTEM_CA|SSL_CERT_(?:DIR|FILE))$/i;

/**
 * Names of the variables of `env` on which Claude Code depends: its settings and credentials, the connection
 * to its API, and what the provider of its models needs, such as `AWS_REGION` with Bedrock.
 */
export function claudeVariables(
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return Object.keys(env).filter(
    (name) =>
      (ofClaude.test(name) && !ofAnotherClaude.has(name)) ||
      ofConnection.test(name) ||
      isForProvider(name, env),
  );
}
