/** What a call is held against, and how far its cut lifts the pin: the lower the cut, the longer the pin. */
const pins = [
  { name: "key", length: 57 },
  { name: "service", length: 39 },
  { name: "method", length: 75 },
  { name: "route", length: 21 },
  { name: "scope", length: 57 },
  { name: "address", length: 39 },
  { name: "limit", length: 75 },
] as const;

const firstPinX = 62;
const pinDistance = 68;

function Pin({ x, name, length }: { x: number; name: string; length: number }) {
  const end = 153 + length;
  return (
    <>
      <path className="a-ch" d={`M${x - 14} 56V${end}M${x + 14} 56V${end}`} />
      <path className="a-spring" d={`M${x} 56l7 3.7l-14 7.3l14 7.3l-14 7.4l14 7.3l-14 7.3l7 3.7`} />
      <rect className="a-driver" x={x - 11} y={100} width={22} height={48} />
      <rect className="a-pin" x={x - 11} y={152} width={22} height={length} />
      <text className="a-t" x={x} y={42} textAnchor="middle">
        {name}
      </text>
    </>
  );
}

/** A key in its lock: its cuts lift every pin to one line. */
export function PinsDrawing() {
  const names = pins.map(({ name }) => name);
  const label = `A key whose cuts lift seven pins, named ${names.slice(0, -1).join(", ")} and ${names.at(-1)}, to one line.`;
  return (
    <svg className="drawing" viewBox="0 24 672 300" role="img" aria-label={label}>
      <path className="a-body" d="M516 210V56H16V278H516V262" />
      {pins.map(({ name, length }, index) => (
        <Pin key={name} x={firstPinX + index * pinDistance} name={name} length={length} />
      ))}
      <path
        className="a-key"
        d="M28 210H96V192H164V228H232V174H300V210H368V192H436V228H504V210H532V180a10 10 0 0 1 10-10H638a10 10 0 0 1 10 10V306a10 10 0 0 1-10 10H542a10 10 0 0 1-10-10V262H46L28 244Z"
      />
      <path className="a-groove" d="M56 246H532" />
      <path className="a-hole" d="M588 223h40v40h-40z" />
      <path className="a-shear" d="M0 150H532" />
    </svg>
  );
}
