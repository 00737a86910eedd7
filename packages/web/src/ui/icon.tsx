/** The few icons, as strokes in the colour of the text. Decoration: never the only carrier of a meaning. */
const paths = {
  check: 'M5 12.5 l4.5 4.5 L19 7.5',
  alert: 'M12 7 v6 M12 16.6 v.2',
  lock: 'M7 11 V8 a5 5 0 0 1 10 0 v3 M5.5 11 h13 v9 h-13 z',
  light:
    'M12 3 v2 M12 19 v2 M3 12 h2 M19 12 h2 M5.6 5.6 l1.4 1.4 M17 17 l1.4 1.4 M18.4 5.6 L17 7 M7 17 l-1.4 1.4 M12 8 a4 4 0 1 0 0 8 a4 4 0 1 0 0 -8',
  bare: 'M4 10 h16 M5 10 a3.4 3.4 0 0 0 6.6 1.2 M12.4 11.2 A3.4 3.4 0 0 0 19 10 M11.4 10.8 h1.2 M4 20 L20 4',
  steady: 'M8 3 h8 v18 h-8 z M11 18 h2',
  stays: 'M12 3 l7 3 v5 c0 5 -3 8 -7 10 c-4 -2 -7 -5 -7 -10 V6 z M9 12 l2.2 2.2 L15.4 10',
  key: 'M14 10 a4 4 0 1 1 -1.2 -2.8 M13.4 11.6 L20 18 l-2.4 2 M17 15.2 l-1.8 1.8',
  plus: 'M12 5 v14 M5 12 h14',
  device: 'M4 5 h16 v11 H4 z M9 20 h6 M12 16 v4',
  arrow: 'M20 12 H4 M10 6 l-6 6 l6 6',
  chevron: 'M9 6 l6 6 l-6 6',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
