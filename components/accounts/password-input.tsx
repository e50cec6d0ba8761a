"use client";
import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/ui/button";
import { Input } from "@/components/ui/form/input";
import { Icon } from "@/components/ui/icon";

export interface PasswordInputProps {
  name: string;
  /** What a password manager should offer. */
  kind: "current" | "new";
  size?: 32 | 40;
  autoFocus?: boolean;
}

/** A password with an eye. */
export function PasswordInput({ name, kind, size = 40, autoFocus = false }: PasswordInputProps) {
  const [visible, setVisible] = useState(false);
  const eye = (
    <IconButton
      label={visible ? "Hide password" : "Show password"}
      aria-pressed={visible}
      icon={<Icon of={visible ? EyeOff : Eye} />}
      onClick={() => setVisible(!visible)}
    />
  );
  return (
    <Input
      name={name}
      type={visible ? "text" : "password"}
      size={size}
      autoComplete={`${kind}-password`}
      autoCapitalize="none"
      spellCheck={false}
      autoFocus={autoFocus}
      after={eye}
    />
  );
}
