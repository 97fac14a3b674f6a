/** Bar charts as SVG, readable on light and dark pages. */
import type { Chart } from "./section.ts";

const WIDTH = 640;
const LABEL = 150;
const BAR = 18;
const STEP = 26;
const TOP = 40;
const COLOURS: Readonly<Record<string, string>> = { app: "#2f6feb", floor: "#8b949e", peer: "#d29922" };

export function chartSvg({ title, unit, bars }: Chart): string {
  const most = Math.max(...bars.map(({ value }) => value));
  const height = TOP + bars.length * STEP + 10;
  const rows = bars.map(({ label, value }, index) => {
    const y = TOP + index * STEP;
    const length = Math.max(1, Math.round((value / most) * (WIDTH - LABEL - 110)));
    const colour = COLOURS[label.split(",")[0] ?? ""] ?? "#2f6feb";
    const middle = y + BAR / 2 + 4;
    return [
      `<text x="${LABEL - 8}" y="${middle}" text-anchor="end">${escape(label)}</text>`,
      `<rect x="${LABEL}" y="${y}" width="${length}" height="${BAR}" rx="3" fill="${colour}"/>`,
      `<text x="${LABEL + length + 8}" y="${middle}">${escape(inShort(value))} ${escape(unit)}</text>`,
    ].join("");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(title)}">
<rect width="${WIDTH}" height="${height}" fill="#ffffff" rx="6"/>
<g font-family="system-ui, sans-serif" font-size="13" fill="#24292f">
<text x="16" y="24" font-weight="600">${escape(title)}</text>
${rows.join("\n")}
</g>
</svg>
`;
}

function inShort(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(2);
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
