/**
 * The second factor and another device, in German.
 * @module
 */
import type { Translation } from './types.ts';

export const secondFactor: Translation['secondFactor'] = {
  title: 'Noch ein Nachweis',
  body: 'Ein Passkey allein ändert nicht, wo Ihr Gesicht eingerichtet ist. Geben Sie einen Ihrer Wiederherstellungscodes ein; jeder gilt einmal.',
  codeLabel: 'Wiederherstellungscode',
  codePlaceholder: 'ABCD-EFGH-JKMN',
  codeMissing: 'Bitte geben Sie einen Ihrer Codes ein.',
  show: 'Weiter',
  usePasskey: 'Einen anderen meiner Passkeys benutzen',
  noCodes:
    'Kein Code mehr? Erneuern Sie auf einem Gerät, das Sie noch anmeldet, auf der Kontoseite, und legen Sie dort neue Codes an.',
  row: 'Wiederherstellungscodes',
  left: { one: 'noch {count} Code', other: 'noch {count} Codes' },
  madeAt: 'Angelegt {date}',
  none: 'Sie haben keine Wiederherstellungscodes. Erneuern Sie zuerst diesen Browser und legen Sie dann welche an: Ohne sie kann niemand Ihr Gesicht neu einrichten, auch Sie nicht.',
  make: 'Neue Codes anlegen',
  makeFirst: 'Wiederherstellungscodes anlegen',
  addPasskey: 'Passkey hinzufügen',
  passkeyNote:
    'Ein Passkey auf einem Sicherheitsschlüssel oder einem anderen Gerät, an es gebunden, kann einen Code ersetzen.',
  codesTitle: 'Bewahren Sie diese Wiederherstellungscodes auf',
  codesBody:
    'Wenn Sie dieses Gerät verlieren, können Sie mit einem Code und Ihrem Passkey Ihr Gesicht neu einrichten. Die Codes werden nur jetzt gezeigt. Bewahren Sie sie nicht auf diesem Gerät auf.',
  copy: 'Kopieren',
  copied: 'Kopiert',
  download: 'Herunterladen',
  print: 'Drucken',
  kept: 'Ich habe sie aufbewahrt',
  fileName: 'blindsight-wiederherstellungscodes.txt',
};

