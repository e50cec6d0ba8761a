import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { Mark } from "@/components/shell/frame/mark";
import { ThemeButton } from "@/components/shell/frame/theme-button";
import { Plate } from "@/components/ui/plate";
import { problemTable, type ProblemKind } from "@/lib/api/problem";
import { problemPages } from "@/lib/api/problems/problem-pages";

interface Props {
  params: Promise<{ kind: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { kind } = await params;
  return { title: isProblemKind(kind) ? problemTable[kind].title : "Nothing here" };
}

/** Where a problem document's `type` leads: what it means and what to do. */
export default async function ProblemPage({ params }: Props) {
  const { kind } = await params;
  if (!isProblemKind(kind)) notFound();
  const { status, title } = problemTable[kind];
  const { means, todo } = problemPages[kind];
  return (
    <>
      <header className="start-top">
        <Mark />
        <b>Latchkey</b>
        <span className="grow" />
        <ThemeButton />
      </header>
      <main className="mx-auto grid max-w-2xl gap-6 px-4 py-12">
        <div className="grid gap-1">
          <p className="mono text-muted">
            {status} {kind}
          </p>
          <h1>{title}</h1>
        </div>
        <p>{means}</p>
        <Plate title="What to do">
          <p>{todo}</p>
        </Plate>
        <p>
          <Link href="/">Back to the portal</Link>
        </p>
      </main>
    </>
  );
}

function isProblemKind(kind: string): kind is ProblemKind {
  return Object.hasOwn(problemTable, kind);
}
