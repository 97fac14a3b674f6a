import { expect, test } from "vitest";
import { withMeasured } from "../../bench/lib/publish.ts";

const PAGE = `# Page

<!-- measured: speed -->

old

<!-- end -->

Words.

<!-- measured: size -->

kept

<!-- end -->
`;
const table = [
  ["load", "ms"],
  ["light", "1"],
];

test("a measured section takes the place of what stood between its marks, and nothing else changes", async () => {
  const chart = { title: "A chart", unit: "ms", bars: [] };
  const measured = new Map([["speed", { rounds: 5, results: [{ title: "Speed", table, chart }] }]]);
  expect(await withMeasured(PAGE, measured, {})).toBe(
    PAGE.replace(
      "old",
      `**Speed**, 5 rounds

![A chart](images/bench-speed.svg)

| load  | ms  |
| ----- | --- |
| light | 1   |`,
    ),
  );
});

test("a section that the page has no place for is told, not dropped", async () => {
  const measured = new Map([["weight", { rounds: 1, results: [{ title: "Weight", table }] }]]);
  await expect(withMeasured(PAGE, measured, {})).rejects.toThrow("weight");
});
