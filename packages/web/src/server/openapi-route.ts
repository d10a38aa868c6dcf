import type { Hono } from "hono";
import type { OpenApiDocument } from "../openapi/document.ts";
import type { AppEnv } from "./app.ts";

/** Tells programs about the API: made when it is first asked for. */
export function addOpenApi(app: Hono<AppEnv>): void {
  let document: Promise<OpenApiDocument> | undefined;
  app.get("/api/openapi.json", async (c) => {
    document ??= import("../openapi/document.ts").then(({ createOpenApiDocument }) =>
      createOpenApiDocument(),
    );
    return c.json(await document);
  });
}
