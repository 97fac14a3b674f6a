/** The documents that come from the schemas, formatted as the repository keeps them. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { format } from "oxfmt";
import * as v from "valibot";
import { projectRoot } from "../wrangler-env.ts";
import { openApiDocument } from "./openapi.ts";
import { renderWebSocketPage } from "./websocket.ts";

export interface Document {
  /** Relative to the project's root. */
  readonly file: string;
  readonly text: string;
}

const packageSchema = v.object({ version: v.string() });
const formatSchema = v.object({ printWidth: v.number(), tabWidth: v.number() });

/** Every generated document as it should be. */
export async function renderDocuments(): Promise<Document[]> {
  const { version } = v.parse(packageSchema, JSON.parse(await read("package.json")));
  const options = v.parse(formatSchema, JSON.parse(await read(".oxfmtrc.json")));
  const documents = [
    { file: "docs/openapi.json", text: JSON.stringify(openApiDocument(version), null, 2) },
    { file: "docs/websocket.md", text: renderWebSocketPage(await read("docs/websocket.md")) },
  ];
  return Promise.all(
    documents.map(async ({ file, text }) => {
      const { code, errors } = await format(file, text, options);
      if (errors[0] !== undefined) throw new Error(`${file}: ${errors[0].message}`);
      return { file, text: code };
    }),
  );
}

function read(file: string): Promise<string> {
  return readFile(path.join(projectRoot, file), "utf8");
}
