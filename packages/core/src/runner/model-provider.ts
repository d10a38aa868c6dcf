/** Variables by which Claude Code takes its models from somebody else than the Anthropic API. */
const providers = ["BEDROCK", "VERTEX", "FOUNDRY", "MANTLE", "ANTHROPIC_AWS", "GATEWAY"]
  .concat("ANTHROPIC_GOOGLE_CLOUD")
  .map((name) => `CLAUDE_CODE_USE_${name}`);

/** That of these variables which is on: then requests are signed another way. */
export function otherProvider(
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return providers.find((name) => /^(?:1|true|yes|on)$/i.test(env[name] ?? ""));
}
