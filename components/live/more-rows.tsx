import { Button } from "@/components/ui/button";

/** What a list that is read page by page says of the rest. */
export interface OlderRows {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** How many rows are shown, and the way to older ones. */
export function MoreRows({ shown, list }: { shown: number; list: OlderRows }) {
  return (
    <div className="records-more">
      <span className="small muted" role="status">
        {shown.toLocaleString("en")} shown{list.hasNextPage ? "" : ", back to the oldest"}
      </span>
      <span className="grow" />
      <OlderButton list={list}>Older</OlderButton>
    </div>
  );
}

/** Absent where there are none. */
export function OlderButton({ list, children }: { list: OlderRows; children: string }) {
  if (!list.hasNextPage) return null;
  return (
    <Button size={28} busy={list.isFetchingNextPage && "Searching"} onClick={() => void list.fetchNextPage()}>
      {children}
    </Button>
  );
}
