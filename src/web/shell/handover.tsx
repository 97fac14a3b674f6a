/** How a deployment signs its users in: its own application hands their tokens in. */
import type { JSX } from "react";

export function Handover(): JSX.Element {
  return (
    <>
      <p className="welcome-text">
        You are not signed in. Open the chat from the application that you use it with: it signs you in there.
      </p>
      <details className="welcome-details">
        <summary>For those who run it</summary>
        <p>Send your users here with their access token, which is taken out of the address at once:</p>
        <pre tabIndex={0}>/#token=&lt;jwt&gt;{"\n"}/#token=&lt;jwt&gt;&amp;conversation=12</pre>
        <p>
          Or serve the page with a script before the app's own. It is asked again whenever a token has
          expired:
        </p>
        <pre tabIndex={0}>
          {'window.bizbuchChat = {\n  token: () => fetch("/my/token")\n    .then((r) => r.text()),\n};'}
        </pre>
      </details>
    </>
  );
}
