/** The mark: an L with a tooth, and the brass piece it fits. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <path
        className="mark-latch"
        d="M3.5 2H9v20h9v-6.5a.5.5 0 0 1 .5-.5H23a.5.5 0 0 1 .5.5V22h5a1.5 1.5 0 0 1 1.5 1.5v5a1.5 1.5 0 0 1-1.5 1.5h-25A1.5 1.5 0 0 1 2 28.5v-25A1.5 1.5 0 0 1 3.5 2z"
      />
      <path
        className="mark-key"
        d="M11.5 2h17A1.5 1.5 0 0 1 30 3.5v16h-4V13a.5.5 0 0 0-.5-.5H16a.5.5 0 0 0-.5.5v6.5h-4z"
      />
    </svg>
  );
}
