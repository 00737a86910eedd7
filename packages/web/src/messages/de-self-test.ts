/**
 * The self-test of camera and light, in German.
 * @module
 */
import type { Translation } from './types.ts';

export const selfTest: Translation['selfTest'] = {
  link: 'Kamera und Licht prüfen',
  title: 'Kamera und Licht prüfen',
  intro:
    'Die meisten Ablehnungen kommen vom Licht, vom Abstand oder von einer trüben Linse. Hier sehen Sie, was die Kamera von Ihnen sieht, so wie die Anmeldung es misst.',
  stays:
    'Gemessen wird auf diesem Gerät, gezeigt wird es nur Ihnen. Nichts wird verglichen, aufbewahrt oder gesendet, und es zählt nicht als Versuch.',
  start: 'Kamera starten',
  stop: 'Beenden',
  good: 'Gut. Eine Anmeldung würde dieses Bild nehmen',
  measure: 'Messwert',
  value: 'Jetzt',
  wanted: 'Nötig',
  fits: 'passt',
  doesNotFit: 'passt nicht',
  exactly: '{least}',
  between: '{least} bis {most}',
  atLeast: '{least} oder mehr',
  atMost: '{most} oder weniger',
  pixels: '{value} px',
  measures: {
    faces: 'Gesichter',
    height: 'Höhe des Gesichts im Bild',
    eyes: 'Abstand der Augen',
    luma: 'Helligkeit des Gesichts',
    clipped: 'Anteil, der überbelichtet oder schwarz ist',
    contrast: 'Kontrast',
    sharpness: 'Schärfe',
    turn: 'Drehung des Kopfes',
  },
};
