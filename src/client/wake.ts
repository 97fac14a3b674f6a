/** Signs that trying again at once is worthwhile, or that the network is gone, where the platform gives any. */

/** What to do about them. */
export interface WakeHandlers {
  /** The network is back, or somebody looks at the page again. */
  wake(): void;
  /** The network may be gone. */
  networkLost(): void;
}

/** Listens until the returned function is called. Does nothing outside browsers. */
export function watchPlatform(handlers: WakeHandlers): () => void {
  const scope: { readonly window?: EventTarget; readonly document?: Document } = globalThis;
  const { window, document } = scope;
  // React Native has a `window` without events.
  if (typeof window?.addEventListener !== "function") return () => {};
  const online = () => handlers.wake();
  const offline = () => handlers.networkLost();
  const visible = () => {
    if (document?.visibilityState === "visible") handlers.wake();
  };
  window.addEventListener("online", online);
  window.addEventListener("offline", offline);
  window.addEventListener("pageshow", online);
  document?.addEventListener("visibilitychange", visible);
  return () => {
    window.removeEventListener("online", online);
    window.removeEventListener("offline", offline);
    window.removeEventListener("pageshow", online);
    document?.removeEventListener("visibilitychange", visible);
  };
}
