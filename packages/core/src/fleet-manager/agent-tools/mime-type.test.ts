import { expect, it } from "vitest";
import { mimeTypeOf } from "./mime-type.ts";

it.each([
  ["notes.md", "text/markdown"],
  ["PHOTO.JPG", "image/jpeg"],
  ["archive.tar.gz", "application/gzip"],
  ["Makefile", "application/octet-stream"],
  [".json", "application/octet-stream"],
  ["data.parquet", "application/octet-stream"],
])("%s is %s", (name, type) => {
  expect(mimeTypeOf(name)).toBe(type);
});
