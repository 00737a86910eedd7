/** Version 1 in French; says what the English text says. */
export const enrolFrench = `Se connecter par le visage

Ce qui se passe. Votre caméra prend quelques images. Sur cet appareil, et seulement là, elles deviennent des nombres qui décrivent votre visage, et ces nombres deviennent des tickets de connexion chiffrés. Images et nombres sont effacés de cet appareil avant la fin de l’enregistrement. Le serveur reçoit les tickets chiffrés. Il ne détient aucune clé qui les ouvre.

À quoi cela sert. À confirmer que c’est bien vous quand vous vous connectez à une application avec ce compte. À rien d’autre : votre visage n’est pas recherché, pas comparé à d’autres personnes, et donné à personne.

Ce que le serveur apprend. À chaque connexion par le visage : oui ou non, quand, et pour quelle application. L’enregistrement de cet appareil, son nom tel que vous le voyez dans votre compte, et ce consentement avec sa date.

Combien de temps. Jusqu’à ce que vous le retiriez, ou jusqu’à ce que cet appareil n’ait pas servi à se connecter pendant 12 mois.

Votre choix. Vous pouvez toujours vous connecter plutôt avec votre clé d’accès, maintenant et plus tard, sans désavantage. Vous pouvez retirer ce consentement à tout moment sur la page de votre compte : les tickets chiffrés et la clé qui les protège sont effacés aussitôt, et vous recevez un reçu.

Ce qui reste un risque. Celui qui exploite ce site livre cette page et pourrait la modifier. Si quelqu’un avait à la fois les données conservées par le serveur et votre appareil déverrouillé, les données de votre visage pourraient être retrouvées. La page de sécurité du projet le dit en entier.
`;
