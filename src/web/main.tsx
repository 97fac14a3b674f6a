/** The web app: a messenger on the SDK, served by the same Worker. */
import { render } from "preact";
import { App } from "./shell/app.tsx";

const root = document.querySelector("#app");
if (root !== null) render(<App />, root);
