"use client";
import { Moon, Sun } from "lucide-react";
import { switchTheme } from "@/components/shell/frame/theme";
import { IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";

/** Sun or moon: switches the theme. */
export function ThemeButton({ size = 28 }: { size?: 28 | 40 }) {
  const drawing = (
    <>
      <Icon of={Sun} className="sun" />
      <Icon of={Moon} className="moon" />
    </>
  );
  return <IconButton label="Switch theme" size={size} icon={drawing} onClick={switchTheme} />;
}
