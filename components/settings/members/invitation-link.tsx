import { CopyButton } from "@/components/ui/copy-button";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { Note } from "@/components/ui/plate";

/** An invitation's link that no mail carries; whoever has it can join as that address. */
export function InvitationLink({ email, link }: { email: string; link: string }) {
  return (
    <div className="grid gap-4">
      <Note tone="limited">
        No mail was sent. Hand this link to {email} yourself: whoever opens it can join as them.
      </Note>
      <Field label="Invitation link" help="Works once, for 7 days. It is not shown again">
        <Input className="mono" value={link} readOnly after={<CopyButton text={link} label="Copy link" />} />
      </Field>
    </div>
  );
}
