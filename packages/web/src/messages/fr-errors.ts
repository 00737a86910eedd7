/**
 * The errors in French; neutral about the reason of a refusal, as in English.
 * @module
 */
import { deviceErrors } from './fr-devices.ts';
import type { Translation } from './types.ts';

export const errors: Translation['errors'] = {
  ...deviceErrors,
  'sign-in-refused': {
    title: 'La connexion a été refusée',
    body: 'Cela n’a pas marché cette fois. Vérifiez la lumière, ôtez lunettes ou casquette et réessayez, ou utilisez votre clé d’accès.',
  },
  'face-locked': {
    title: 'La connexion par le visage est bloquée pour le moment',
    body: 'Trop d’essais sans succès. Elle rouvre dans {time}. Votre clé d’accès fonctionne en attendant.',
  },
  'budget-exhausted': {
    title: 'Plus de connexion par le visage aujourd’hui',
    body: 'Le nombre quotidien de cet appareil est épuisé. Utilisez votre clé d’accès, ou revenez dans {time}.',
  },
  'too-many-requests': {
    title: 'Trop de demandes',
    body: 'Attendez {time}, puis réessayez.',
  },
  'device-revoked': {
    title: 'Cet appareil a été révoqué',
    body: 'Son enregistrement n’existe plus sur le serveur. Connectez-vous avec votre clé d’accès et enregistrez à nouveau votre visage.',
  },
  'account-closed': {
    title: 'Ce compte a été fermé',
    body: 'Ses données ont été effacées. Vous pouvez créer un nouveau compte.',
  },
  'ceremony-expired': {
    title: 'C’était trop long',
    body: 'Pour votre sécurité, chaque essai a un délai, et il est passé. Rien n’est perdu ; recommencez.',
  },
  'ceremony-closed': {
    title: 'Cet essai a déjà servi',
    body: 'On ne peut répondre qu’une fois à chaque essai. Commencez-en un nouveau.',
  },
  'ceremony-not-found': {
    title: 'Cet essai n’existe plus',
    body: 'Le serveur a peut-être redémarré entre-temps. Rien n’est perdu ; recommencez.',
  },
  'ticket-burned': {
    title: 'Ce ticket a déjà servi',
    body: 'Une autre connexion avec cet appareil est passée avant. Fermez les autres onglets et recommencez.',
  },
  'interaction-expired': {
    title: 'Cette connexion a expiré',
    body: 'Revenez à l’application et recommencez de là.',
  },
  'image-check-unavailable': {
    title: 'La vérification sur images chiffrées est désactivée',
    body: 'Ce serveur ne la propose pas en ce moment. Retournez à l’application, ou demandez à qui l’exploite.',
  },
  'image-keys-refused': {
    title: 'Les clés ne sont pas arrivées telles qu’elles ont été créées',
    body: 'Quelque chose les a changées en chemin. Rien n’a été conservé ; recommencez la mise en place.',
  },
  'image-refused': {
    title: 'Les images ne vont pas ensemble',
    body: 'Elles sont trop différentes entre elles, ou trop sombres. Cherchez une lumière régulière, regardez la caméra bien en face et réessayez. Rien n’a été conservé.',
  },
  'evaluation-running': {
    title: 'Une autre vérification de cet appareil est en cours',
    body: 'Peut-être dans un autre onglet. Attendez un instant et réessayez.',
  },
  'evaluation-timeout': {
    title: 'La comparaison a pris trop de temps',
    body: 'Le serveur est chargé. Réessayez dans un instant.',
  },
  'server-busy': {
    title: 'Le serveur est occupé',
    body: 'Réessayez dans un instant.',
  },
  internal: {
    title: 'Quelque chose s’est mal passé',
    body: 'La faute est de notre côté. Réessayez ; si cela persiste, utilisez votre clé d’accès et prévenez l’exploitant.',
  },
  'malformed-message': {
    title: 'Le serveur n’a pas compris cette page',
    body: 'La page est peut-être périmée. Rechargez-la et réessayez.',
  },
  'message-too-large': {
    title: 'Un message était trop grand',
    body: 'Le serveur accepte des messages plus petits que ceux de cette page. Rechargez-la et réessayez.',
  },
  'body-mismatch': {
    title: 'Un envoi est arrivé abîmé',
    body: 'Un ticket ne correspondait pas à ce qui était annoncé. L’enregistrement a été arrêté ; recommencez-le.',
  },
  'unsupported-parameters': {
    title: 'Enregistré selon d’anciennes règles',
    body: 'Le serveur ne travaille plus avec cet enregistrement. Connectez-vous avec votre clé d’accès et enregistrez-vous à nouveau.',
  },
  'consent-outdated': {
    title: 'Le texte du consentement a changé',
    body: 'Lisez d’abord le nouveau texte.',
  },
  'enrolment-incomplete': {
    title: 'L’enregistrement n’est pas complet',
    body: 'Des tickets ne sont pas encore arrivés au serveur. Attendez un instant, ou enregistrez-vous à nouveau.',
  },
  'enrolment-too-old': {
    title: 'Il est temps de s’enregistrer à nouveau',
    body: 'Un enregistrement se renouvelle pendant un an, et douze fois. Connectez-vous avec votre clé d’accès et enregistrez à nouveau votre visage.',
  },
  'session-required': {
    title: 'Connectez-vous d’abord',
    body: 'Votre session est terminée. Confirmez avec votre clé d’accès pour continuer.',
  },
  'reauthentication-required': {
    title: 'Confirmez que c’est bien vous',
    body: 'Cette étape demande une confirmation récente avec votre clé d’accès.',
  },
  'origin-refused': {
    title: 'Cette demande a été refusée',
    body: 'Elle ne venait pas de la page de ce site. Ouvrez la page à son adresse habituelle.',
  },
  'not-found': {
    title: 'Il n’y a rien ici',
    body: 'L’adresse est peut-être mal saisie, ou ce qu’elle désignait n’existe plus.',
  },
  'unknown-client': {
    title: 'Cette application n’est pas connue ici',
    body: 'Son exploitant doit d’abord l’inscrire. Vous ne pouvez pas y remédier vous-même.',
  },
  'invalid-redirect-uri': {
    title: 'L’adresse de retour n’est pas inscrite',
    body: 'Pour vous protéger, nous ne revenons qu’aux adresses inscrites par l’application. Prévenez son exploitant.',
  },

  'camera-denied': {
    title: 'La caméra n’est pas autorisée',
    body: 'Ouvrez les réglages du site à côté de la barre d’adresse, autorisez la caméra, puis réessayez. Ou utilisez votre clé d’accès.',
  },
  'camera-missing': {
    title: 'Aucune caméra trouvée',
    body: 'Branchez ou allumez une caméra, puis réessayez. Ou utilisez votre clé d’accès.',
  },
  'camera-blocked': {
    title: 'Ce navigateur bloque les images de la caméra',
    body: 'Un réglage de confidentialité les cache ou les altère (protection contre l’empreinte dans Brave, Tor ou LibreWolf). Désactivez-le pour ce site, ou utilisez votre clé d’accès.',
  },
  'camera-busy': {
    title: 'Un autre programme utilise la caméra',
    body: 'Fermez les appels vidéo et les autres fenêtres de caméra, puis réessayez.',
  },
  'camera-lost': {
    title: 'La caméra a disparu',
    body: 'Elle a été débranchée, ou un autre programme l’a prise. Rebranchez-la et réessayez ; rien n’a été envoyé.',
  },
  'insecure-context': {
    title: 'Cette adresse n’est pas sûre',
    body: 'Les navigateurs ne donnent la caméra qu’aux adresses https (ou à localhost). Ouvrez cette page en https.',
  },
  'page-hidden': {
    title: 'En pause',
    body: 'La caméra a été éteinte parce que cette page n’était plus visible. Recommencez quand vous êtes prêt.',
  },
  'device-turned': {
    title: 'Vous avez tourné l’appareil',
    body: 'Les mouvements sont mesurés d’après la façon dont vous le teniez au début. Tenez-le comme vous voulez et recommencez.',
  },

  'storage-lost': {
    title: 'Ce navigateur a oublié vos clés',
    body: 'Les données du site ont été effacées, ou le navigateur les a retirées. Connectez-vous avec votre clé d’accès et enregistrez à nouveau votre visage.',
  },
  'storage-unavailable': {
    title: 'Ce navigateur ne peut pas garder de clés',
    body: 'Le stockage est désactivé ou plein, ou c’est une fenêtre privée. Prenez une fenêtre normale, ou votre clé d’accès.',
  },
  'no-tickets-left': {
    title: 'Plus de connexion sur cet appareil',
    body: 'Les tickets à usage unique de cet appareil sont épuisés. Connectez-vous avec votre clé d’accès et renouvelez-les sur la page de votre compte.',
  },
  'device-limit': {
    title: 'Assez pour aujourd’hui',
    body: 'Cet appareil permet 50 connexions par le visage par jour, quoi que dise le serveur. Utilisez votre clé d’accès jusqu’à demain.',
  },
  'other-tab': {
    title: 'Un autre onglet est en train de se connecter',
    body: 'Un seul onglet à la fois peut utiliser les tickets de cet appareil. Terminez ou fermez l’autre, puis réessayez.',
  },

  'models-altered': {
    title: 'Les modèles de visage ont été altérés ou sont périmés',
    body: 'Ce ne sont pas ceux qui ont été mesurés ; la caméra reste donc éteinte. Utilisez votre clé d’accès et prévenez l’exploitant.',
  },
  'models-unavailable': {
    title: 'Les modèles de visage n’ont pas pu être chargés',
    body: 'La connexion est peut-être faible, ou l’exploitant ne les a pas encore préparés. Réessayez, ou utilisez votre clé d’accès.',
  },
  'reply-invalid': {
    title: 'La réponse du serveur ne tient pas',
    body: 'Un serveur honnête n’enverrait pas cela ; cet appareil n’a donc pas répondu. Utilisez votre clé d’accès et prévenez l’exploitant.',
  },
  'network-lost': {
    title: 'Le serveur est injoignable',
    body: 'Vérifiez votre connexion ; le serveur redémarre peut-être. Rien n’est perdu. Réessayez dans un instant.',
  },
  'worker-failed': {
    title: 'Cette page n’a pas pu faire son travail',
    body: 'Sa partie en arrière-plan s’est arrêtée, peut-être faute de mémoire. Rechargez et réessayez.',
  },

  'passkey-cancelled': {
    title: 'La clé d’accès n’a pas été confirmée',
    body: 'La demande a été annulée ou a duré trop longtemps. Réessayez quand vous êtes prêt.',
  },
  'passkey-unsupported': {
    title: 'Ce navigateur n’a pas de clés d’accès',
    body: 'Utilisez un navigateur récent, ou un appareil qui peut garder une clé d’accès.',
  },
  'passkey-no-prf': {
    title: 'Cette clé d’accès ne peut pas ouvrir les clés',
    body: 'Les clés de cet appareil ne s’ouvrent qu’avec la clé d’accès choisie à l’enregistrement. Prenez celle-là, ou enregistrez-vous à nouveau.',
  },

  'still-image': {
    title: 'Cela ressemble à une photo',
    body: 'L’image de la caméra n’a pas changé du tout. Regardez une vraie caméra et bougez un peu.',
  },
  'face-changed': {
    title: 'Plus d’une personne a été vue',
    body: 'Le visage a changé en chemin. Veillez à être seul dans l’image, et recommencez.',
  },
  'no-face': {
    title: 'Aucun visage trouvé',
    body: 'Regardez la caméra de façon que votre visage remplisse l’ovale, et recommencez.',
  },
  'several-faces': {
    title: 'Plus d’un visage',
    body: 'Une seule personne peut être dans l’image. Recommencez seul.',
  },
  'too-far': {
    title: 'Trop loin',
    body: 'Approchez-vous, jusqu’à ce que votre visage remplisse l’ovale.',
  },
  'too-close': {
    title: 'Trop près',
    body: 'Reculez un peu, pour que tout votre visage soit visible.',
  },
  'off-centre': { title: 'Pas au milieu', body: 'Gardez votre visage dans l’ovale.' },
  'turn-less': { title: 'Tourné de côté', body: 'Regardez droit vers la caméra.' },
  'too-dark': {
    title: 'Trop sombre',
    body: 'Allumez une lumière devant vous, ou placez-vous face à une fenêtre.',
  },
  'too-bright': { title: 'Trop lumineux', body: 'Sortez de la forte lumière.' },
  'over-exposed': {
    title: 'Des parties de votre visage sont surexposées',
    body: 'Détournez-vous de la forte lumière, pour qu’elle tombe régulièrement.',
  },
  'low-contrast': {
    title: 'La lumière est trop plate',
    body: 'Cherchez un endroit avec plus de lumière sur votre visage, et ôtez la buée de l’objectif.',
  },
  blurred: {
    title: 'L’image est floue',
    body: 'Ne bougez plus, essuyez l’objectif, et recommencez.',
  },
  'challenge-refused': {
    title: 'Cela n’allait pas ensemble',
    body: 'Restez devant la caméra et suivez chaque indication dès qu’elle vient. Un écran plus lumineux et une pièce plus sombre aident pour les couleurs.',
  },
  'renewal-required': {
    title: 'Votre visage doit d’abord être renouvelé',
    body: 'Le dernier renouvellement est trop ancien. Connectez-vous avec votre clé d’accès, ouvrez la page de votre compte et renouvelez-le ; cela prend une minute.',
  },
  'face-lost': {
    title: 'Votre visage était hors de l’image',
    body: 'Restez devant la caméra jusqu’à la fin, et recommencez.',
  },
  'other-movement': {
    title: 'C’était un autre mouvement',
    body: 'Suivez la flèche : elle montre votre propre gauche ou droite. Recommencez.',
  },
  'too-few-frames': {
    title: 'Trop peu de bonnes images',
    body: 'Regardez droit vers la caméra entre les étapes, et recommencez.',
  },
  'flat-image': {
    title: 'Cela bougeait comme une image',
    body: 'Ce que la caméra a vu bougeait comme quelque chose de plat. Regardez vous-même la caméra, sans rien devant elle.',
  },
  'light-mismatch': {
    title: 'La lumière de l’écran n’a pas atteint votre visage',
    body: 'Augmentez la luminosité de l’écran, approchez-vous, ou allez dans un endroit moins lumineux. Ou choisissez de vous passer des couleurs.',
  },
  'light-late': {
    title: 'La caméra a répondu trop tard',
    body: 'L’image est en retard sur l’écran. Fermez ce qui occupe l’appareil, ou utilisez une caméra à part, et recommencez.',
  },
  'step-unfinished': {
    title: 'Le temps de cette étape est écoulé',
    body: 'Suivez chaque indication dès qu’elle vient. Si un mouvement vous est difficile, utilisez votre clé d’accès.',
  },
};
