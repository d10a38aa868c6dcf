type Environment = Readonly<Record<string, string | undefined>>;

// Whoever runs herdctl may be in a hook of another repository.
const ofAnotherRepository = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_COMMON_DIR",
  "GIT_NAMESPACE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_QUARANTINE_PATH",
  "GIT_TRACE",
];

/**
 * An environment for a git that nobody watches, with the user's own settings, credentials and proxies. Only
 * these protocols are spoken: others start commands that an address names.
 */
export function gitEnvironment(base: Environment, protocols: string): Environment {
  const without = Object.fromEntries(ofAnotherRepository.map((name) => [name, undefined]));
  return {
    ...base,
    ...without,
    GIT_ALLOW_PROTOCOL: protocols,
    GIT_TERMINAL_PROMPT: "0",
    // Without a terminal, a desktop would open a window.
    GIT_ASKPASS: "",
    SSH_ASKPASS_REQUIRE: "never",
    GIT_OPTIONAL_LOCKS: "0",
    LC_ALL: "C",
  };
}
