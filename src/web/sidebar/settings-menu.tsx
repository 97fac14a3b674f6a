/** Theme, notifications, signing out. */
import { useEffect, useId, useRef, useState, type JSX, type RefObject } from "react";
import { useNotificationSetting, type NotificationSetting } from "../model/notifications.ts";
import { chooseTheme, chosenTheme, THEMES, type Theme } from "../model/theme.ts";
import { Icon } from "../ui/icons.tsx";

const THEME_NAMES: Readonly<Record<Theme, string>> = { system: "System", light: "Light", dark: "Dark" };

const NOTIFICATION_TEXTS: Readonly<Record<NotificationSetting, string>> = {
  on: "Turn off notifications",
  off: "Turn on notifications",
  blocked: "Notifications are blocked in the browser",
  unsupported: "Notifications are not available here",
};

export function SettingsMenu({ onLeave }: { readonly onLeave: (() => void) | null }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const [notifications, toggleNotifications] = useNotificationSetting();
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panelId = useId();
  useCloseOutside(root, isOpen, () => setOpen(false));
  const canToggle = notifications === "on" || notifications === "off";

  return (
    <div
      ref={root}
      className="settings"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-label="Settings"
        aria-expanded={isOpen}
        aria-controls={panelId}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="menu" />
      </button>
      <div id={panelId} className="panel" hidden={!isOpen}>
        <ThemeChoice />
        <button type="button" className="panel-row" disabled={!canToggle} onClick={toggleNotifications}>
          {NOTIFICATION_TEXTS[notifications]}
        </button>
        <a className="panel-row" href="/api/docs/">
          API documentation
        </a>
        {onLeave !== null && (
          <button type="button" className="panel-row" onClick={onLeave}>
            Sign out
          </button>
        )}
      </div>
    </div>
  );
}

function ThemeChoice(): JSX.Element {
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <fieldset className="theme">
      <legend>Theme</legend>
      {THEMES.map((each) => (
        <label key={each}>
          <input
            type="radio"
            name="theme"
            checked={each === theme}
            onChange={() => {
              chooseTheme(each);
              setTheme(each);
            }}
          />
          <span>{THEME_NAMES[each]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function useCloseOutside(root: RefObject<HTMLElement | null>, isOpen: boolean, close: () => void): void {
  useEffect(() => {
    if (!isOpen) return undefined;
    const onEvent = (event: Event) => {
      if (event.target instanceof Node && root.current?.contains(event.target) === false) close();
    };
    document.addEventListener("pointerdown", onEvent);
    document.addEventListener("focusin", onEvent);
    return () => {
      document.removeEventListener("pointerdown", onEvent);
      document.removeEventListener("focusin", onEvent);
    };
  }, [close, isOpen, root]);
}
