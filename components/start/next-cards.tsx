import { Braces, Server, Users } from "lucide-react";
import Link from "next/link";
import { Icon } from "@/components/ui/icon";

/** What to do after the first call. `service` is the slug of what was called. */
export function NextCards({ service }: { service: string | null }) {
  const cards = [
    {
      href: service === null ? "/rules/new" : `/rules/new?template=only-get&service=${service}`,
      icon: Braces,
      title: "Write a rule",
      text: "Deny everything but GET and watch it turn red.",
    },
    {
      href: "/services?create=service",
      icon: Server,
      title: "Add your service",
      text: "Give it an upstream and a default verdict.",
    },
    { href: "/settings", icon: Users, title: "Invite a colleague", text: "As admin, developer or viewer." },
  ] as const;
  return (
    <section className="next">
      <h2>Now lock it down</h2>
      <div className="next-grid">
        {cards.map(({ href, icon, title, text }) => (
          <Link key={title} href={href} className="next-card">
            <Icon of={icon} />
            <b>{title}</b>
            <span>{text}</span>
          </Link>
        ))}
      </div>
    </section>
  );
}
