/** What stands where there is nothing to show, and why. */
import type { JSX, ReactNode } from "react";

export interface BlankStateProps {
  readonly title: string;
  readonly text: ReactNode;
  readonly children?: ReactNode;
  readonly isAlert?: boolean;
}

export function BlankState({ title, text, children, isAlert = false }: BlankStateProps): JSX.Element {
  return (
    <div className="blank" role={isAlert ? "alert" : undefined}>
      <p className="blank-title">{title}</p>
      <p className="blank-text">{text}</p>
      {children}
    </div>
  );
}
