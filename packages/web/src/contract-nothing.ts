import type { z } from "zod";
import type { Nothing } from "./contract-types.ts";
import { request } from "./wire/schema.ts";

const nothing = request<Nothing>({});

/** No parameters, query or body; spread, what a request leaves out. */
export const none: {
  readonly params: z.ZodType<Nothing>;
  readonly query: z.ZodType<Nothing>;
  readonly body: z.ZodType<Nothing>;
} = { params: nothing, query: nothing, body: nothing };
