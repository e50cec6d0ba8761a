import { type OlderRows, OlderButton } from "@/components/live/more-rows";
import type { EmptyWords, RecordWords } from "@/components/live/record-words";
import { type SearchChange, useAddressBar } from "@/components/shell/address-bar";
import { EmptyFirst, Listening, NoMatch } from "@/components/states/states";
import { Button } from "@/components/ui/button";

interface NoneProps {
  words: RecordWords;
  /** What is said where no filter is the reason. */
  empty: EmptyWords;
  /** The address change that takes every filter away; null while there is none. */
  noFilters: SearchChange | null;
}

function ClearFilters({ noFilters }: { noFilters: SearchChange }) {
  const { go } = useAddressBar();
  return <Button onClick={() => go(noFilters)}>Clear filters</Button>;
}

/** Nothing arrived yet. */
export function NothingYet({ words, empty, noFilters }: NoneProps) {
  if (noFilters === null)
    return (
      <div className="records-empty">
        <Listening title="Listening" text={empty.text} actions={empty.actions} />
        {empty.below}
      </div>
    );
  return (
    <div className="records-empty">
      <Listening
        title="Listening"
        text={`The next ${words.one} that the filters let through appears here.`}
        actions={<ClearFilters noFilters={noFilters} />}
      />
    </div>
  );
}

/** Nothing is stored, or nothing that matches, as far as it was searched. */
export function NothingStored({
  words: { one, many },
  empty,
  noFilters,
  list,
}: NoneProps & { list: OlderRows }) {
  return (
    <div className="records-empty">
      {list.hasNextPage ? (
        <NoMatch
          title={`No ${one} matches so far`}
          text={`The newest ${many} were searched; older ones were not yet.`}
          actions={<OlderButton list={list}>Search older ones</OlderButton>}
        />
      ) : noFilters === null ? (
        <EmptyFirst title={`No ${many} yet`} text={empty.text} actions={empty.actions} />
      ) : (
        <NoMatch
          title={`No ${one} matches`}
          text={`Every recorded ${one} was searched. The filters are the reason.`}
          actions={<ClearFilters noFilters={noFilters} />}
        />
      )}
    </div>
  );
}
