import type { BrokenCase } from "../broken-case.ts";

const beyondSchema = "the text is not one YAML document";

/** Faults of YAML itself. */
export const yamlCases: readonly BrokenCase[] = [
  {
    title: "an unclosed list",
    agent: "tools: [Read, ▶",
    says: ["Flow sequence in block collection", "]"],
    beyondSchema,
  },
  {
    title: "an unclosed quote",
    agent: 'description: ▶"half a sentence\nmodel: opus\n',
    says: ['Missing closing "quote'],
    beyondSchema,
  },
  {
    title: "a tab as indentation",
    agent: "session:\n▶\tmodel: opus\n",
    says: ["YAML is indented with spaces, not tabs"],
    beyondSchema,
  },
  {
    title: "an unquoted variable in a flow mapping",
    agent: "env: { TOKEN: $▶{TOKEN} }\n",
    says: ['put "${…}" in quotes'],
    beyondSchema,
  },
  {
    title: "a key that is there twice",
    agent: "model: opus\n▶model: sonnet\n",
    says: ["this key is here twice: keep one of them"],
    beyondSchema,
  },
  {
    title: "a nested key that is there twice",
    agent: `
      schedules:
        nightly: { type: cron, cron: "@daily" }
        ▶nightly: { type: cron, cron: "@weekly" }
    `,
    says: ["this key is here twice"],
    beyondSchema,
  },
  {
    title: "two documents in one file",
    agent: "▶---\nname: other\n",
    says: ["a file holds one document: remove the line with ---"],
    beyondSchema,
  },
  {
    title: "a tag",
    agent: "model: ▶!secret opus\n",
    says: ["!secret", "tags have no meaning here"],
    beyondSchema,
  },
  {
    title: "an alias without its anchor",
    agent: "session: ▶*shared\n",
    says: ["Unresolved alias", "shared"],
    beyondSchema,
  },
  {
    title: "an alias inside of what it stands for",
    agent: "identity: &me\n  name: ▶*me\n",
    says: ["this alias contains itself"],
  },
  {
    title: "a merge of something that is no mapping",
    agent: "▶<<: 5\n",
    says: ["Merge sources must be maps"],
    beyondSchema,
  },
  {
    title: "a tag of YAML itself",
    agent: "model: ▶!!binary b3B1cw==\n",
    says: ["tags have no meaning here"],
    beyondSchema,
  },
  {
    title: "an empty agent file",
    files: { "agent.yaml": "▶" },
    says: ["this is empty: it must be a mapping"],
  },
  {
    title: "an agent file with nothing but a comment",
    files: { "herdctl.yaml": "agents: [a.yaml]\n", "a.yaml": "▶# later\n" },
    says: ["this is empty: it must be a mapping"],
  },
  {
    title: "an empty fleet file",
    files: { "herdctl.yaml": "▶" },
    says: ["this is empty: it must be a mapping"],
  },
  {
    title: "a file that is a list",
    files: { "agent.yaml": "▶- name: solo\n" },
    says: ["a list is here", "must be a mapping"],
  },
  {
    title: "a file that is a text",
    files: { "agent.yaml": "▶solo\n" },
    says: ['"solo" must be a mapping (indented `key: value` lines)'],
  },
];
