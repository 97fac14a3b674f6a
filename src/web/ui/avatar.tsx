/** A person's picture, or their initials where there is none or it does not load. */
import { useState, type JSX } from "react";
import type { User } from "../../client/index.ts";
import { hueOf, initialsOf, nameOf } from "../model/names.ts";

export interface AvatarProps {
  readonly user: User;
  readonly size?: "small" | "medium";
  /** Whether they are there; left out where that is shown elsewhere. */
  readonly isOnline?: boolean;
}

export function Avatar({ user, size = "medium", isOnline = false }: AvatarProps): JSX.Element {
  const [broken, setBroken] = useState<string | null>(null);
  const picture = user.avatar !== null && user.avatar !== broken ? pictureUrl(user.avatar) : null;
  return (
    <span className={`avatar avatar-${size} hue-${hueOf(user.id)}`} aria-hidden="true">
      {picture === null ? (
        <span className="avatar-initials">{initialsOf(nameOf(user))}</span>
      ) : (
        <img
          src={picture}
          alt=""
          loading="lazy"
          decoding="async"
          referrerPolicy="no-referrer"
          onError={() => setBroken(user.avatar)}
        />
      )}
      {isOnline && <span className="presence-dot" />}
    </span>
  );
}

/** The same as the page's policy allows, so that nothing else is even asked for. */
function pictureUrl(avatar: string): string | null {
  const url = URL.parse(avatar, location.href);
  const isAllowed =
    url?.protocol === "https:" || url?.origin === location.origin || avatar.startsWith("data:image/");
  return isAllowed ? avatar : null;
}
