import { NotFoundState } from "@/components/states/states";
import { ButtonLink } from "@/components/ui/button";

export default function NotFound() {
  return (
    <main className="lone">
      <h1 className="vh">Not found</h1>
      <NotFoundState thing="page" actions={<ButtonLink href="/overview">Overview</ButtonLink>} />
    </main>
  );
}
