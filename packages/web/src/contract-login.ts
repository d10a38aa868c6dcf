import type { Access } from "@herdctl/core";
import { z } from "zod";
import { none } from "./contract-nothing.ts";
import type { Nothing, Operation, RequestParts } from "./contract-types.ts";
import { answer, date, name, oneOf, request } from "./wire/schema.ts";

/** What a browser shows to come in. */
export interface LoginBody {
  readonly token: string;
}

/** What a browser may do, and until when. */
export interface LoginAnswer {
  readonly access: Access;
  readonly expiresAt: Date;
}

/** Coming and going of browsers, over TCP alone: a program sends its token with each request. */
export const loginRoutes: {
  readonly login: Operation<RequestParts<Nothing, Nothing, LoginBody>, LoginAnswer>;
  readonly logout: Operation<RequestParts, undefined>;
} = {
  login: {
    method: "POST",
    path: "/api/login",
    status: 200,
    input: request({ ...none, body: request<LoginBody>({ token: name }) }),
    output: answer<LoginAnswer>({
      access: oneOf<Access>({ full: true, "read-only": true }),
      expiresAt: date,
    }),
  },
  logout: {
    method: "POST",
    path: "/api/logout",
    status: 204,
    input: request<RequestParts>(none),
    output: z.undefined(),
  },
};
