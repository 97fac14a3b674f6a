/** The Worker's static files, built before the tests that ask for them. */
export { buildAssets as default } from "../../scripts/assets/build.ts";
