/** `npm run build`, and what wrangler runs before it serves or deploys. */
import { buildAssets } from "./assets/build.ts";

await buildAssets();
