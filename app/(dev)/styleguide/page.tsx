import "./styleguide.css";
import type { Metadata } from "next";
import { Mark } from "@/components/shell/frame/mark";
import { Providers } from "@/components/shell/providers";
import { ThemeButton } from "@/components/shell/frame/theme-button";
import { Buttons } from "./parts/buttons";
import { Charts } from "./parts/charts";
import { Floats } from "./parts/floats";
import { Foundations } from "./parts/foundations";
import { Inputs } from "./parts/inputs";
import { ListStates } from "./parts/list-states";
import { Tables } from "./parts/tables";
import { Words } from "./parts/words";

export const metadata: Metadata = { title: "Style guide" };

export default function StyleGuide() {
  return (
    <Providers scopes={["read:keys"]}>
      <header className="start-top">
        <Mark />
        <h1>Style guide</h1>
        <span className="grow" />
        <ThemeButton />
      </header>
      <main className="sheet-main" id="main">
        <Foundations />
        <Buttons />
        <Inputs />
        <Words />
        <Tables />
        <Floats />
        <Charts />
        <ListStates />
      </main>
    </Providers>
  );
}
