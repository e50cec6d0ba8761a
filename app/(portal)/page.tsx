import { redirect } from "next/navigation";

/** The portal begins at its overview. */
export default function Home(): never {
  redirect("/overview");
}
