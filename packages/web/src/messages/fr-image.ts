/**
 * The encrypted-image check, in French.
 * @module
 */
import type { Translation } from './types.ts';

export const image: Translation['image'] = {
  privacy:
    'Cette application demande aussi une vérification sur une image chiffrée. Le serveur ne peut pas ouvrir l’image ; il apprend, pour cette connexion seulement, à quel point elle ressemble à celles de votre enregistrement.',
  stays:
    'Aucune image ne quitte cet appareil en clair : quelques-unes y sont chiffrées, et toutes sont effacées aussitôt.',
  purpose: 'Vérification sur images chiffrées',
  consentTitle: 'Une vérification de plus, sur une image chiffrée',
  consentAccept: 'J’accepte, mettre en place',
  consentDecline: 'Pas maintenant',
  enrolTitle: 'Mise en place de la vérification sur images chiffrées',
  enrolBody:
    'Cela se fait une seule fois sur cet appareil. Les connexions suivantes envoient une image chiffrée.',
  verifyTitle: 'Vérification d’une image chiffrée',
  verifyBody: 'Le serveur applique un réseau de visages à une image qu’il ne peut pas ouvrir.',
  stages: {
    keys: 'Créer des clés sur cet appareil',
    send: 'Envoyer les clés',
    network: 'Calculer sur l’image chiffrée',
    answer: 'Ouvrir et vérifier la réponse',
  },
  made: '{done} clés sur {total}',
  sent: '{done} sur {total}',
  waiting: 'La connexion est coupée. L’envoi reprendra où il s’est arrêté.',
  picture: 'Envoi de l’image chiffrée {frame} sur {frames}',
  queued: {
    one: '{count} vérification passe avant la vôtre',
    other: '{count} vérifications passent avant la vôtre',
  },
  layer: 'Image {frame} sur {frames} : couche {done} sur {of}',
  deleted: 'La caméra est éteinte et les images sont effacées. Seule leur forme chiffrée est envoyée.',
  resumes: 'En cas d’interruption, l’essai suivant reprend ici.',
  readyTitle: 'La vérification est en place',
  readyBody:
    'Connectez-vous encore une fois d’un regard vers la caméra. Cette fois, l’image chiffrée est vérifiée aussi.',
  readyGo: 'Se connecter maintenant',
  alsoReady: 'La vérification sur images chiffrées est en place elle aussi.',
  notReady:
    'La vérification sur images chiffrées n’est pas encore en place. La prochaine connexion qui en a besoin s’en chargera.',
};
