/** Version 1 in German; says what the English text says. */
export const enrolGerman = `Anmelden mit dem Gesicht

Was geschieht. Ihre Kamera nimmt einige Bilder auf. Auf diesem Gerät, und nur dort, werden daraus Zahlen, die Ihr Gesicht beschreiben, und aus den Zahlen verschlüsselte Anmelde-Tickets. Bilder und Zahlen werden auf diesem Gerät gelöscht, bevor die Einrichtung endet. Der Server erhält die verschlüsselten Tickets. Er hat keinen Schlüssel, der sie öffnet.

Wozu. Um zu bestätigen, dass Sie es sind, wenn Sie sich mit diesem Konto bei einer Anwendung anmelden. Zu nichts anderem: Ihr Gesicht wird nicht gesucht, nicht mit anderen Menschen verglichen und niemandem gegeben.

Was der Server erfährt. Bei jeder Anmeldung mit dem Gesicht: Ja oder Nein, wann, und für welche Anwendung. Dass dieses Gerät eingerichtet ist, seinen Namen, wie Sie ihn in Ihrem Konto sehen, und diese Einwilligung mit ihrem Datum.

Wie lange. Bis Sie es entfernen, oder bis dieses Gerät 12 Monate lang nicht zum Anmelden benutzt wurde.

Ihre Wahl. Sie können sich jederzeit stattdessen mit Ihrem Passkey anmelden, jetzt und später, ohne Nachteil. Sie können diese Einwilligung jederzeit auf Ihrer Kontoseite widerrufen: Die verschlüsselten Tickets und der Schlüssel, der sie schützt, werden sofort gelöscht, und Sie erhalten einen Beleg.

Welches Risiko bleibt. Wer diese Website betreibt, liefert diese Seite aus und könnte sie verändern. Hätte jemand sowohl die gespeicherten Daten des Servers als auch Ihr entsperrtes Gerät, ließen sich Ihre Gesichtsdaten wiederherstellen. Die Sicherheitsseite des Projekts sagt das vollständig.
`;
