import type { RefObject } from "react";

/** Takes the keyboard to the first field that is wrong, once the errors are drawn. */
export function focusFirstError(form: RefObject<HTMLElement | null>): void {
  requestAnimationFrame(() => {
    const wrong = form.current?.querySelector(
      '[aria-invalid="true"], fieldset:has(> .help.bad) :is(input, button), [role="alert"]',
    );
    if (wrong instanceof HTMLElement) {
      wrong.focus();
      wrong.scrollIntoView({ block: "nearest" });
    }
  });
}
