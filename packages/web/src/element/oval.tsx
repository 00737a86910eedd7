/** The oval mask over the preview and the ring that fills around it. Proportions of a face, 1 : 1.3. */

export interface OvalProps {
  /** Part of the frames taken, 0..1. */
  readonly share: number;
  /** The present frame passes all gates. */
  readonly good: boolean;
}

export function Oval({ share, good }: OvalProps) {
  return (
    <svg class="capture-oval" viewBox="0 0 300 340" preserveAspectRatio="xMidYMid meet" aria-hidden="true">
      <defs>
        <mask id="oval-hole">
          <rect x="-300" y="-300" width="900" height="940" fill="white" />
          <ellipse cx="150" cy="165" rx="104" ry="135" fill="black" />
        </mask>
      </defs>
      <rect class="oval-shade" x="-300" y="-300" width="900" height="940" mask="url(#oval-hole)" />
      <ellipse class="oval-track" cx="150" cy="165" rx="112" ry="143" />
      {/* pathLength makes the dash a percentage; the ring starts at the top. */}
      <path
        class="oval-fill"
        data-good={good}
        pathLength="100"
        stroke-dasharray={`${Math.round(share * 100)} 100`}
        d="M150 22 a112 143 0 0 1 0 286 a112 143 0 0 1 0 -286"
      />
    </svg>
  );
}
