import type { JsonSchema } from "./json-schema.ts";

/** One route of an OpenAPI document. */
export interface OpenApiOperation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, OpenApiResponse>>;
  readonly [field: string]: unknown;
}

interface OpenApiResponse {
  readonly content?: Readonly<Record<string, MediaType>>;
  readonly [field: string]: unknown;
}

/** What an answer has of one content type. */
export interface MediaType {
  readonly schema: JsonSchema;
  /** Of a stream: the data of each of its events. */
  readonly "x-item-schema"?: JsonSchema;
}
