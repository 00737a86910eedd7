/** Version 1 in French; says what the English text says. */
export const imageFrench = `Vérification d’une image chiffrée

Ce qui se passe. Pour la mise en place, trois images de votre visage sont chiffrées sur cet appareil et envoyées, avec des clés de calcul. À chaque connexion suivante qui le demande, une image chiffrée est envoyée. Le serveur applique un réseau de visages aux images chiffrées. Il ne détient aucune clé qui les ouvre. Les images elles-mêmes sont effacées de cet appareil dès qu’elles sont chiffrées.

À quoi cela sert. De condition supplémentaire, quand une application la demande, à côté de la connexion par le visage que vous avez acceptée. À rien d’autre.

Ce que le serveur apprend. À une telle connexion : un nombre qui dit à quel point l’image ressemble à celles de la mise en place. Il sert une fois et n’est pas conservé. Et oui ou non, quand, et pour quelle application.

Ce qui est conservé. Les caractéristiques des images de la mise en place, chiffrées sous la clé de cet appareil ; les clés de calcul ; et chaque vérification pendant un jour, chiffrée, pour qu’un auditeur puisse la recalculer.

Combien de temps. Jusqu’à ce que vous retiriez l’enregistrement de cet appareil, ou jusqu’à ce qu’il n’ait pas servi à se connecter pendant 12 mois.

Votre choix. Vous pouvez vous en passer : tout ce qui ne demande pas cette vérification reste comme avant. Vous la retirez en effaçant l’enregistrement de cet appareil sur la page de votre compte : clés, caractéristiques et enregistrements sont effacés aussitôt, et vous recevez un reçu.

Ce qui reste un risque. Cette vérification relève de la recherche. Un serveur qui enfreint ses propres règles pourrait apprendre les caractéristiques conservées en une dizaine de telles connexions. La page de sécurité du projet le dit en entier.
`;
