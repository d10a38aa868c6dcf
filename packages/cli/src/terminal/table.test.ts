import { describe, expect, test } from "vitest";
import { type Column, renderTable } from "./table.ts";

interface Row {
  readonly name: string;
  readonly note: string;
  readonly count: number;
}

const columns: readonly Column<Row>[] = [
  { title: "NAME", value: (row) => row.name },
  { title: "NOTE", value: (row) => row.note, shrinks: true },
  { title: "N", value: (row) => String(row.count), align: "right" },
];

describe("renderTable", () => {
  const rows: readonly Row[] = [
    { name: "a", note: "short", count: 7 },
    { name: "bcd", note: "a much longer note\nover two lines", count: 1_234 },
  ];

  test("aligns columns and keeps a row on one line", () => {
    expect(renderTable(columns, rows, { width: 80 }).split("\n")).toEqual([
      "NAME  NOTE                                  N",
      "a     short                                 7",
      "bcd   a much longer note over two lines  1234",
    ]);
  });

  test("shrinks what may shrink to fit the width", () => {
    const lines = renderTable(columns, rows, { width: 30 }).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBe(30);
    expect(lines[2]).toContain("…");
    expect(lines[2]).toContain("1234");
  });

  test("aligns what has control characters, too", () => {
    const hostile = [
      { name: "a\u001b[31m\u0007", note: "b\u001b[2K", count: 1 },
      ...rows.slice(0, 1),
    ];
    expect(renderTable(columns, hostile, { width: 80 }).split("\n")).toEqual([
      "NAME  NOTE   N",
      "a     b      1",
      "a     short  7",
    ]);
  });

  test("styles cells after they have their width", () => {
    const styled = columns.map((column) => ({ ...column, style: (cell: string) => `<${cell}>` }));
    expect(renderTable(styled, rows.slice(0, 1), { width: 80 })).toContain("<a   >  <short>  <7>");
  });

  test.each([8, 14, 24, 31, 44, 60, 200])("is not wider than %d characters", (width) => {
    for (const line of renderTable(columns, rows, { width }).split("\n")) {
      expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  test("leaves out what is optional before it cuts what is not", () => {
    const optional = columns.map((column) => ({ ...column, optional: column.title === "NOTE" }));
    expect(renderTable(optional, rows, { width: 12 }).split("\n")).toEqual([
      "NAME     N",
      "a        7",
      "bcd   1234",
    ]);
  });
});
