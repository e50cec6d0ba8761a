"use client";
import { Check } from "lucide-react";
import { useRef, useState } from "react";
import { FailureNote } from "@/components/accounts/failure-note";
import { PasswordInput } from "@/components/accounts/password-input";
import { passwordHelp } from "@/components/accounts/sign-up-form";
import { useAccountForm } from "@/components/accounts/use-account-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { Icon } from "@/components/ui/icon";
import { Note, Plate } from "@/components/ui/plate";
import { ChangePassword } from "@/lib/accounts/schema";
import { changePassword, signInBy } from "@/lib/client/people/accounts";

export interface Connection {
  provider: "github" | "google";
  connected: boolean;
}

export interface AccountSettingsProps {
  email: string;
  /** False for those who sign in with GitHub or Google only. */
  hasPassword: boolean;
  connections: readonly Connection[];
}

/** One's own password, and the other ways to sign in. */
export function AccountSettings({ email, hasPassword, connections }: AccountSettingsProps) {
  return (
    <>
      <PasswordForm email={email} hasPassword={hasPassword} />
      {connections.length > 0 && <Connections connections={connections} />}
    </>
  );
}

function PasswordForm({ email, hasPassword }: { email: string; hasPassword: boolean }) {
  const [changed, setChanged] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  const form = useAccountForm(ChangePassword, {
    send: async (given) => {
      setChanged(false);
      await changePassword(given);
      element.current?.reset();
      setChanged(true);
    },
  });
  const verb = hasPassword ? "Change password" : "Set password";
  return (
    <form ref={element} className="settings-form" method="post" noValidate onSubmit={form.submit}>
      <FailureNote text={form.failure} />
      <div role="status" className="contents">
        {changed && (
          <Note tone="accent" icon={<Icon of={Check} />}>
            The password is changed. Every other session was ended; this one goes on.
          </Note>
        )}
      </div>
      <Field label="Email" help="You sign in with it">
        <Input defaultValue={email} type="email" autoComplete="username" readOnly />
      </Field>
      {hasPassword && (
        <Field label="Current password" error={form.errors["current"]}>
          <PasswordInput name="current" kind="current" size={32} />
        </Field>
      )}
      <Field label="New password" help={passwordHelp} error={form.errors["next"]}>
        <PasswordInput name="next" kind="new" size={32} />
      </Field>
      <div>
        <Button kind="primary" type="submit" busy={form.busy && "Changing"}>
          {verb}
        </Button>
      </div>
    </form>
  );
}

const words = { github: "GitHub", google: "Google" } as const;

function Connections({ connections }: { connections: readonly Connection[] }) {
  return (
    <div className="settings-form">
      <Plate title="Other ways to sign in">
        <ul className="grid gap-2">
          {connections.map(({ provider, connected }) => (
            <li key={provider} className="row">
              <b className="grow">{words[provider]}</b>
              {connected ? (
                <span className="muted">Connected</span>
              ) : (
                <Button size={28} onClick={() => void signInBy(provider, "/settings/account")}>
                  Connect
                </Button>
              )}
            </li>
          ))}
        </ul>
      </Plate>
    </div>
  );
}
