/** Speaks to screen readers, politely: what sighted users notice by themselves. */
import { createContext, useCallback, useContext, useState, type JSX, type ReactNode } from "react";

const Announce = createContext<(text: string) => void>(() => {});

/** Has a text read out. */
export function useAnnounce(): (text: string) => void {
  return useContext(Announce);
}

export function Announcer({ children }: { readonly children: ReactNode }): JSX.Element {
  const [said, setSaid] = useState({ text: "", count: 0 });
  const announce = useCallback((text: string) => setSaid((last) => ({ text, count: last.count + 1 })), []);
  return (
    <Announce.Provider value={announce}>
      {children}
      <div className="visually-hidden" role="status">
        {/* A new element each time, or the same words twice in a row would be read out once. */}
        <p key={said.count}>{said.text}</p>
      </div>
    </Announce.Provider>
  );
}
