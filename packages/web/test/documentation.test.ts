import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { operations, streams } from "../src/index.ts";

const page = new URL("../../../docs/src/content/docs/reference/http-api.md", import.meta.url);

test("the API reference lists the routes of the contract, and no others", async () => {
  const text = await readFile(page, "utf8");
  const documented = [...text.matchAll(/^\| `((?:GET|POST) \/api\/\S+)` +\|/gm)].map(
    ([, route]) => route,
  );
  const routes = [
    ...Object.values(operations).map(({ method, path }) => `${method} ${path}`),
    ...Object.values(streams).map(({ path }) => `GET ${path}`),
  ];
  expect(documented.toSorted()).toEqual(routes.toSorted());
});
