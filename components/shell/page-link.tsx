"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { useMayOpen } from "@/components/shell/side";

export interface PageLinkProps {
  href: string;
  className?: string;
  title?: string;
  children: ReactNode;
}

/** A link to a page of the portal; the same words alone for someone on whose side that page is not found. */
export function PageLink({ href, className, title, children }: PageLinkProps) {
  if (!useMayOpen()(href)) return <span title={title}>{children}</span>;
  return (
    <Link href={href} className={className} title={title}>
      {children}
    </Link>
  );
}
