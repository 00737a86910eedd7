/**
 * The second factor and another device, in French.
 * @module
 */
import type { Translation } from './types.ts';

export const secondFactor: Translation['secondFactor'] = {
  title: 'Encore une preuve',
  body: 'Une clé d’accès seule ne change pas où votre visage est enregistré. Saisissez un de vos codes de secours ; chacun sert une fois.',
  codeLabel: 'Code de secours',
  codePlaceholder: 'ABCD-EFGH-JKMN',
  codeMissing: 'Saisissez un de vos codes.',
  show: 'Continuer',
  usePasskey: 'Utiliser une autre de mes clés d’accès',
  noCodes:
    'Plus de code ? Sur un appareil qui vous connecte encore, renouvelez-le sur la page du compte, puis créez-y de nouveaux codes.',
  row: 'Codes de secours',
  left: { one: '{count} code restant', other: '{count} codes restants' },
  madeAt: 'Créés le {date}',
  none: 'Vous n’avez pas de codes de secours. Renouvelez d’abord ce navigateur, puis créez-les : sans eux, personne ne peut enregistrer à nouveau votre visage, pas même vous.',
  make: 'Créer de nouveaux codes',
  makeFirst: 'Créer des codes de secours',
  addPasskey: 'Ajouter une clé d’accès',
  passkeyNote:
    'Une clé d’accès sur une clé de sécurité ou un autre appareil, liée à lui, peut remplacer un code.',
  codesTitle: 'Conservez ces codes de secours',
  codesBody:
    'Si vous perdez cet appareil, un code et votre clé d’accès vous permettent de vous enregistrer à nouveau. Ils ne sont montrés que maintenant. Gardez-les loin de cet appareil.',
  copy: 'Copier',
  copied: 'Copié',
  download: 'Télécharger',
  print: 'Imprimer',
  kept: 'Je les ai conservés',
  fileName: 'blindsight-codes-de-secours.txt',
};

export const devices: Translation['devices'] = {
  add: 'Ajouter un autre appareil',
  addTitle: 'Ajouter un autre appareil',
  steps: {
    starting: 'Préparation d’un code',
    waiting: 'Scannez ce code avec la caméra de l’autre appareil',
    joined: 'L’autre appareil est là. Regardez sa caméra, comme il l’indique.',
    unlocking: 'Confirmez avec votre clé d’accès pour continuer.',
    comparing: 'Comparaison sous chiffrement avec votre enregistrement',
    enrolling: 'C’est bien vous. L’autre appareil s’enregistre ; gardez les deux ouverts.',
  },
  scanBody:
    'Ne le scannez qu’avec un appareil à vous, et ne le montrez à personne. Il sert une fois, pendant dix minutes.',
  qrLabel: 'Code QR qui ouvre la page d’enregistrement sur l’autre appareil',
  address: 'Montrer plutôt l’adresse',
  compareTitle: 'Ces chiffres sont-ils sur l’autre appareil ?',
  compareBody:
    '« {label} » doit montrer exactement ceux-ci. S’il en montre d’autres, ou aucun, quelqu’un d’autre a peut-être scanné le code.',
  match: 'Oui, les mêmes',
  differ: 'Non',
  addedTitle: 'L’autre appareil est enregistré',
  addedBody: 'Il vous connecte désormais seul. Vos autres appareils seront prévenus.',
  newBadge: 'Nouveau',
  newTitle: 'Un appareil a été ajouté',
  newBody:
    '« {label} » a été ajouté le {date}. Si ce n’était pas vous, révoquez-le ci-dessous et prévenez l’exploitant.',
  signInNotice: '« {label} » a été ajouté à votre compte le {date}. Ce n’était pas vous ?',
  enrolHereNote:
    'Un appareil perdu ? Révoquez-le ci-dessus. Pour vous connecter ici par le visage, choisissez « Ajouter un autre appareil » sur un appareil qui vous connecte encore ; ou enregistrez-vous ici avec votre clé d’accès et un code de secours, ce qui révoque les autres.',
  joinTitle: 'Ajouter cet appareil',
  joinSteps: {
    starting: 'Préparation des modèles',
    offering: 'Scellement de ce qui a été vu pour votre autre appareil',
    waiting: 'En attente que votre autre appareil l’ouvre',
    comparing: 'Comparez ces chiffres avec votre autre appareil, et dites-y s’ils sont les mêmes',
    making: 'C’est bien vous. Scellement de votre visage en {count} tickets à usage unique',
    sending: 'Envoi des premiers tickets',
    finishing: 'Fin',
  },
  joinDoneTitle: 'Cet appareil est enregistré',
  joinDoneBody: 'Désormais, un regard vers la caméra connecte {name} ici.',
  recoveryTitle: 'Votre enregistrement recommence de zéro',
  recoveryBody: {
    one: 'Votre compte a un appareil enregistré. Il est révoqué à la fin du nouvel enregistrement, et jusque-là la connexion par le visage est bloquée. Pour le garder, choisissez-y « Ajouter un autre appareil ».',
    other:
      'Votre compte a {count} appareils enregistrés. Ils sont révoqués à la fin du nouvel enregistrement, et jusque-là la connexion par le visage est bloquée. Pour les garder, choisissez « Ajouter un autre appareil » sur l’un d’eux.',
  },
};

export const deviceErrors = {
  'second-factor-required': {
    title: 'Il faut encore une preuve',
    body: 'Cette étape demande un code de secours, ou une autre de vos clés d’accès.',
  },
  'second-factor-refused': {
    title: 'Cela n’a pas été accepté',
    body: 'Vérifiez le code : chacun sert une fois, et de nouveaux codes annulent les anciens. Ou utilisez une autre clé d’accès.',
  },
  'second-factor-locked': {
    title: 'Les codes de secours sont bloqués pour le moment',
    body: 'Trop de codes faux. Ils rouvrent dans {time}.',
  },
  'second-factor-cancelled': {
    title: 'Rien n’a été changé',
    body: 'La seconde preuve n’a pas été donnée. Réessayez quand vous avez un code de secours sous la main.',
  },
  'device-too-new': {
    title: 'Cet appareil est trop récent pour cela',
    body: 'Un appareil ajouté par un autre ne peut en ajouter lui-même qu’après sept jours.',
  },
  'pairing-link-invalid': {
    title: 'Ce code n’est pas complet',
    body: 'Ouvrez l’adresse en scannant le code sur votre autre appareil. Elle ne doit pas être raccourcie.',
  },
  'pairing-refused': {
    title: 'Quelqu’un d’autre a peut-être scanné le code',
    body: 'Les deux appareils n’étaient pas d’accord ; rien n’a donc été ajouté. Recommencez sur votre appareil enregistré, là où personne d’autre ne voit le code.',
  },
  'pairing-closed': {
    title: 'L’autre appareil a mis fin à ceci',
    body: 'C’était annulé, trop long, ou le visage ne correspondait pas à l’enregistrement. Rien n’a été ajouté. Recommencez sur votre appareil enregistré.',
  },
};
