import type { BrokenCase } from "../broken-case.ts";

/** Faults of an agent's own fields. */
export const agentCases: readonly BrokenCase[] = [
  {
    title: "an agent without a name",
    files: { "herdctl.yaml": "agents: [a.yaml]\n", "a.yaml": "▶model: opus\n" },
    says: ['"name" is missing: it must be text'],
  },
  {
    title: "a name with a space",
    files: { "agent.yaml": "name: ▶my agent\n" },
    says: ['"my agent" must be a name: letters, digits, _ and -'],
  },
  {
    title: "a name with a dot",
    files: { "agent.yaml": "name: ▶team.writer\n" },
    says: ['"team.writer" must be a name'],
  },
  {
    title: "a name that starts with a hyphen",
    files: { "agent.yaml": 'name: ▶"-solo"\n' },
    says: ["starting with a letter or digit"],
  },
  {
    title: "a name that is a number",
    files: { "agent.yaml": "name: ▶7\n" },
    says: ["7 must be text"],
  },
  {
    title: "an unknown key, with the nearest one",
    agent: "▶modle: opus\n",
    says: ['unknown key "modle". Did you mean "model"? Allowed: name, description,'],
  },
  {
    title: "an unknown key that resembles nothing",
    agent: "▶zzzzzzzz: 1\n",
    says: ['unknown key "zzzzzzzz". Allowed: name'],
  },
  {
    title: "an unknown key of a nested block",
    agent: "identity:\n  ▶rol: Reviewer\n",
    says: ['unknown key "rol". Did you mean "role"? Allowed: name, role, personality.'],
  },
  {
    title: "a field of fleet files",
    agent: "▶concurency: 2\n",
    says: ['Did you mean "concurrency"?'],
  },
  {
    title: "a text where a number is wanted",
    agent: "max_turns: ▶many\n",
    says: ['"many" must be a number'],
  },
  {
    title: "a quoted number where a number is wanted",
    agent: 'max_turns: ▶"5"\n',
    says: ['"5" must be a number'],
  },
  { title: "a fraction of a turn", agent: "max_turns: ▶1.5\n", says: ["must be a whole number"] },
  { title: "no turns", agent: "max_turns: ▶0\n", says: ["0 must be at least 1"] },
  {
    title: "a text where true or false is wanted",
    agent: 'worktree: ▶"yes"\n',
    says: ['"yes" must be true or false'],
  },
  {
    title: "a text where a list is wanted",
    agent: "allowed_tools: ▶Read\n",
    says: ['"Read" must be a list (lines that start with `- `)'],
  },
  {
    title: "a list where a mapping is wanted",
    agent: "session:\n  ▶- mode: fresh\n",
    says: ["a list is here: this must be a mapping"],
  },
  { title: "a key without a value", agent: "▶model:\n", says: ["this is empty: it must be text"] },
  { title: "an empty text", agent: 'model: ▶""\n', says: ["must not be empty"] },
  {
    title: "a misspelt permission mode",
    agent: "permission_mode: ▶acceptedits\n",
    says: ["must be default, acceptEdits,", 'Did you mean "acceptEdits"?'],
  },
  {
    title: "the permission mode that Claude Code removed",
    agent: "permission_mode: ▶delegate\n",
    says: ["is a mode that Claude Code has removed; use one of default, acceptEdits"],
  },
  {
    title: "a misspelt runtime",
    agent: "runtime: ▶clii\n",
    says: ['must be sdk or cli. Did you mean "cli"?'],
  },
  {
    title: "a misspelt runtime in the nested form",
    agent: "runtime:\n  ▶type: sdkk\n",
    says: ['must be sdk or cli. Did you mean "sdk"?'],
  },
  {
    title: "an unknown setting source",
    agent: "setting_sources: [project, ▶locale]\n",
    says: ['must be user, project or local. Did you mean "local"?'],
  },
  {
    title: "a timeout without a unit",
    agent: "timeout: ▶30\n",
    says: ['30 must be a duration: a number with its unit, such as "30s"'],
  },
  {
    title: "a timeout with an unknown unit",
    agent: "timeout: ▶30y\n",
    says: ["units: ms, s, m, h, d, w"],
  },
  {
    title: "a timeout of nothing",
    agent: "timeout: ▶0s\n",
    says: ["must be longer than 0"],
    beyondSchema: "a duration is counted, not matched",
  },
  {
    title: "a timeout of a century",
    agent: "timeout: ▶5200w\n",
    says: ["must be at most 3650d"],
    beyondSchema: "a duration is counted, not matched",
  },
  {
    title: "an infinite budget",
    agent: "budget:\n  usd_per_job: ▶.inf\n",
    says: ["Infinity must be a number"],
  },
  {
    title: "a negative budget",
    agent: "budget:\n  usd_per_job: ▶-1\n",
    says: ["-1 must be more than 0"],
  },
  {
    title: "permissions.mode beside permission_mode",
    agent: "permission_mode: plan\npermissions:\n  ▶mode: plan\n",
    says: ['"permissions.mode" and "permission_mode" say the same: keep one of them'],
  },
  {
    title: "permissions.allowed_tools beside allowed_tools",
    agent: "allowed_tools: [Read]\npermissions:\n  ▶allowed_tools: [Edit]\n",
    says: ['"permissions.allowed_tools" and "allowed_tools" say the same'],
  },
  {
    title: "concurrency beside instances.max_concurrent",
    agent: "concurrency: 2\ninstances:\n  ▶max_concurrent: 3\n",
    says: ['"instances.max_concurrent" and "concurrency" say the same: keep one of them'],
  },
  {
    title: "workspace beside working_directory",
    agent: "working_directory: .\n▶workspace: .\n",
    says: ['"workspace" and "working_directory" say the same'],
  },
  {
    title: "a session mode that does not exist",
    agent: "session:\n  mode: ▶persistant\n",
    says: ['must be fresh or persistent. Did you mean "persistent"?'],
  },
  {
    title: "a system prompt that is a list",
    agent: "system_prompt: ▶[a, b]\n",
    says: ["a list is here: this must be text or a mapping"],
  },
  {
    title: "a metadata file outside the working directory",
    agent: "metadata_file: ▶../elsewhere.json\n",
    says: ['must be a path inside the working directory: relative and without ".."'],
  },
  {
    title: "an agent that may trigger an unknown one",
    agent: "can_trigger: [▶sloo]\n",
    says: ['no agent is named "sloo".', 'Did you mean "solo"?', "Existing: solo."],
    beyondSchema: "other files say which agents there are",
  },
  {
    title: "an expectation that does not say of what",
    agent: "expect:\n  - ▶changed: true\n",
    says: ['"file" is missing'],
  },
  {
    title: "an expected schema that is none",
    agent: "expect:\n  - json_schema: ▶{ type: strange }\n",
    says: ["must be a JSON Schema that can be checked here"],
    beyondSchema: "it does not look into a schema",
  },
  {
    title: "two expected schemas",
    agent: "expect: ▶[{ json_schema: { type: object } }, { json_schema: { type: array } }]\n",
    says: ['must have at most one "json_schema"'],
    beyondSchema: "draft 7 does not count items of one kind",
  },
  {
    title: "approvals for what is no tool",
    agent: "approvals:\n  tools:\n    - Bash\n    - ▶git push\n",
    says: ['must be a tool, such as "Write" or "mcp__github", or calls of one'],
  },
  {
    title: "no attempts",
    agent: "retry:\n  max_attempts: ▶0\n",
    says: ["0 must be at least 1"],
  },
];
