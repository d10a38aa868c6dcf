import { z } from "zod";
import type { ResolvedChat } from "../resolved.ts";
import { count, innerPath, text, texts, variableName } from "./fields.ts";
import { camelKeys, crossField, object } from "./object.ts";

const hours = z.number().positive();
const mode = z.enum(["mention", "auto"]);
const logLevel = z
  .enum(["minimal", "standard", "verbose"])
  .default("standard")
  .describe("How much of the connector's work is logged.");
const sessionExpiry = hours
  .default(24)
  .describe("Idle hours after which a conversation starts afresh.");

const dm = object({
  enabled: z.boolean().default(true).describe("Answer direct messages."),
  mode: mode.default("auto").describe("Answer every message, or only mentions."),
  allowlist: texts.exactOptional().describe("Users who may write; absent: everyone."),
  blocklist: texts.exactOptional().describe("Users who may not."),
});

const channel = object({
  id: text.describe("Id of the channel."),
  name: text.exactOptional().describe("Name, for people."),
  mode: mode.default("mention").describe("Answer every message, or only mentions."),
  context_messages: z
    .int()
    .min(0)
    .default(10)
    .describe("Earlier messages given to a new conversation."),
}).transform(camelKeys);

const output = {
  tool_results: z.boolean().default(true).describe("Show results of tools."),
  tool_result_max_length: z
    .int()
    .min(1)
    .max(1_000)
    .default(900)
    .describe("Characters shown of a tool's result."),
  system_status: z.boolean().default(true).describe("Show status messages."),
  errors: z.boolean().default(true).describe("Show errors."),
};

const guild = object({
  id: text.describe("Id of the server."),
  channels: z.array(channel).exactOptional().describe("Channels to listen in."),
  default_channel_mode: mode.exactOptional().describe("Mode of channels that are not listed."),
  dm: dm.exactOptional().describe("Direct messages from members of this server."),
}).transform(camelKeys);

const discord = object({
  bot_token_env: variableName.describe("Environment variable with the bot token."),
  session_expiry_hours: sessionExpiry,
  log_level: logLevel,
  output: object({
    ...output,
    result_summary: z.boolean().default(false).describe("Post a summary at the end."),
    typing_indicator: z.boolean().default(true).describe("Show that the agent is typing."),
    acknowledge_emoji: z
      .string()
      .default("👀")
      .describe("Reaction to a message that was accepted."),
    assistant_messages: z
      .enum(["answers", "all"])
      .default("answers")
      .describe("Post turns without tool calls, or every turn."),
    progress_indicator: z.boolean().default(true).describe("Show a card with the run's progress."),
  })
    .transform(camelKeys)
    .prefault({})
    .describe("What is posted."),
  presence: object({
    activity_type: z
      .enum(["playing", "watching", "listening", "competing"])
      .exactOptional()
      .describe("Kind of activity."),
    activity_message: text.exactOptional().describe("Text of the activity."),
  })
    .transform(camelKeys)
    .exactOptional()
    .describe("Presence of the bot."),
  guilds: z.array(guild).describe("Servers to listen in."),
  dm: dm.prefault({}).describe("Direct messages."),
  voice: object({
    enabled: z.boolean().default(false).describe("Transcribe voice messages."),
    provider: z.enum(["openai"]).default("openai").describe("Transcription service."),
    api_key_env: variableName
      .default("OPENAI_API_KEY")
      .describe("Environment variable with its key."),
    model: text.default("whisper-1").describe("Model of the service."),
    language: text.exactOptional().describe("Language spoken, ISO 639-1."),
  })
    .transform(camelKeys)
    .prefault({})
    .describe("Voice messages."),
  attachments: object({
    enabled: z.boolean().default(false).describe("Accept files."),
    max_file_size_mb: z.number().positive().default(10).describe("Largest file, MiB."),
    max_files_per_message: count.default(5).describe("Files taken from one message."),
    allowed_types: texts
      .default(["image/*", "application/pdf", "text/*"])
      .describe("Media types that are accepted."),
    download_dir: innerPath
      .default(".discord-attachments")
      .describe("Folder in the working directory."),
    cleanup_after_processing: z.boolean().default(true).describe("Delete files after the answer."),
  })
    .transform(camelKeys)
    .prefault({})
    .describe("Files sent to the agent."),
  command_registration: object({
    scope: z.enum(["global", "guild"]).default("global").describe("Where slash commands appear."),
    guild_id: text.exactOptional().describe("Server for `scope: guild`."),
  })
    .refine(
      (value) => value.scope !== "guild" || value.guild_id !== undefined,
      crossField({ path: "guild_id", error: '"scope: guild" needs "guild_id"' }),
    )
    .transform(camelKeys)
    .prefault({})
    .describe("Registration of slash commands."),
  skills: z
    .array(
      object({
        name: text.describe("Name of the skill."),
        description: text.exactOptional().describe("Shown beside it."),
      }),
    )
    .exactOptional()
    .describe("Skills offered by `/skill` (default: those found in the working directory)."),
}).transform(camelKeys);

const slack = object({
  bot_token_env: variableName
    .default("SLACK_BOT_TOKEN")
    .describe("Environment variable with the bot token."),
  app_token_env: variableName
    .default("SLACK_APP_TOKEN")
    .describe("Environment variable with the app token."),
  session_expiry_hours: sessionExpiry,
  log_level: logLevel,
  channels: z.array(channel).describe("Channels to listen in."),
  dm: dm.prefault({}).describe("Direct messages."),
  output: object(output).transform(camelKeys).prefault({}).describe("What is posted."),
}).transform(camelKeys);

/** Chat platforms that an agent answers on. */
export const chatSchema: z.ZodType<ResolvedChat> = object({
  discord: discord.exactOptional().describe("Discord."),
  slack: slack.exactOptional().describe("Slack."),
});
