/** What a part of the benchmark gives, and what it is given. */

export interface Options {
  readonly rounds: number;
  /** Longer histories, which take minutes to fill. */
  readonly full: boolean;
  /** Tells of progress. */
  readonly say: (text: string) => void;
}

/** Bars of one chart, longer is more. */
export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly { readonly label: string; readonly value: number }[];
}

export interface Result {
  readonly title: string;
  /** Headings first. */
  readonly table: readonly (readonly string[])[];
  readonly chart?: Chart;
  /** Whether rounds made no difference to it. */
  readonly once?: true;
}

export type Section = (options: Options) => Promise<Result[]>;
