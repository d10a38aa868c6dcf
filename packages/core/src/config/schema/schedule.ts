import { z } from "zod";
import { parseDuration } from "../../duration.ts";
import type { ResolvedGate, ResolvedRetry, ResolvedSchedule } from "../resolved.ts";
import { isTimeZone, reasonAgainstCron } from "../cron-syntax.ts";
import { count, duration, durationText, httpUrl, positiveDuration, text } from "./fields.ts";
import { camelKeys, crossField, type KeyHints, object } from "./object.ts";
import { workSourceSchema } from "./work-source.ts";

/** A schedule before its prompt file is read and its place is known. */
export interface ScheduleConfig extends Omit<ResolvedSchedule, "name" | "source"> {
  readonly promptFile?: string;
}

/** `retry` of an agent or a schedule. */
export const retrySchema: z.ZodType<ResolvedRetry> = object({
  max_attempts: count.default(1).describe("Attempts of one job, the first included."),
  backoff: positiveDuration
    .prefault("30s")
    .describe("Wait before the second attempt; doubles after that."),
  on_interrupt: z
    .enum(["fail", "resume"])
    .default("fail")
    .describe("What to do with a job that a crash of herdctl interrupted."),
}).transform(camelKeys);

const gateForms = 'must have one of "command", "git" or "http"';

const gateSchema: z.ZodType<ResolvedGate> = z.union(
  [
    object({
      command: text.describe("Command line; the schedule fires when it exits with 0."),
      timeout: positiveDuration.prefault("30s").describe("Longest run of the command."),
    }).transform((gate): ResolvedGate => ({ type: "command", ...gate })),
    object({
      git: text.describe(
        "Folder of a repository; fires when its commit changed since the last fire.",
      ),
      ref: text.exactOptional().describe("Branch or remote branch to watch (default: HEAD)."),
    }).transform(({ git, ref }): ResolvedGate => ({
      type: "git",
      path: git,
      ...(ref !== undefined && { ref }),
    })),
    object({
      http: httpUrl.describe("Address; fires when its answer changed since the last fire."),
      timeout: positiveDuration.prefault("10s").describe("Longest wait for the answer."),
    }).transform(({ http, timeout }): ResolvedGate => ({ type: "http", url: http, timeout })),
  ],
  { error: gateForms },
);

const shared = {
  prompt: text
    .exactOptional()
    .describe(
      "What to ask; may use `{{date}}`, `{{job.id}}`, `{{schedule.name}}`, `{{last.finishedAt}}`, `{{last.outcome}}`.",
    ),
  prompt_file: text.exactOptional().describe("File with the prompt; relative to this file."),
  enabled: z
    .boolean()
    .default(true)
    .describe("`false`: never fires; wins over `herdctl schedule enable`."),
  timeout: positiveDuration.exactOptional().describe("Wall clock limit of its jobs."),
  retry: retrySchema.exactOptional().describe("Retry policy of its jobs."),
  resume_session: z
    .boolean()
    .default(false)
    .describe("Continue the session of this schedule's last job."),
  work_source: workSourceSchema.exactOptional().describe("Where its jobs find their work."),
  output_to_file: z
    .boolean()
    .default(false)
    .describe(
      "Also write the output of each job, as a person reads it, to `jobs/<id>/output.log` in the state directory.",
    ),
  overlap: z
    .enum(["skip", "queue", "cancel_running", "allow"])
    .default("skip")
    .describe("What to do when it is due while its last job is running."),
  when: gateSchema
    .exactOptional()
    .describe("Decides, before any model call, whether a due schedule fires."),
};

const timed = {
  timezone: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone, such as "Europe/Berlin" or "UTC"')
    .exactOptional()
    .describe("IANA time zone (default: the machine's)."),
  jitter: duration.prefault("0s").describe("Spread fires over this span, the same way each time."),
  catch_up: z
    .enum(["skip", "latest", "all"])
    .default("latest")
    .describe("Which missed fires run after a downtime."),
  catch_up_window: positiveDuration
    .prefault("24h")
    .describe("How long a missed fire stays worth running."),
};

// What `timed` means for schedules that have no due instants.
const untimed = { jitter: 0, catchUp: "skip", catchUpWindow: 0 } as const;

const timeKeys = ["timezone", "jitter", "catch_up", "catch_up_window"];

function foreign(keys: readonly string[], reason: string): KeyHints {
  return Object.fromEntries(keys.map((key) => [key, reason]));
}

const onlyInterval = 'is only for schedules of type "interval"';
const onlyCron = 'is only for schedules of type "cron"';
const onlyTimed = 'is only for schedules of type "interval" and "cron"';
const onePrompt = crossField({
  path: "prompt_file",
  error: 'has "prompt" and "prompt_file": keep one of them',
});

// The same for editors.
const promptRule = { allOf: [{ not: { required: ["prompt", "prompt_file"] } }] };

const intervalSchedule = object(
  {
    type: z.literal("interval").describe("Fires at equal distances."),
    interval: durationText
      .refine((value) => (parseDuration(value) ?? Infinity) >= 1_000, "must be at least 1s")
      .describe("Time between fires, such as `5m` or `1h30m`."),
    ...shared,
    ...timed,
  },
  foreign(["cron", "expression"], onlyCron),
)
  .refine((value) => !(value.prompt && value.prompt_file), onePrompt)
  .meta(promptRule)
  .refine(
    (value) => !(value.jitter >= (intervalOf(value.interval) ?? Infinity)),
    crossField({ path: "jitter", error: "jitter must be shorter than the interval" }),
  )
  .transform(({ interval, ...rest }) => ({
    ...camelKeys(rest),
    interval: parseDuration(interval) ?? 0,
    expression: interval,
  }));

const cronSchedule = object(
  {
    type: z.literal("cron").describe("Fires at times of the clock."),
    cron: z
      .string()
      .check((context) => {
        const reason = reasonAgainstCron(context.value);
        if (reason) context.issues.push({ code: "custom", message: reason, input: context.value });
      })
      .meta({ examples: ["0 9 * * 1-5", "@daily"] })
      .describe("Cron expression: 5 fields, 6 with seconds first, or a nickname such as `@daily`."),
    ...shared,
    ...timed,
  },
  foreign(["interval"], onlyInterval),
)
  .refine((value) => !(value.prompt && value.prompt_file), onePrompt)
  .meta(promptRule)
  .transform((value) => ({ ...camelKeys(value), expression: value.cron }));

const eventHints: KeyHints = {
  ...foreign(["interval"], onlyInterval),
  ...foreign(["cron", "expression"], onlyCron),
  ...foreign(timeKeys, onlyTimed),
};

const webhookSchedule = object(
  { type: z.literal("webhook").describe("Fires when its address is called."), ...shared },
  eventHints,
)
  .refine((value) => !(value.prompt && value.prompt_file), onePrompt)
  .meta(promptRule)
  .transform((value) => ({ ...camelKeys(value), ...untimed }));

const chatSchedule = object(
  { type: z.literal("chat").describe("Fires on a chat message."), ...shared },
  eventHints,
)
  .refine((value) => !(value.prompt && value.prompt_file), onePrompt)
  .meta(promptRule)
  .transform((value) => ({ ...camelKeys(value), ...untimed }));

// The rule runs beside other problems: what is there need not be text.
function intervalOf(written: unknown): number | undefined {
  return typeof written === "string" ? parseDuration(written) : undefined;
}

/** One schedule of an agent. */
export const scheduleSchema: z.ZodType<ScheduleConfig> = z.discriminatedUnion("type", [
  intervalSchedule,
  cronSchedule,
  webhookSchedule,
  chatSchedule,
]);
