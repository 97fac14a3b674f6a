/** Puts what was measured into docs/performance.md: tables and charts stand between two marks, the words around them stay. */
import { format } from "oxfmt";
import type { Result } from "./section.ts";

const BLOCK = /(<!-- measured: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** What of a section is said in the page besides its tables. */
export interface Measured {
  readonly rounds: number;
  readonly results: readonly Result[];
}

/** The page with the blocks of the measured sections made anew; others stay as they are. */
export async function withMeasured(
  page: string,
  measured: ReadonlyMap<string, Measured>,
  formatOptions: Parameters<typeof format>[2],
): Promise<string> {
  const unplaced = new Set(measured.keys());
  const text = page.replaceAll(BLOCK, (block, start: string, name: string, end: string) => {
    unplaced.delete(name);
    const found = measured.get(name);
    return found === undefined ? block : `${start}\n${blockOf(name, found)}\n\n${end}`;
  });
  if (unplaced.size > 0) throw new Error(`docs/performance.md has no place for ${[...unplaced].join(", ")}`);
  const { code, errors } = await format("performance.md", text, formatOptions);
  if (errors[0] !== undefined) throw new Error(errors[0].message);
  return code;
}

function blockOf(name: string, { rounds, results }: Measured): string {
  return results
    .flatMap(({ title, table, chart, once }) => [
      once ? `**${title}**` : `**${title}**, ${rounds} ${rounds === 1 ? "round" : "rounds"}`,
      ...(chart === undefined ? [] : [`![${chart.title}](images/bench-${name}.svg)`]),
      markdownTable(table),
    ])
    .join("\n\n");
}

function markdownTable([head = [], ...rows]: Result["table"]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
