/** Version 1 in German; says what the English text says. */
export const imageGerman = `Prüfung eines verschlüsselten Bildes

Was geschieht. Zur Einrichtung werden drei Bilder Ihres Gesichts auf diesem Gerät verschlüsselt und gesendet, zusammen mit Schlüsseln zum Rechnen. Bei jeder späteren Anmeldung, die es verlangt, wird ein verschlüsseltes Bild gesendet. Der Server rechnet auf den verschlüsselten Bildern ein Gesichtsnetz. Er hat keinen Schlüssel, der sie öffnet. Die Bilder selbst werden auf diesem Gerät gelöscht, sobald sie verschlüsselt sind.

Wozu. Als zusätzliche Bedingung, wenn eine Anwendung sie verlangt, neben der Anmeldung mit dem Gesicht, der Sie zugestimmt haben. Zu nichts anderem.

Was der Server erfährt. Bei einer solchen Anmeldung: eine Zahl, die sagt, wie ähnlich das Bild denen der Einrichtung ist. Sie wird einmal benutzt und nicht gespeichert. Außerdem Ja oder Nein, wann, und für welche Anwendung.

Was aufbewahrt wird. Die Merkmale der Bilder von der Einrichtung, verschlüsselt unter dem Schlüssel dieses Geräts; die Schlüssel zum Rechnen; und jede Prüfung einen Tag lang, verschlüsselt, damit ein Prüfer sie nachrechnen kann.

Wie lange. Bis Sie die Einrichtung dieses Geräts entfernen, oder bis es 12 Monate lang nicht zum Anmelden benutzt wurde.

Ihre Wahl. Sie können darauf verzichten: Alles, was diese Prüfung nicht verlangt, bleibt, wie es ist. Sie widerrufen, indem Sie auf Ihrer Kontoseite die Einrichtung dieses Geräts löschen: Schlüssel, Merkmale und Aufzeichnungen werden sofort gelöscht, und Sie erhalten einen Beleg.

Welches Risiko bleibt. Diese Prüfung ist Forschung. Ein Server, der seine eigenen Regeln bricht, könnte in etwa zehn solchen Anmeldungen die gespeicherten Merkmale erfahren. Die Sicherheitsseite des Projekts sagt das vollständig.
`;
