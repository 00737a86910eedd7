/**
 * The encrypted-image check, in German.
 * @module
 */
import type { Translation } from './types.ts';

export const image: Translation['image'] = {
  privacy:
    'Diese Anwendung verlangt zusätzlich die Prüfung eines verschlüsselten Bildes. Der Server kann das Bild nicht öffnen; er erfährt, nur für diese Anmeldung, wie ähnlich es denen von der Einrichtung ist.',
  stays:
    'Kein Bild verlässt dieses Gerät unverschlüsselt: Einige werden hier verschlüsselt, alle gleich danach gelöscht.',
  purpose: 'Prüfung verschlüsselter Bilder',
  consentTitle: 'Eine weitere Prüfung, an einem verschlüsselten Bild',
  consentAccept: 'Ich stimme zu, einrichten',
  consentDecline: 'Jetzt nicht',
  enrolTitle: 'Die Prüfung verschlüsselter Bilder wird eingerichtet',
  enrolBody: 'Das geschieht auf diesem Gerät einmal. Spätere Anmeldungen senden ein verschlüsseltes Bild.',
  verifyTitle: 'Ein verschlüsseltes Bild wird geprüft',
  verifyBody: 'Der Server rechnet ein Gesichtsnetz auf einem Bild, das er nicht öffnen kann.',
  stages: {
    keys: 'Schlüssel auf diesem Gerät erzeugen',
    send: 'Schlüssel senden',
    network: 'Auf dem verschlüsselten Bild rechnen',
    answer: 'Antwort öffnen und prüfen',
  },
  made: '{done} von {total} Schlüsseln',
  sent: '{done} von {total}',
  waiting: 'Die Verbindung ist unterbrochen. Es geht dort weiter, wo es stehen blieb.',
  picture: 'Verschlüsseltes Bild {frame} von {frames} wird gesendet',
  queued: {
    one: '{count} Prüfung ist vor Ihrer an der Reihe',
    other: '{count} Prüfungen sind vor Ihrer an der Reihe',
  },
  layer: 'Bild {frame} von {frames}: Schicht {done} von {of}',
  deleted: 'Die Kamera ist aus, die Bilder sind gelöscht. Gesendet wird nur ihre verschlüsselte Form.',
  resumes: 'Wird es unterbrochen, macht der nächste Versuch hier weiter.',
  readyTitle: 'Die Prüfung ist eingerichtet',
  readyBody:
    'Melden Sie sich noch einmal mit einem Blick in die Kamera an. Diesmal wird auch das verschlüsselte Bild geprüft.',
  readyGo: 'Jetzt anmelden',
  alsoReady: 'Die Prüfung verschlüsselter Bilder ist ebenfalls eingerichtet.',
  notReady:
    'Die Prüfung verschlüsselter Bilder ist noch nicht eingerichtet. Die nächste Anmeldung, die sie braucht, holt es nach.',
};
