import type { BrokenCase } from "../broken-case.ts";

const otherFiles = "another file may bring it";

/** Faults of schedules. */
export const scheduleCases: readonly BrokenCase[] = [
  {
    title: "a schedule without a type",
    agent: "schedules:\n  ▶hourly:\n    interval: 1h\n",
    says: ["interval, cron, webhook or chat"],
    beyondSchema: otherFiles,
  },
  {
    title: "a schedule with a name that JavaScript keeps for itself",
    agent: "schedules:\n  ▶__proto__: { type: interval, interval: 1h }\n",
    says: ['the name "__proto__" is reserved'],
    beyondSchema: "JavaScript has lost it by then",
  },
  {
    title: "a schedule of an unknown type",
    agent: "schedules:\n  hourly:\n    type: ▶intervall\n    interval: 1h\n",
    says: ["must be interval, cron, webhook or chat", 'Did you mean "interval"?'],
  },
  {
    title: "an interval schedule without an interval",
    agent: "schedules:\n  ▶hourly:\n    type: interval\n",
    says: ['"interval" is missing: it must be a duration'],
    beyondSchema: otherFiles,
  },
  {
    title: "a cron schedule without an expression",
    agent: "schedules:\n  ▶hourly:\n    type: cron\n",
    says: ['"cron" is missing: it must be text'],
    beyondSchema: otherFiles,
  },
  {
    title: "an interval that is a number",
    agent: "schedules:\n  s: { type: interval, interval: ▶5 }\n",
    says: ['5 must be a duration: a number with its unit, such as "30s", "5m" or "1h30m"'],
  },
  {
    title: "an interval in words",
    agent: "schedules:\n  s: { type: interval, interval: ▶5 minutes }\n",
    says: ['"5 minutes" must be a duration'],
  },
  {
    title: "an interval shorter than a second",
    agent: "schedules:\n  s: { type: interval, interval: ▶500ms }\n",
    says: ['"500ms" must be at least 1s'],
    beyondSchema: "a duration is counted, not matched",
  },
  {
    title: "a jitter as long as the interval",
    agent: "schedules:\n  s: { type: interval, interval: 5m, jitter: ▶5m }\n",
    says: ["jitter must be shorter than the interval"],
    beyondSchema: "it compares two values",
  },
  {
    title: "a cron expression with too few fields",
    agent: 'schedules:\n  s: { type: cron, cron: ▶"0 9 *" }\n',
    says: ["must be a cron expression", '5 fields "minute hour day month weekday"', "@daily"],
    beyondSchema: "cron is more than a pattern",
  },
  {
    title: "a cron expression with a field out of range",
    agent: 'schedules:\n  s: { type: cron, cron: ▶"61 9 * * *" }\n',
    says: ["must be a cron expression"],
    beyondSchema: "cron is more than a pattern",
  },
  {
    title: "a cron nickname that does not exist",
    agent: 'schedules:\n  s: { type: cron, cron: ▶"@dayly" }\n',
    says: ["@hourly, @daily, @weekly, @monthly, @yearly"],
    beyondSchema: "cron is more than a pattern",
  },
  {
    title: "a cron expression for a day that no month has",
    agent: 'schedules:\n  s: { type: cron, cron: ▶"0 0 30 2 *" }\n',
    says: ["never fires: no such date exists"],
    beyondSchema: "cron is more than a pattern",
  },
  {
    title: "a fault in the older name of cron",
    agent: 'schedules:\n  s: { type: cron, expression: ▶"* * *" }\n',
    says: ["must be a cron expression"],
    beyondSchema: "cron is more than a pattern",
  },
  {
    title: "cron beside its older name",
    agent: 'schedules:\n  s: { type: cron, cron: "@daily", ▶expression: "@daily" }\n',
    says: ['"expression" and "cron" say the same: keep one of them'],
  },
  {
    title: "a time zone that does not exist",
    agent: 'schedules:\n  s: { type: cron, cron: "@daily", timezone: ▶Europe/Berln }\n',
    says: ['must be an IANA time zone, such as "Europe/Berlin" or "UTC"'],
    beyondSchema: "the machine knows its time zones",
  },
  {
    title: "an offset as a time zone",
    agent: 'schedules:\n  s: { type: cron, cron: "@daily", timezone: ▶"+02:00" }\n',
    says: ["must be an IANA time zone"],
    beyondSchema: "the machine knows its time zones",
  },
  {
    title: "a cron expression on an interval schedule",
    agent: 'schedules:\n  s: { type: interval, interval: 1h, ▶cron: "@daily" }\n',
    says: ['"cron" is only for schedules of type "cron"'],
  },
  {
    title: "an interval on a cron schedule",
    agent: 'schedules:\n  s: { type: cron, cron: "@daily", ▶interval: 1h }\n',
    says: ['"interval" is only for schedules of type "interval"'],
  },
  {
    title: "a time zone on a webhook schedule",
    agent: "schedules:\n  s: { type: webhook, ▶timezone: UTC }\n",
    says: ['"timezone" is only for schedules of type "interval" and "cron"'],
  },
  {
    title: "an interval on a chat schedule",
    agent: "schedules:\n  s: { type: chat, ▶interval: 1h }\n",
    says: ['"interval" is only for schedules of type "interval"'],
  },
  {
    title: "an unknown key of a schedule",
    agent: 'schedules:\n  s: { type: cron, cron: "@daily", ▶promt: Look. }\n',
    says: ['unknown key "promt". Did you mean "prompt"?'],
  },
  {
    title: "a misspelt overlap",
    agent: 'schedules:\n  s: { type: cron, cron: "@daily", overlap: ▶queu }\n',
    says: ['must be skip, queue, cancel_running or allow. Did you mean "queue"?'],
  },
  {
    title: "a prompt beside a prompt file",
    agent: 'schedules:\n  s: { type: cron, cron: "@daily", prompt: Look., prompt_file: ▶p.md }\n',
    says: ['has "prompt" and "prompt_file": keep one of them'],
  },
  {
    title: "a prompt file that does not exist",
    agent: 'schedules:\n  s: { type: cron, cron: "@daily", prompt_file: ▶p.md }\n',
    says: ["p.md does not exist"],
    beyondSchema: "another file is missing",
  },
  {
    title: "an empty prompt file",
    agent: 'schedules:\n  s: { type: cron, cron: "@daily", prompt_file: ▶p.md }\n',
    files: { "p.md": "\n" },
    says: ["p.md is empty"],
    beyondSchema: "another file is empty",
  },
  {
    title: "a gate of no kind",
    agent: 'schedules:\n  s: { type: cron, cron: "@daily", when: ▶true }\n',
    says: ['must have one of "command", "git" or "http"'],
  },
  {
    title: "a gate that watches no web address",
    agent: 'schedules:\n  s: { type: cron, cron: "@daily", when: { http: ▶example.com } }\n',
    says: ["must be an http:// or https:// address"],
  },
  {
    title: "a schedule name with a slash",
    agent: 'schedules:\n  ▶a/b: { type: cron, cron: "@daily" }\n',
    says: ['"a/b" must be a schedule name: without "/" and ":"'],
  },
];
