/**
 * The operating point, in German.
 * @module
 */
import type { Translation } from './types.ts';

export const about: Translation['about'] = {
  link: 'Wie sicher ist ein Treffer?',
  title: 'Wie sicher ist ein Treffer?',
  intro:
    'Ein Kamerabild wird auf Ihrem Gerät zu Zahlen, und zwei Reihen von Zahlen werden unter Verschlüsselung verglichen. Ein solcher Vergleich kann falsch sein. Hier steht, was für die Modelle dieses Anbieters gemessen wurde, und was nicht.',
  rates: 'Gemessen',
  wrong: 'Ein Fremder wird für Sie gehalten',
  wrongValue: 'bei etwa {rate} der Vergleiche (gemessen {low} bis {high})',
  right: 'Sie werden beim ersten Versuch erkannt',
  rightValue: 'bei {value} der Vergleiche (gemessen {low} bis {high})',
  frames: 'Was verglichen wird',
  framesValue: {
    one: '{count} Bild auf jeder Seite',
    other: 'der Mittelwert von {count} Bildern auf jeder Seite',
  },
  perFrame: 'Die erste Zahl für ein einzelnes Gerät',
  perFrameValue: '{low} bis {high}: Jedes Gerät hat seinen eigenen geheimen Rahmen',
  wolf: 'Jemand, der Ihr entsperrtes Gerät hat, aber nicht Ihr Gesicht, und die besten Zahlen sendet, die wir finden konnten',
  wolfValue:
    'kommt mit mindestens {one} bei einem Versuch hinein, {five} bei fünf; eine bessere Suche findet vielleicht mehr',
  verifier: 'Wie eine Vorlage entsteht',
  verifiers: {
    mean: 'als Mittelwert der Bilder',
    logistic: 'auf dem Gerät gelernt, gegen Gesichter, die es nicht gibt',
  },
  evidence: 'Gemessen an',
  evidenceValue: '{people} Menschen, {pictures} Bildern, {frames} geheimen Rahmen',
  source: 'Herkunft der Bilder',
  threshold: 'Schwelle',
  thresholdValue: '{tau} von höchstens {most}, Profil {profile}',
  unmeasuredTitle: 'Nicht gemessen',
  unmeasured: {
    groups:
      'Unterschiede nach Hautfarbe, Geschlecht, Alter oder Herkunft. Rechnen Sie mit einigen: Die meisten Gesichtserkennungen haben sie.',
    glasses: 'Brillen, Masken, Schminke und Bärte für sich.',
    ageing: 'Gesichter, die zwischen Einrichtung und Anmeldung älter werden.',
    webcams:
      'Webcams für sich, wenn die Herkunft oben es nicht sagt: Ihre Bilder eines Augenblicks gleichen einander sehr.',
    relatives: 'Zwillinge und Verwandte, und Menschen, die jemanden suchen, dem sie ähneln.',
  },
  research:
    'Ein Teil dieser Modelle wurde an Forschungsbildern gelernt. Sie sind für nichtkommerziellen Gebrauch, bis der Betreiber andere mitbringt.',
  retry: 'Noch einmal versuchen',
};