export const devices: Translation['devices'] = {
  add: 'Weiteres Gerät hinzufügen',
  addTitle: 'Weiteres Gerät hinzufügen',
  steps: {
    starting: 'Ein Code wird vorbereitet',
    waiting: 'Scannen Sie diesen Code mit der Kamera des anderen Geräts',
    joined: 'Das andere Gerät ist da. Schauen Sie in seine Kamera, wie es dort steht.',
    unlocking: 'Bestätigen Sie mit Ihrem Passkey, um fortzufahren.',
    comparing: 'Vergleich mit Ihrer Einrichtung unter Verschlüsselung',
    enrolling: 'Sie sind es. Das andere Gerät wird eingerichtet; lassen Sie beide offen.',
  },
  scanBody:
    'Scannen Sie ihn nur mit einem eigenen Gerät, und zeigen Sie ihn niemandem. Er gilt einmal, zehn Minuten lang.',
  qrLabel: 'QR-Code, der auf dem anderen Gerät die Seite zum Einrichten öffnet',
  address: 'Stattdessen die Adresse zeigen',
  compareTitle: 'Stehen diese Ziffern auf dem anderen Gerät?',
  compareBody:
    '„{label}“ muss genau diese zeigen. Zeigt es andere oder keine, hat vielleicht jemand anderes den Code gescannt.',
  match: 'Ja, dieselben',
  differ: 'Nein',
  addedTitle: 'Das andere Gerät ist eingerichtet',
  addedBody: 'Von jetzt an meldet es Sie selbst an. Ihre übrigen Geräte werden benachrichtigt.',
  newBadge: 'Neu',
  newTitle: 'Ein Gerät wurde hinzugefügt',
  newBody:
    '„{label}“ wurde am {date} hinzugefügt. Waren Sie das nicht, sperren Sie es unten und sagen Sie dem Betreiber Bescheid.',
  signInNotice: '„{label}“ wurde am {date} zu Ihrem Konto hinzugefügt. Waren Sie das nicht?',
  enrolHereNote:
    'Ein Gerät verloren? Sperren Sie es oben. Um sich hier mit dem Gesicht anzumelden, wählen Sie „Weiteres Gerät hinzufügen“ auf einem, das Sie noch anmeldet; oder richten Sie Ihr Gesicht hier mit Passkey und Wiederherstellungscode ein, dann werden die anderen gesperrt.',
  joinTitle: 'Dieses Gerät hinzufügen',
  joinSteps: {
    starting: 'Die Modelle werden vorbereitet',
    offering: 'Was gesehen wurde, wird für Ihr anderes Gerät versiegelt',
    waiting: 'Warten, bis Ihr anderes Gerät es öffnet',
    comparing:
      'Vergleichen Sie diese Ziffern mit Ihrem anderen Gerät, und sagen Sie dort, ob sie gleich sind',
    making: 'Sie sind es. Ihr Gesicht wird in {count} Einmal-Tickets versiegelt',
    sending: 'Die ersten Tickets werden gesendet',
    finishing: 'Abschluss',
  },
  joinDoneTitle: 'Dieses Gerät ist eingerichtet',
  joinDoneBody: 'Von jetzt an meldet ein Blick in die Kamera {name} hier an.',
  recoveryTitle: 'Damit beginnt Ihre Einrichtung von vorn',
  recoveryBody: {
    one: 'Auf einem Gerät Ihres Kontos ist Ihr Gesicht eingerichtet. Es wird gesperrt, wenn die neue Einrichtung fertig ist, und bis dahin ist die Anmeldung mit dem Gesicht gesperrt. Um es zu behalten, wählen Sie dort „Weiteres Gerät hinzufügen“.',
    other:
      'Auf {count} Geräten Ihres Kontos ist Ihr Gesicht eingerichtet. Sie werden gesperrt, wenn die neue Einrichtung fertig ist, und bis dahin ist die Anmeldung mit dem Gesicht gesperrt. Um sie zu behalten, wählen Sie auf einem davon „Weiteres Gerät hinzufügen“.',
  },
};

export const deviceErrors = {
  'second-factor-required': {
    title: 'Es braucht noch einen Nachweis',
    body: 'Dieser Schritt verlangt einen Wiederherstellungscode oder einen anderen Ihrer Passkeys.',
  },
  'second-factor-refused': {
    title: 'Das wurde nicht angenommen',
    body: 'Prüfen Sie den Code: Jeder gilt einmal, und neue Codes beenden die alten. Oder benutzen Sie einen anderen Passkey.',
  },
  'second-factor-locked': {
    title: 'Die Wiederherstellungscodes sind vorerst gesperrt',
    body: 'Zu viele falsche Codes. In {time} geht es wieder.',
  },
  'second-factor-cancelled': {
    title: 'Nichts wurde geändert',
    body: 'Der zweite Nachweis fehlt. Versuchen Sie es noch einmal, wenn Sie einen Wiederherstellungscode zur Hand haben.',
  },
  'device-too-new': {
    title: 'Dafür ist dieses Gerät zu neu',
    body: 'Ein Gerät, das ein anderes hinzugefügt hat, kann selbst erst nach sieben Tagen Geräte hinzufügen.',
  },
  'pairing-link-invalid': {
    title: 'Dieser Code ist nicht vollständig',
    body: 'Öffnen Sie die Adresse, indem Sie den Code auf Ihrem anderen Gerät scannen. Sie darf nicht gekürzt sein.',
  },
  'pairing-refused': {
    title: 'Vielleicht hat jemand anderes den Code gescannt',
    body: 'Die beiden Geräte stimmten nicht überein, deshalb wurde nichts hinzugefügt. Beginnen Sie auf Ihrem eingerichteten Gerät neu, wo niemand sonst den Code sieht.',
  },
  'pairing-closed': {
    title: 'Das andere Gerät hat dies beendet',
    body: 'Es wurde abgebrochen, dauerte zu lange, oder das Gesicht passte nicht zur Einrichtung. Nichts wurde hinzugefügt. Beginnen Sie auf Ihrem eingerichteten Gerät neu.',
  },
};
