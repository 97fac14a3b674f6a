/** Whether somebody is looking at this page, and which day it is for them. */
import { useEffect, useState, useSyncExternalStore } from "react";

/** Whether the page is in sight and has the keyboard: only then does a message on it count as seen. */
export function hasAttention(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

/** {@link hasAttention}, kept up to date. */
export function useAttention(): boolean {
  return useSyncExternalStore(subscribe, hasAttention, hasAttention);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("focus", listener);
  window.addEventListener("blur", listener);
  document.addEventListener("visibilitychange", listener);
  return () => {
    window.removeEventListener("focus", listener);
    window.removeEventListener("blur", listener);
    document.removeEventListener("visibilitychange", listener);
  };
}

/** Today; changes at midnight, also where the device slept through it. */
export function useToday(): Date {
  const [today, setToday] = useState(() => new Date());
  useEffect(() => {
    const look = () =>
      setToday((last) => (last.toDateString() === new Date().toDateString() ? last : new Date()));
    const timer = setInterval(look, 60_000);
    const unsubscribe = subscribe(look);
    return () => {
      clearInterval(timer);
      unsubscribe();
    };
  }, []);
  return today;
}
