/** The connection in words, calmly: what passes within a moment is not mentioned. */
import { useEffect, useState } from "react";
import type { ConnectionState } from "../../client/index.ts";

const CALM_MS = 1_200;

/** What to say about a connection; null where there is nothing to. */
export function useConnectionNote(connection: ConnectionState): string | null {
  const [isLong, setIsLong] = useState(false);
  const isOpen = connection === "live";
  useEffect(() => {
    setIsLong(false);
    if (isOpen) return undefined;
    const timer = setTimeout(() => setIsLong(true), CALM_MS);
    return () => clearTimeout(timer);
  }, [isOpen]);
  if (isOpen || !isLong) return null;
  if (connection === "unauthorized") return "Signed out";
  if (!navigator.onLine) return "You are offline";
  return connection === "connecting" ? "Connecting…" : "No connection. Trying again…";
}
