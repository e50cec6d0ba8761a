const key = "M40 13H112L118 20V27H40V32H8V8H40ZM16 16V24H24V16Z";

const drawings = {
  /** A key not cut yet. */
  uncut: <path className="es-line" d={key} strokeDasharray="3 3" />,
  /** A key that fits nothing here. */
  cut: (
    <>
      <path className="es-fill" fillRule="evenodd" d="M8 8H40V32H8ZM16 16V24H24V16Z" />
      <path
        className="es-fill"
        transform="translate(40 13)"
        d="M0 0H77V12.8H70V16H63V6.4H56V16H49V6.4H42V16H35V9.6H28V12.8H21V6.4H14V12.8H7V16H0Z"
      />
    </>
  ),
  snapped: (
    <>
      <path
        className="es-fill"
        fillRule="evenodd"
        d="M8 8H40V13H62L58 19L64 24L60 28H56V24H49V28H40V32H8ZM16 16V24H24V16Z"
      />
      <path
        className="es-fill"
        d="M72 16H114V25H107V29H100V25H86V30H79V25H70L74 22L68 20Z"
        transform="rotate(6 92 22)"
      />
    </>
  ),
  /** A bolt before a closed latch. */
  closed: (
    <>
      <path className="es-line" d="M70 4V14H78V26H70V36H112V4Z" />
      <path className="es-fill" d="M8 14H62V26H8Z" />
    </>
  ),
  /** A bolt sliding home. */
  listening: (
    <>
      <path className="es-line" d="M70 4V14H84V26H70V36H112V4Z" />
      <path className="es-fill" d="M20 14H82V26H20Z" />
    </>
  ),
  /** A latch that is not there. */
  nothing: <path className="es-line" d="M46 4V14H54V26H46V36H88V4Z" strokeDasharray="3 3" />,
} as const;

export type DrawingName = keyof typeof drawings;

/** The one illustration of every empty state: the same key, uncut, cut, snapped, or meeting a latch. */
export function Drawing({ name }: { name: DrawingName }) {
  return (
    <svg className="es" viewBox="0 0 120 40" width="120" height="40" aria-hidden="true">
      {drawings[name]}
    </svg>
  );
}
