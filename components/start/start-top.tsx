import { Mark } from "@/components/shell/frame/mark";
import { ThemeButton } from "@/components/shell/frame/theme-button";
import { ButtonLink } from "@/components/ui/button";

/** The bar of the first page: whose workspace this is, and the way past it. */
export function StartTop({ workspace }: { workspace: string }) {
  return (
    <header className="start-top">
      <Mark />
      <b className="trunc">{workspace}</b>
      <span className="grow" />
      <ThemeButton />
      <ButtonLink kind="ghost" size={28} href="/overview">
        Skip to the portal
      </ButtonLink>
    </header>
  );
}
