/** Tells of messages that arrive where nobody is looking: to the desktop, and to screen readers. */
import { useCallback } from "react";
import type { Conversation, NewMessage } from "../../client/index.ts";
import { useNewMessages } from "../../react/index.ts";
import { hasAttention } from "../model/attention.ts";
import { nameOf } from "../model/names.ts";
import { showNotification } from "../model/notifications.ts";
import { openConversation } from "../model/route.ts";
import { useAnnounce } from "../ui/announcer.tsx";

export interface NotifierProps {
  readonly openId: number | null;
  readonly conversations: readonly Conversation[];
}

export function Notifier({ openId, conversations }: NotifierProps): null {
  const announce = useAnnounce();
  useNewMessages(
    useCallback(
      ({ conversationId, senderUsername, preview }: NewMessage) => {
        const known = conversations.find(({ id }) => id === conversationId);
        const name = known === undefined ? senderUsername : nameOf(known.other_participant);
        if (hasAttention()) {
          if (conversationId !== openId) announce(`New message from ${name}`);
          return;
        }
        showNotification({
          title: name,
          body: preview,
          tag: `conversation-${conversationId}`,
          onClick: () => openConversation(conversationId),
        });
      },
      [announce, conversations, openId],
    ),
  );
  return null;
}
