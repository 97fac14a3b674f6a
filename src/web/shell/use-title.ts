/** The number of unread messages in the page's title, where a hidden tab shows it. */
import { useEffect } from "react";

const TITLE = "BizBuch chat";

export function useTitle(unread: number): void {
  useEffect(() => {
    document.title = unread === 0 ? TITLE : `(${unread > 99 ? "99+" : unread}) ${TITLE}`;
    return () => {
      document.title = TITLE;
    };
  }, [unread]);
}
