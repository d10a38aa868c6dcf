type Environment = Readonly<Record<string, string | undefined>>;

const amazon = /^AWS_\w+$/;
const google = /^(?:CLOUD_ML_REGION|CLOUDSDK_\w+|GCLOUD_PROJECT|GOOGLE_\w+|VERTEX_REGION_\w+)$/;
const microsoft = /^AZURE_\w+$/;

/**
 * Variables by which Claude Code takes its models from somebody else than the Anthropic API, and those that
 * such a provider needs beside `ANTHROPIC_*`.
 */
const providers: readonly (readonly [variable: string, needed?: RegExp])[] = [
  ["CLAUDE_CODE_USE_BEDROCK", amazon],
  ["CLAUDE_CODE_USE_VERTEX", google],
  ["CLAUDE_CODE_USE_FOUNDRY", microsoft],
  ["CLAUDE_CODE_USE_MANTLE", amazon],
  ["CLAUDE_CODE_USE_ANTHROPIC_AWS", amazon],
  ["CLAUDE_CODE_USE_GATEWAY"],
  ["CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD", google],
];

/** That of these variables which is on: then requests are signed another way. */
export function otherProvider(env: Environment): string | undefined {
  return providers.find(([variable]) => isOn(env, variable))?.[0];
}

/** Tells whether a provider that is on takes this variable. */
export function isForProvider(name: string, env: Environment): boolean {
  return providers.some(([variable, needed]) => isOn(env, variable) && needed?.test(name));
}

function isOn(env: Environment, variable: string): boolean {
  return /^(?:1|true|yes|on)$/i.test(env[variable] ?? "");
}
