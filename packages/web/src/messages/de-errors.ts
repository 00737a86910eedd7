/**
 * The errors in German; neutral about the reason of a refusal, as in English.
 * @module
 */
import { deviceErrors } from './de-devices.ts';
import type { Translation } from './types.ts';

export const errors: Translation['errors'] = {
  ...deviceErrors,
  'sign-in-refused': {
    title: 'Die Anmeldung wurde abgelehnt',
    body: 'Dieses Mal hat es nicht geklappt. Prüfen Sie das Licht, nehmen Sie Brille oder Mütze ab und versuchen Sie es noch einmal, oder benutzen Sie Ihren Passkey.',
  },
  'face-locked': {
    title: 'Die Anmeldung mit dem Gesicht ist vorerst gesperrt',
    body: 'Zu viele Versuche ohne Erfolg. In {time} geht es wieder. Bis dahin hilft Ihr Passkey.',
  },
  'budget-exhausted': {
    title: 'Heute keine Anmeldung mit dem Gesicht mehr',
    body: 'Die Zahl für diesen Tag ist auf diesem Gerät verbraucht. Benutzen Sie Ihren Passkey, oder kommen Sie in {time} wieder.',
  },
  'too-many-requests': {
    title: 'Zu viele Anfragen',
    body: 'Bitte warten Sie {time} und versuchen Sie es dann noch einmal.',
  },
  'device-revoked': {
    title: 'Dieses Gerät wurde gesperrt',
    body: 'Seine Einrichtung gibt es auf dem Server nicht mehr. Melden Sie sich mit dem Passkey an und richten Sie Ihr Gesicht neu ein.',
  },
  'account-closed': {
    title: 'Dieses Konto wurde geschlossen',
    body: 'Seine Daten wurden gelöscht. Sie können ein neues Konto anlegen.',
  },
  'ceremony-expired': {
    title: 'Das hat zu lange gedauert',
    body: 'Zu Ihrer Sicherheit hat jeder Versuch eine Frist, und sie ist vorbei. Nichts ging verloren; beginnen Sie neu.',
  },
  'ceremony-closed': {
    title: 'Dieser Versuch wurde schon benutzt',
    body: 'Jeder Versuch lässt sich nur einmal beantworten. Beginnen Sie einen neuen.',
  },
  'ceremony-not-found': {
    title: 'Diesen Versuch gibt es nicht mehr',
    body: 'Vielleicht wurde der Server dazwischen neu gestartet. Nichts ging verloren; beginnen Sie neu.',
  },
  'ticket-burned': {
    title: 'Dieses Ticket wurde schon benutzt',
    body: 'Eine andere Anmeldung mit diesem Gerät war schneller. Schließen Sie andere Tabs und beginnen Sie neu.',
  },
  'interaction-expired': {
    title: 'Diese Anmeldung ist abgelaufen',
    body: 'Gehen Sie zur Anwendung zurück und beginnen Sie dort von vorn.',
  },
  'image-check-unavailable': {
    title: 'Die Prüfung verschlüsselter Bilder ist abgeschaltet',
    body: 'Dieser Server bietet sie gerade nicht an. Gehen Sie zurück zur Anwendung, oder fragen Sie, wer sie betreibt.',
  },
  'image-keys-refused': {
    title: 'Die Schlüssel kamen nicht so an, wie sie erzeugt wurden',
    body: 'Etwas hat sie unterwegs verändert. Gespeichert wurde nichts; richten Sie die Prüfung noch einmal ein.',
  },
  'image-refused': {
    title: 'Die Bilder passen nicht zusammen',
    body: 'Sie sind einander zu unähnlich oder zu dunkel. Sorgen Sie für gleichmäßiges Licht, schauen Sie gerade in die Kamera, und versuchen Sie es noch einmal. Gespeichert wurde nichts.',
  },
  'evaluation-running': {
    title: 'Eine andere Prüfung dieses Geräts läuft',
    body: 'Vielleicht in einem anderen Tab. Warten Sie einen Moment, und versuchen Sie es noch einmal.',
  },
  'evaluation-timeout': {
    title: 'Der Vergleich hat zu lange gedauert',
    body: 'Der Server ist stark belastet. Bitte versuchen Sie es gleich noch einmal.',
  },
  'server-busy': {
    title: 'Der Server ist beschäftigt',
    body: 'Bitte versuchen Sie es in einem Moment noch einmal.',
  },
  internal: {
    title: 'Etwas ist schiefgegangen',
    body: 'Der Fehler liegt bei uns, nicht bei Ihnen. Versuchen Sie es noch einmal; bleibt es dabei, benutzen Sie Ihren Passkey und sagen Sie dem Betreiber Bescheid.',
  },
  'malformed-message': {
    title: 'Der Server hat diese Seite nicht verstanden',
    body: 'Die Seite ist vielleicht veraltet. Laden Sie sie neu und versuchen Sie es noch einmal.',
  },
  'message-too-large': {
    title: 'Eine Nachricht war zu groß',
    body: 'Der Server nimmt kleinere Nachrichten, als diese Seite sendet. Laden Sie sie neu und versuchen Sie es noch einmal.',
  },
  'body-mismatch': {
    title: 'Etwas kam beschädigt an',
    body: 'Ein Ticket war nicht das angekündigte. Die Einrichtung wurde abgebrochen; bitte beginnen Sie sie neu.',
  },
  'unsupported-parameters': {
    title: 'Nach älteren Regeln eingerichtet',
    body: 'Der Server arbeitet nicht mehr mit dieser Einrichtung. Melden Sie sich mit dem Passkey an und richten Sie Ihr Gesicht neu ein.',
  },
  'consent-outdated': {
    title: 'Der Text der Einwilligung hat sich geändert',
    body: 'Bitte lesen Sie zuerst den neuen Text.',
  },
  'enrolment-incomplete': {
    title: 'Die Einrichtung ist nicht vollständig',
    body: 'Einige Tickets haben den Server noch nicht erreicht. Warten Sie einen Moment, oder richten Sie Ihr Gesicht neu ein.',
  },
  'enrolment-too-old': {
    title: 'Zeit für eine neue Einrichtung',
    body: 'Eine Einrichtung lässt sich ein Jahr lang und zwölfmal erneuern. Melden Sie sich mit dem Passkey an und richten Sie Ihr Gesicht neu ein.',
  },
  'session-required': {
    title: 'Bitte melden Sie sich zuerst an',
    body: 'Ihre Sitzung ist zu Ende. Bestätigen Sie mit Ihrem Passkey, um fortzufahren.',
  },
  'reauthentication-required': {
    title: 'Bitte bestätigen Sie, dass Sie es sind',
    body: 'Dieser Schritt braucht eine frische Bestätigung mit Ihrem Passkey.',
  },
  'origin-refused': {
    title: 'Diese Anfrage wurde abgelehnt',
    body: 'Sie kam nicht von der eigenen Seite dieses Dienstes. Öffnen Sie die Seite unter ihrer gewohnten Adresse.',
  },
  'not-found': {
    title: 'Hier ist nichts',
    body: 'Vielleicht ist die Adresse vertippt, oder es gibt nicht mehr, was sie nannte.',
  },
  'unknown-client': {
    title: 'Diese Anwendung ist hier nicht bekannt',
    body: 'Ihr Betreiber muss sie erst anmelden. Sie selbst können das nicht beheben.',
  },
  'invalid-redirect-uri': {
    title: 'Die Rücksprungadresse ist nicht angemeldet',
    body: 'Zu Ihrem Schutz kehren wir nur zu Adressen zurück, die die Anwendung angemeldet hat. Sagen Sie es ihrem Betreiber.',
  },

  'camera-denied': {
    title: 'Die Kamera ist nicht erlaubt',
    body: 'Öffnen Sie die Website-Einstellungen neben der Adresszeile, erlauben Sie die Kamera und versuchen Sie es noch einmal. Oder benutzen Sie Ihren Passkey.',
  },
  'camera-missing': {
    title: 'Keine Kamera gefunden',
    body: 'Schließen Sie eine Kamera an oder schalten Sie sie ein und versuchen Sie es noch einmal. Oder benutzen Sie Ihren Passkey.',
  },
  'camera-blocked': {
    title: 'Dieser Browser sperrt Kamerabilder',
    body: 'Eine Datenschutz-Einstellung verbirgt oder verändert sie (Schutz vor Fingerprinting in Brave, Tor oder LibreWolf). Schalten Sie sie für diese Seite aus, oder benutzen Sie Ihren Passkey.',
  },
  'camera-busy': {
    title: 'Ein anderes Programm benutzt die Kamera',
    body: 'Schließen Sie Videoanrufe und andere Kamerafenster und versuchen Sie es noch einmal.',
  },
  'camera-lost': {
    title: 'Die Kamera ist nicht mehr da',
    body: 'Sie wurde abgezogen, oder ein anderes Programm hat sie genommen. Schließen Sie sie wieder an und versuchen Sie es noch einmal; gesendet wurde nichts.',
  },
  'insecure-context': {
    title: 'Diese Adresse ist nicht sicher',
    body: 'Browser geben die Kamera nur für https-Adressen frei (oder für localhost). Öffnen Sie diese Seite über https.',
  },
  'page-hidden': {
    title: 'Angehalten',
    body: 'Die Kamera wurde ausgeschaltet, weil diese Seite nicht zu sehen war. Beginnen Sie neu, wenn Sie so weit sind.',
  },
  'device-turned': {
    title: 'Sie haben das Gerät gedreht',
    body: 'Die Bewegungen werden daran gemessen, wie Sie es am Anfang gehalten haben. Halten Sie es, wie Sie möchten, und beginnen Sie neu.',
  },

  'storage-lost': {
    title: 'Dieser Browser hat Ihre Schlüssel vergessen',
    body: 'Websitedaten wurden gelöscht, oder der Browser hat sie entfernt. Melden Sie sich mit dem Passkey an und richten Sie Ihr Gesicht neu ein.',
  },
  'storage-unavailable': {
    title: 'Dieser Browser kann keine Schlüssel aufbewahren',
    body: 'Der Speicher ist abgeschaltet oder voll, oder dies ist ein privates Fenster. Nehmen Sie ein normales Fenster oder Ihren Passkey.',
  },
  'no-tickets-left': {
    title: 'Auf diesem Gerät ist keine Anmeldung übrig',
    body: 'Die Einmal-Tickets dieses Geräts sind verbraucht. Melden Sie sich mit dem Passkey an und erneuern Sie sie auf Ihrer Kontoseite.',
  },
  'device-limit': {
    title: 'Genug für heute',
    body: 'Dieses Gerät lässt 50 Anmeldungen mit dem Gesicht am Tag zu, was auch immer der Server sagt. Benutzen Sie bis morgen Ihren Passkey.',
  },
  'other-tab': {
    title: 'Ein anderer Tab meldet gerade an',
    body: 'Nur ein Tab auf einmal kann die Tickets dieses Geräts benutzen. Beenden oder schließen Sie den anderen und versuchen Sie es noch einmal.',
  },

  'models-altered': {
    title: 'Die Gesichtsmodelle wurden verändert oder sind veraltet',
    body: 'Es sind nicht die geprüften, deshalb bleibt die Kamera aus. Benutzen Sie Ihren Passkey und sagen Sie dem Betreiber Bescheid.',
  },
  'models-unavailable': {
    title: 'Die Gesichtsmodelle ließen sich nicht laden',
    body: 'Vielleicht ist die Verbindung schwach, oder der Betreiber hat sie noch nicht bereitgestellt. Versuchen Sie es noch einmal, oder benutzen Sie Ihren Passkey.',
  },
  'reply-invalid': {
    title: 'Die Antwort des Servers ist nicht stimmig',
    body: 'So antwortet kein ehrlicher Server, deshalb hat dieses Gerät nichts erwidert. Benutzen Sie Ihren Passkey und sagen Sie dem Betreiber Bescheid.',
  },
  'network-lost': {
    title: 'Der Server ist nicht zu erreichen',
    body: 'Prüfen Sie Ihre Verbindung; vielleicht startet der Server gerade neu. Nichts ging verloren. Versuchen Sie es in einem Moment noch einmal.',
  },
  'worker-failed': {
    title: 'Diese Seite konnte ihre Arbeit nicht tun',
    body: 'Ihr Hintergrundteil ist stehen geblieben, vielleicht aus Mangel an Speicher. Laden Sie sie neu und versuchen Sie es noch einmal.',
  },

  'passkey-cancelled': {
    title: 'Der Passkey wurde nicht bestätigt',
    body: 'Die Anfrage wurde abgebrochen oder hat zu lange gedauert. Versuchen Sie es noch einmal, wenn Sie so weit sind.',
  },
  'passkey-unsupported': {
    title: 'Dieser Browser kennt keine Passkeys',
    body: 'Nehmen Sie einen aktuellen Browser oder ein Gerät, das einen Passkey halten kann.',
  },
  'passkey-no-prf': {
    title: 'Dieser Passkey kann die Schlüssel nicht öffnen',
    body: 'Die Schlüssel auf diesem Gerät öffnet nur der Passkey, der bei der Einrichtung gewählt wurde. Nehmen Sie diesen, oder richten Sie Ihr Gesicht neu ein.',
  },

  'still-image': {
    title: 'Das sieht nach einem Foto aus',
    body: 'Das Kamerabild hat sich gar nicht verändert. Schauen Sie in eine laufende Kamera und bewegen Sie sich ein wenig.',
  },
  'face-changed': {
    title: 'Es war mehr als eine Person zu sehen',
    body: 'Das Gesicht hat unterwegs gewechselt. Sorgen Sie dafür, dass nur Sie zu sehen sind, und beginnen Sie neu.',
  },
  'no-face': {
    title: 'Kein Gesicht gefunden',
    body: 'Schauen Sie so in die Kamera, dass Ihr Gesicht das Oval füllt, und beginnen Sie neu.',
  },
  'several-faces': {
    title: 'Mehr als ein Gesicht',
    body: 'Nur eine Person darf zu sehen sein. Beginnen Sie allein noch einmal.',
  },
  'too-far': {
    title: 'Zu weit weg',
    body: 'Kommen Sie näher, bis Ihr Gesicht das Oval füllt.',
  },
  'too-close': {
    title: 'Zu nah',
    body: 'Gehen Sie ein wenig zurück, bis Ihr ganzes Gesicht zu sehen ist.',
  },
  'off-centre': { title: 'Nicht in der Mitte', body: 'Halten Sie Ihr Gesicht im Oval.' },
  'turn-less': { title: 'Weggedreht', body: 'Schauen Sie gerade in die Kamera.' },
  'too-dark': {
    title: 'Zu dunkel',
    body: 'Schalten Sie vor sich ein Licht an, oder schauen Sie zu einem Fenster.',
  },
  'too-bright': { title: 'Zu hell', body: 'Gehen Sie aus dem starken Licht.' },
  'over-exposed': {
    title: 'Teile Ihres Gesichts sind überbelichtet',
    body: 'Drehen Sie sich vom starken Licht weg, damit es gleichmäßig fällt.',
  },
  'low-contrast': {
    title: 'Das Licht ist zu flach',
    body: 'Suchen Sie einen Platz mit mehr Licht auf dem Gesicht, und wischen Sie Beschlag von der Linse.',
  },
  blurred: {
    title: 'Das Bild ist unscharf',
    body: 'Halten Sie still, wischen Sie die Linse ab, und beginnen Sie neu.',
  },
  'challenge-refused': {
    title: 'Das passte nicht zusammen',
    body: 'Bleiben Sie vor der Kamera und folgen Sie jedem Hinweis, sobald er kommt. Ein hellerer Bildschirm und ein dunklerer Raum helfen bei den Farben.',
  },
  'renewal-required': {
    title: 'Ihr Gesicht muss zuerst erneuert werden',
    body: 'Die letzte Erneuerung ist zu lange her. Melden Sie sich mit dem Passkey an, öffnen Sie Ihre Kontoseite und erneuern Sie dort; das dauert eine Minute.',
  },
  'face-lost': {
    title: 'Ihr Gesicht war nicht im Bild',
    body: 'Bleiben Sie bis zum Ende vor der Kamera, und beginnen Sie neu.',
  },
  'other-movement': {
    title: 'Das war eine andere Bewegung',
    body: 'Folgen Sie dem Pfeil: Er zeigt nach links oder rechts von Ihnen aus. Beginnen Sie neu.',
  },
  'too-few-frames': {
    title: 'Zu wenige gute Bilder',
    body: 'Schauen Sie zwischen den Schritten gerade in die Kamera, und beginnen Sie neu.',
  },
  'flat-image': {
    title: 'Das bewegte sich wie ein Bild',
    body: 'Was die Kamera sah, bewegte sich wie etwas Flaches. Schauen Sie selbst in die Kamera, mit nichts davor.',
  },
  'light-mismatch': {
    title: 'Das Licht des Bildschirms kam nicht bei Ihrem Gesicht an',
    body: 'Stellen Sie den Bildschirm heller, kommen Sie näher, oder gehen Sie an einen dunkleren Platz. Oder wählen Sie den Weg ohne Farben.',
  },
  'light-late': {
    title: 'Die Kamera antwortete zu spät',
    body: 'Das Bild hinkt dem Bildschirm nach. Schließen Sie, was das Gerät beschäftigt, oder nehmen Sie eine eigene Kamera, und beginnen Sie neu.',
  },
  'step-unfinished': {
    title: 'Die Zeit für diesen Schritt ist abgelaufen',
    body: 'Folgen Sie jedem Hinweis, sobald er kommt. Fällt Ihnen eine Bewegung schwer, benutzen Sie Ihren Passkey.',
  },
};
