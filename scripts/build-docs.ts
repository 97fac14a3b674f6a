/** `npm run build:docs`: writes docs/openapi.json, and the tables of docs/websocket.md, from the schemas of the protocol. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { renderDocuments } from "./docs/render.ts";
import { projectRoot } from "./wrangler-env.ts";

for (const { file, text } of await renderDocuments()) {
  await writeFile(path.join(projectRoot, file), text);
  console.log(`${file} is up to date.`);
}
