import { z } from "zod";
import { approval } from "../wire/approval.ts";
import { conversationEvent, conversationInfo } from "../wire/conversation.ts";
import { fleetEvent } from "../wire/event.ts";
import { agentInfo, fleetStatus, logEntry, queue, triggerPlan, usageInfo } from "../wire/fleet.ts";
import { agentPreview, installedAgent, installedAgentDetails } from "../wire/installed-agent.ts";
import { job, jobReport, jobResult, outputLine, sentFile } from "../wire/job.ts";
import { scheduleInfo } from "../wire/schedule.ts";
import { session } from "../wire/session.ts";

/** A JSON Schema, as far as this document looks into it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

/** What is described once, and named wherever it occurs. */
const named: Readonly<Record<string, z.ZodType>> = {
  Agent: agentInfo,
  AgentPreview: agentPreview,
  Approval: approval,
  Conversation: conversationInfo,
  ConversationEvent: conversationEvent,
  Event: fleetEvent,
  InstalledAgent: installedAgent,
  InstalledAgentDetails: installedAgentDetails,
  Job: job,
  JobReport: jobReport,
  JobResult: jobResult,
  LogEntry: logEntry,
  OutputLine: outputLine,
  Plan: triggerPlan,
  Queue: queue,
  Schedule: scheduleInfo,
  SentFile: sentFile,
  Session: session,
  Status: fleetStatus,
  Usage: usageInfo,
};

/** Makes JSON Schemas of what is on the wire, and collects what they name. */
export class SchemaCollection {
  readonly #schemas = new Map<string, JsonSchema>();
  readonly #registry = z.registry<Record<string, unknown>>();

  constructor() {
    for (const [id, schema] of Object.entries(named)) this.#registry.add(schema, { id });
  }

  /** Named schemas, those that were met so far, by name. */
  get schemas(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#schemas].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The encoded side of a schema. */
  toJsonSchema(schema: z.ZodType): JsonSchema {
    const {
      $schema: _,
      $defs = {},
      ...own
    } = z.toJSONSchema(schema, {
      io: "input",
      metadata: this.#registry,
      override: ({ zodSchema, jsonSchema }) => simplify(zodSchema, jsonSchema),
    });
    for (const [name, definition] of Object.entries($defs)) {
      this.#schemas.set(name, withPlaces(definition));
    }
    return withPlaces(own);
  }
}

function simplify(schema: z.core.$ZodType, json: Record<string, unknown>): void {
  const said = z.globalRegistry.get(schema);
  if (said) {
    // What a query string spells as text is a number or a boolean to its clients.
    delete json["pattern"];
    delete json["enum"];
    Object.assign(json, said);
  }
  if (json["format"] === "date-time") delete json["pattern"];
  // Whatever cannot be a key of JSON is none.
  delete json["propertyNames"];
}

/** As a part of an OpenAPI document: names are found among its components. */
function withPlaces(schema: object): JsonSchema {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
  return JSON.parse(text) as JsonSchema;
}
